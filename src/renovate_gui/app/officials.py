"""The package for officials: what a receiving system asks for, checked value by value, in its formats and its datum."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from renovate_gui.app.official_request import DEFAULT, OfficialRequest
from renovate_gui.app.official_rows import FIELDS, OurLayer, our_layer
from renovate_gui.app.plan_content import Gathering, Identity, PlanContent
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import current_language, resource_path, tr
from renovate_gui.domain.errors import Cancelled, RequestError
from renovate_gui.domain.ids import LayerId, new_uuid
from renovate_gui.geo import crs as systems
from renovate_gui.io.package.cgcs2000 import CGCS2000, export_crs
from renovate_gui.io.package.officials.fitting import Fault as Fault  # noqa: PLC0414  said again from here
from renovate_gui.io.package.officials.fitting import Ref, fit_rows
from renovate_gui.io.package.officials.template import FORMATS, Template, read_template
from renovate_gui.io.package.officials.vector import FittedLayer, projected, shapefile_limits

if TYPE_CHECKING:
    from renovate_gui.app.gaps import GapRequest
    from renovate_gui.app.session import Session

_CHINA_LAT = (3.0, 54.0)
_AROUND_M = 60.0


@dataclass(frozen=True, slots=True)
class Receiver:
    """A field table that can be chosen: its code, its title, a remark, and what the sender has to state."""

    code: str
    title: str
    note: str
    given: tuple[tuple[str, str], ...]
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A plan as a receiver's layers, with every value that would not be taken."""

    template: Template
    layers: tuple[FittedLayer, ...]
    ours: tuple[OurLayer, ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]

    @property
    def blocking(self) -> tuple[Fault, ...]:
        """Return the faults with which nothing is sent."""
        return tuple(f for f in self.faults if f.blocks)


@dataclass(frozen=True, slots=True)
class OfficialReport:
    """What was written."""

    path: Path
    files: tuple[str, ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]


def receivers() -> tuple[Receiver, ...]:
    """Return the field tables that come with the program, ours first."""
    paths = sorted(resource_path("receivers").glob("*.csv"), key=lambda p: (p.stem != DEFAULT, p.stem))
    return tuple(receiver(p.stem) for p in paths)


def receiver(code: str) -> Receiver:
    """Return one field table by code or path; raise DataError or RequestError with one sentence."""
    template = template_of(code)
    is_zh = current_language() == "zh_CN"
    title, note = ("title", "note") if is_zh else ("title_en", "note_en")
    said = template.settings.get
    return Receiver(
        code,
        said(title) or said("title") or template.code,
        said(note) or said("note") or "",
        tuple((r.code, r.name) for r in template.given),
        template.formats,
    )


def template_of(code: str) -> Template:
    """Return the field table of a code, or of a CSV of one's own."""
    path = Path(code).expanduser()
    if path.suffix.lower() == ".csv":
        return read_template(path, FIELDS)
    folder = resource_path("receivers")
    known = sorted(p.stem for p in folder.glob("*.csv"))
    if code not in known:
        raise RequestError(
            tr("There is no field table “{code}”; there are {all}, or give a CSV file of your own.", code=code,
               all=", ".join(known))
        )  # fmt: skip
    return read_template(folder / f"{code}.csv", FIELDS)


def check(content: PlanContent, request: OfficialRequest) -> Checked:
    """Fit the plan's values into the receiver's fields; nothing is written."""
    template = template_of(request.receiver)
    unknown = [c for c in request.given if c not in {r.code for r in template.given}]
    if unknown:
        raise RequestError(
            tr("{file} has no field {field} that the sender states.", file=template.file, field=unknown[0])
        )
    crs, notes = target_crs(content, geographic=template.is_geographic)
    language = template.settings.get("language", "zh_CN")
    layers: list[FittedLayer] = []
    ours: list[OurLayer] = []
    faults: list[Fault] = []
    for name in template.layers:
        rules = template.of(name)
        source = next(
            r.source.partition(".")[0] for r in rules if "." in r.source and not r.source.startswith("=")
        )
        found = our_layer(content, source, language)
        rows, wrong = fit_rows(rules, found.rows, found.names, found.refs, request.given, template.encoding)
        shapes = projected(found.geometry, content.identity.crs, crs)
        layers.append(FittedLayer(name, rules, rows, shapes, crs))
        ours.append(found)
        faults += wrong
        if not rows:
            notes = (*notes, tr("Layer {layer} is empty: the plan has nothing for it.", layer=name))
        if "shp" in formats_of(template, request):
            notes = (*notes, *shapefile_limits(rules))
    return Checked(template, tuple(layers), tuple(ours), tuple(faults), notes)


def formats_of(template: Template, request: OfficialRequest) -> tuple[str, ...]:
    """Return the formats to write; raise RequestError for a word that is none."""
    wrong = [f for f in request.formats if f not in FORMATS]
    if wrong:
        raise RequestError(
            tr("“{word}” is no format; there are {all}.", word=wrong[0], all=", ".join(FORMATS))
        )
    return tuple(f for f in template.formats if not request.formats or f in request.formats)


def target_crs(content: PlanContent, *, geographic: bool) -> tuple[str, tuple[str, ...]]:
    """Return the system that data for officials is in, and what is to be said about it.

    In China CGCS2000: the project's zone, the zone of the plan's middle, or longitude and latitude. CGCS2000 is China's
    (EPSG:4490 names no other area): elsewhere the project's own system is used, and said.
    """
    own = content.identity.crs
    lon, lat = _middle(content)
    is_china = systems.CHINA_LON[0] <= lon < systems.CHINA_LON[1] and _CHINA_LAT[0] <= lat <= _CHINA_LAT[1]
    if not is_china:
        said = tr(
            "The place is outside China: data for officials is in {crs}, the project's own system; data/cgcs2000 holds longitude and latitude of EPSG:4490, which agree with WGS84 within a few decimetres.",
            crs=systems.title(own),
        )
        return (systems.WGS84 if geographic else own), (said,)
    if geographic:
        return CGCS2000, ()
    project = export_crs(own)
    if project != CGCS2000:
        return project, ()
    zone = systems.gauss_kruger(systems.zone_of(lon))
    return zone, (tr("The project is in {own}; data for officials is in {crs}.", own=systems.title(own), crs=systems.title(zone)),)  # fmt: skip


def _middle(content: PlanContent) -> tuple[float, float]:
    shapes = np.empty(len(content.proposals), dtype=object)
    shapes[:] = [p.geometry for p in content.proposals]
    areas = [content.tables[i.id].geometry for i in content.layers if i.id in content.tables]
    for found in (content.places.geometry, shapes, *areas):
        here = found[~(shapely.is_missing(found) | shapely.is_empty(found))] if len(found) else found
        if len(here):
            low_x, low_y, high_x, high_y = (float(v) for v in shapely.total_bounds(here))
            x, y = (low_x + high_x) / 2, (low_y + high_y) / 2
            return systems.transform_point(x, y, content.identity.crs, systems.WGS84)
    return 0.0, 0.0


def require_none(checked: Checked) -> None:
    """Raise RequestError when mandatory values are missing: how many, and the first of them."""
    blocking = checked.blocking
    if blocking:
        raise RequestError(
            tr("Nothing was written: {n} mandatory values are missing or not taken by {file}. The first: {first}",
               n=len(blocking), file=checked.template.file, first=blocking[0].words)
        )  # fmt: skip


# -- without a package -----------------------------------------------------------------------------------------
class Officials:
    """Checks and writes data for a receiving system, without handouts and page."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def prepare_check(self, request: OfficialRequest, gaps: GapRequest | None = None) -> Task[Checked]:
        """Gather the plan now, check it in the task."""
        gathering = self._gathering(gaps, "council")
        template_of(request.receiver)

        def work(progress: Progress, is_cancelled: IsCancelled) -> Checked:
            return check(gathering.finish(progress, is_cancelled), request)

        return Task(tr("Check the data for officials"), work)

    def prepare_write(
        self,
        request: OfficialRequest,
        out: Path,
        *,
        distribution: str = "council",
        gaps: GapRequest | None = None,
        accepted_leaks: Sequence[str] = (),
    ) -> Task[OfficialReport]:
        """Write into a new folder, all or nothing."""
        gathering = self._gathering(gaps, distribution)
        template_of(request.receiver)

        def work(progress: Progress, is_cancelled: IsCancelled) -> OfficialReport:
            content = gathering.finish(progress, is_cancelled)
            return self._write(content, request, out, tuple(accepted_leaks), _stop_when(is_cancelled))

        return Task(tr("Write the data for officials"), work)

    def place_of(self, ref: Ref) -> tuple[float, float, float, float] | None:
        """Return where what a fault is about lies, with room around it (project CRS, metres); None when it is gone."""
        key, identity = ref
        if key == "proposals":
            shape = next((p.geometry for p in self._session.proposals.of() if p.uuid == identity), None)
        else:
            number = LayerId(int(key.partition(":")[2]))
            infos = [i for i in self._session.layers.all() if i.id == number]
            table = self._session.layers.table(number) if infos else None
            shape = None
            if table is not None and (table.ids == identity).any():
                shape = table.geometry[int(np.argmax(table.ids == identity))]
        if shape is None or shape.is_empty:
            return None
        low_x, low_y, high_x, high_y = shape.bounds
        return low_x - _AROUND_M, low_y - _AROUND_M, high_x + _AROUND_M, high_y + _AROUND_M

    def _write(
        self,
        content: PlanContent,
        request: OfficialRequest,
        out: Path,
        accepted: tuple[str, ...],
        stop: Callable[[], None],
    ) -> OfficialReport:
        from renovate_gui.app import leaks
        from renovate_gui.app.leak_search import require_none_spilled
        from renovate_gui.app.official_files import write_official
        from renovate_gui.io.package import publish

        leaks.require_none(leaks.check(content, contact="", released=None, accepted=accepted))
        checked = check(content, request)
        if not request.despite:
            require_none(checked)
        target = out.expanduser().absolute()
        publish.must_be_free(target)
        with publish.building_site(target.parent) as site:
            folder = site / "officials"
            folder.mkdir()
            made = write_official(folder, content, checked, request, self._session.project.packages(), stop)
            require_none_spilled(self._session, content, folder)
            publish.appear(publish.make_ready(folder, target, name="officials"), target)
        files = tuple(p.relative_to(target).as_posix() for p in sorted(target.rglob("*")) if p.is_file())
        return OfficialReport(target, files, checked.faults, made.notes)

    def _gathering(self, gaps: GapRequest | None, distribution: str) -> Gathering:
        if distribution not in ("working", "council"):
            raise RequestError(
                tr("Data for officials is of class working or council; a public notice has none.")
            )
        session = self._session
        settings = session.settings()
        if not settings.crs:
            raise RequestError(tr("The project has no data yet; import layers first."))
        now = datetime.now(UTC)
        identity = Identity(
            package=str(new_uuid()),
            key=secrets.token_hex(32),
            community=settings.title or session.project.path.stem,
            version=max((v for _, v, _ in session.project.packages()), default=0),
            date=datetime.now().astimezone().date().isoformat(),
            created_at=now.isoformat(timespec="seconds"),
            distribution=distribution,
            reply_until="",
            contact="",
            language=current_language(),
            crs=settings.crs,
        )
        return Gathering(session, identity, gaps)


def _stop_when(is_cancelled: IsCancelled) -> Callable[[], None]:
    def stop() -> None:
        if is_cancelled():
            raise Cancelled(tr("Cancelled."))

    return stop
