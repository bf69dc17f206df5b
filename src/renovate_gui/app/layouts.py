"""Templates for printed sheets: kept in the project, checked before they are kept, shared as small files."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import current_language, system_reason, tr
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.ids import Uuid, new_uuid
from renovate_gui.domain.layout import (
    LEAST_SIDE_MM,
    LEAST_TYPE_PT,
    MOST_TYPE_PT,
    PAPERS,
    SHEETINGS,
    BlockKind,
    Layout,
    LayoutFault,
    faults,
    from_values,
    standard_layout,
    to_values,
)
from renovate_gui.domain.record import Record, RecordKind
from renovate_gui.store.owner import user_name

if TYPE_CHECKING:
    from renovate_gui.app.plan_content import Identity
    from renovate_gui.app.ports import Handout
    from renovate_gui.app.session import Session
    from renovate_gui.store.project import Project

FORMAT = "renovate-gui-layout"
_MOST_BYTES = 4_000_000
_PNG = b"\x89PNG\r\n\x1a\n"


class Layouts:
    """Templates for printed sheets."""

    def __init__(self, project: Project, session: Session) -> None:
        self._project = project
        self._session = session

    # -- kept in the project ----------------------------------------------------------------------------------
    def all(self) -> tuple[Layout, ...]:
        """Return the project's templates by name; one that a newer program wrote is left out."""
        found = [self._of(r) for r in self._project.records(RecordKind.LAYOUT)]
        return tuple(sorted((f for f in found if f is not None), key=lambda f: f.name))

    def _of(self, record: Record) -> Layout | None:
        try:
            return from_values(record.uuid, record.properties, self._project.record_data(record.uuid))
        except (KeyError, TypeError, ValueError):
            return None

    def in_use(self, paper: str) -> Layout | None:
        """Return the template by which packages are printed on a paper, None for the automatic one."""
        return next((x for x in self.all() if x.is_used and x.paper == paper), None)

    @staticmethod
    def begin(paper: str, name: str = "") -> Layout:
        """Return a new template that is not kept yet."""
        return standard_layout(paper, new_uuid(), name or tr("My template"))

    def put(self, layout: Layout) -> None:
        """Keep a template; raise RequestError for one that cannot be printed. At most one is used for each paper."""
        require(layout)
        others = [x for x in self.all() if x.uuid != layout.uuid]
        if any(x.name == layout.name for x in others):
            raise RequestError(
                tr("There is a template “{name}” already; choose another name.", name=layout.name)
            )
        freed = [
            replace(x, is_used=False)
            for x in others
            if layout.is_used and x.is_used and x.paper == layout.paper
        ]
        with self._project.action(tr("Keep the template “{name}”", name=layout.name)) as writer:
            writer.put_records([_record(x) for x in (layout, *freed)], with_data=True)

    def delete(self, uuid: Uuid) -> None:
        """Delete a template."""
        found = self._project.find_record(uuid)
        if found is not None:
            name = str(found.properties.get("name", ""))
            with self._project.action(tr("Delete the template “{name}”", name=name)) as writer:
                writer.delete_records([uuid])

    # -- files ------------------------------------------------------------------------------------------------
    @staticmethod
    def save_file(layout: Layout, path: Path) -> None:
        """Write a template as a file that other projects can read, its logo inside."""
        values = {"format": FORMAT, "version": 1, **to_values(replace(layout, is_used=False))}
        if layout.logo:
            values["logo_png"] = base64.b64encode(layout.logo).decode()
        try:
            path.write_text(
                json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
            )
        except OSError as error:
            raise DataError(
                tr(
                    "The file “{name}” cannot be written: {reason}.",
                    name=path.name,
                    reason=system_reason(error),
                )
            ) from error

    @staticmethod
    def read_file(path: Path) -> Layout:
        """Return the template in a file, not kept yet; raise DataError with one sentence when there is none."""
        name = path.name
        try:
            if path.stat().st_size > _MOST_BYTES:
                raise DataError(tr("“{file}” is too large for a template.", file=name))
            values = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise DataError(
                tr("“{file}” cannot be read: {reason}.", file=name, reason=system_reason(error))
            ) from error
        except ValueError as error:
            raise DataError(tr("“{file}” is no template for sheets.", file=name)) from error
        return _from_file(values, name)

    # -- seeing it --------------------------------------------------------------------------------------------
    def sample_identity(self) -> Identity:
        """Return what stands on the pages of a preview: the next version, today, no contact."""
        from renovate_gui.app.plan_content import Identity

        settings = self._session.settings()
        today = datetime.now().astimezone().date().isoformat()
        versions = [version for _, version, _ in self._project.packages()]
        return Identity(
            package="", key="", community=settings.title or self._project.path.stem,
            version=max(versions, default=0) + 1, date=today,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"), distribution="council", reply_until=today,
            contact="", language=current_language(), crs=settings.crs,
        )  # fmt: skip

    def prepare_sample(self, paper: str) -> Task[Handout]:
        """Prepare the handout of the present plan on a paper, to see templates with it; nothing is written."""
        from renovate_gui.app.handouts import compose_handout, compose_sheets
        from renovate_gui.app.plan_content import Gathering
        from renovate_gui.app.you_said import you_said

        gathering = Gathering(self._session, self.sample_identity())
        said = you_said(self._session)

        def work(progress: Progress, is_cancelled: IsCancelled) -> Handout:
            content = gathering.finish(progress, is_cancelled)
            sheets = compose_sheets(content, self._session.scenes, said)
            return compose_handout(content, sheets, paper=paper, seal="0000-0000")

        return Task(tr("Prepare the preview"), work)


def _record(layout: Layout) -> Record:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Record(layout.uuid, RecordKind.LAYOUT, "", now, user_name(), to_values(layout), layout.logo)


def _from_file(values: Any, name: str) -> Layout:
    if not isinstance(values, Mapping) or values.get("format") != FORMAT:
        raise DataError(tr("“{file}” is no template for sheets.", file=name))
    if values.get("version") != 1:
        raise DataError(tr("“{file}” was written by a newer program.", file=name))
    known = set(BlockKind)
    blocks = values.get("blocks")
    strange = [
        str(b.get("field")) for b in blocks if isinstance(b, Mapping) and b.get("field") not in known
    ] if isinstance(blocks, list) else []  # fmt: skip
    if strange:
        raise DataError(
            tr(
                "“{file}” asks for the field “{field}”, which does not exist; there are: {known}.",
                file=name,
                field=strange[0][:40],
                known=", ".join(sorted(known)),
            )
        )
    try:
        logo = base64.b64decode(str(values.get("logo_png", "")), validate=True)
        layout = from_values(new_uuid(), {**values, "used": False}, logo)
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
        raise DataError(tr("“{file}” is no template for sheets.", file=name)) from error
    wrong = why_not(layout)
    if wrong:
        raise DataError(tr("“{file}”: {reason}", file=name, reason=wrong))
    return layout


def require(layout: Layout) -> None:
    """Raise RequestError when a template cannot be printed."""
    wrong = why_not(layout)
    if wrong:
        raise RequestError(wrong)


def why_not(layout: Layout) -> str:
    """Return in one sentence why a template cannot be printed, or an empty text."""
    if layout.paper not in PAPERS:
        return tr(
            "Paper “{name}” is not known: choose {known}.", name=layout.paper, known=tr(", ").join(PAPERS)
        )
    if not layout.name.strip():
        return tr("Give the template a name.")
    if layout.logo and not layout.logo.startswith(_PNG):
        return tr("The logo is no PNG picture.")
    found = faults(layout, SHEETINGS[layout.paper].room)
    return _fault_words(found[0]) if found else ""


def block_words(kind: BlockKind) -> str:
    """Return what a block is called."""
    return {
        BlockKind.MAP: tr("The map"),
        BlockKind.FACTS: tr("Facts"),
        BlockKind.LEGEND: tr("Legend"),
        BlockKind.SCALE: tr("Scale and north"),
        BlockKind.REPLY: tr("How to reply"),
        BlockKind.NOTES: tr("Notes below the map"),
        BlockKind.PHOTOS: tr("Photos"),
        BlockKind.LOGO: tr("Logo"),
    }[kind]


def _fault_words(fault: LayoutFault) -> str:
    block = block_words(fault.kind)
    if fault.what == "overlap" and fault.other is not None:
        return tr(
            "“{block}” overlaps “{other}”; move one of them.", block=block, other=block_words(fault.other)
        )
    if fault.what == "outside":
        return tr("“{block}” reaches beyond the page between title and footer.", block=block)
    if fault.what == "small":
        return tr("“{block}” is smaller than {mm} mm.", block=block, mm=f"{LEAST_SIDE_MM:g}")
    if fault.what == "missing":
        return tr("“{block}” cannot be hidden: a sheet without it says nothing.", block=block)
    if fault.what == "twice":
        return tr("“{block}” stands twice in the template.", block=block)
    return tr(
        "The least type must be between {least} and {most} pt.",
        least=f"{LEAST_TYPE_PT:g}",
        most=f"{MOST_TYPE_PT:g}",
    )
