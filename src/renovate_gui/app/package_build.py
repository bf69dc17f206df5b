"""Build a package: everything in a temporary folder beside the target, verified, remembered, then published at once."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renovate_gui.app import leaks, left_packages
from renovate_gui.app import plan_facts as plan
from renovate_gui.app.council import ExportReport, ExportRequest
from renovate_gui.app.handouts import compose_handout, compose_sheets
from renovate_gui.app.leak_search import require_none_spilled
from renovate_gui.app.package_figures import package_figures
from renovate_gui.app.package_parts import DATA_PARTS, PRINTED_PARTS, Part, PartContext, PartResult, joined
from renovate_gui.app.plan_content import Gathering, Identity, PlanContent, incomplete_sentence
from renovate_gui.app.plan_data import export_tables, register_sheets
from renovate_gui.app.plan_page import beside, write_review_page
from renovate_gui.app.recompute import numbers_told
from renovate_gui.app.report_out import report_register, report_values
from renovate_gui.app.scenes import SceneRequest
from renovate_gui.app.software import software
from renovate_gui.app.tasks import IsCancelled, Progress
from renovate_gui.app.you_said import you_said
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled, DataError, RenovateError, RequestError
from renovate_gui.domain.ids import Uuid
from renovate_gui.geo import crs as systems
from renovate_gui.io.package import publish
from renovate_gui.io.package.cgcs2000 import export_crs, write_geopackage
from renovate_gui.io.package.finished import Finished
from renovate_gui.io.package.geojson import write_geojson
from renovate_gui.io.package.manifest import content_seal, list_files, short_seal, write_manifest
from renovate_gui.io.package.register import write_csv, write_xlsx
from renovate_gui.io.package.tables import ExportTable, write_dictionary
from renovate_gui.io.package.texts import say
from renovate_gui.io.package.verify import verify_folder

if TYPE_CHECKING:
    from renovate_gui.app.ports import Printer
    from renovate_gui.app.session import Session
    from renovate_gui.domain.figure import Figure
    from renovate_gui.store.project import Project

_BAR_TOLERANCE_MM = 0.2
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class PackageBuild:
    """One export; :meth:`run` is the work of its task."""

    project: Project
    session: Session
    printer: Printer
    request: ExportRequest
    gathering: Gathering
    identity: Identity
    figures: tuple[Figure, ...] = ()
    parts: list[PartResult] = field(default_factory=list)
    leaks: leaks.LeakReport | None = None

    def run(self, progress: Progress, is_cancelled: IsCancelled) -> ExportReport:
        """Build, verify, remember, publish; on any failure nothing is left and the project is as it was."""
        settled = left_packages.settle(self.project, self._parent())
        target, name = self._target()
        with publish.building_site(target.parent) as site:
            content = self._screened(self.gathering.finish(progress, is_cancelled))
            self.figures = package_figures(self.session, self.gathering, content)
            folder = site / name
            folder.mkdir()
            report = self._write(folder, content, progress, _stop_when(is_cancelled))
            progress(0.95, tr("Checking the package"))
            require_none_spilled(self.session, content, folder)
            found = verify_folder(folder)
            if found.problems:
                raise DataError(tr("The package failed its own check: {problem}", problem=found.problems[0]))
            _stop_when(is_cancelled)()
            self._remember_and_publish(folder, target, name, content, report)
        return replace(report, path=target, notes=(*settled, *report.notes))

    # -- where ------------------------------------------------------------------------------------------------
    def _parent(self) -> Path:
        given = self.request.target.expanduser().absolute()
        return given.parent if given.suffix.lower() == ".zip" else given

    def _target(self) -> tuple[Path, str]:
        """Return the final path and the package's name; a folder's version goes up until its name is free."""
        who = self.identity
        base = publish.safe_name(who.community, "community")
        given = self.request.target.expanduser().absolute()
        if given.suffix.lower() == ".zip":
            return given, f"{base}-{who.distribution}-v{who.version}"
        number = who.version
        while (given / f"{base}-{who.distribution}-v{number}").exists():
            number += 1
        if number != who.version:
            self.identity = self.gathering.identity = replace(who, version=number)
        name = f"{base}-{who.distribution}-v{number}"
        return given / name, name

    def _screened(self, content: PlanContent) -> PlanContent:
        """Return the content without what must not be told; raise LeakError for what nobody decided upon."""
        if self.request.black_out:
            content = leaks.blacked_out(content)
        same = [
            v for _, _, v in self.project.packages() if v.get("distribution") == content.identity.distribution
        ]
        released = same[-1].get("released") if same else None
        self.leaks = leaks.check(
            content, contact=self.request.contact, released=released, accepted=self.request.accepted_leaks
        )
        leaks.require_none(self.leaks)
        return content

    # -- what -------------------------------------------------------------------------------------------------
    def _write(
        self, folder: Path, content: PlanContent, progress: Progress, check: Callable[[], None]
    ) -> ExportReport:
        check()
        _check_on_earth(content)
        progress(0.3, tr("Writing data"))
        tables = export_tables(content)
        self._write_data(folder, content, tables)
        self._write_register(folder, content)
        self._write_parts(DATA_PARTS, folder, content, "", check)
        seal = short_seal(content_seal(list_files(folder), content.identity.package))
        check()
        progress(0.5, tr("Writing the review page"))
        scene = self.session.scenes.build(SceneRequest(heat=content.heat, is_for_export=True))
        html, tolerance_m = write_review_page(content, scene, seal, beside(self.session, content))
        (folder / "review.html").write_text(html, encoding="utf-8", newline="\n")
        check()
        notes = _notes(content, tolerance_m)
        if content.gaps_today and not self.figures:
            notes.append(tr("The project changed during the export, so the figures are not kept in it."))
        if self.gathering.rejected:
            notes.append(tr("Rejected proposals are left out: {n}.", n=self.gathering.rejected))
        notes += self._print(folder, content, seal, progress, check)
        self._write_parts(PRINTED_PARTS, folder, content, seal, check)
        notes += joined(self.parts).notes
        write_manifest(folder, self._manifest(content, tables, notes))
        files = tuple(p.relative_to(folder).as_posix() for p in sorted(folder.rglob("*")) if p.is_file())
        return ExportReport(folder, files, tuple(notes), seal)

    def _write_data(self, folder: Path, content: PlanContent, tables: tuple[ExportTable, ...]) -> None:
        data = folder / "data"
        (data / "cgcs2000").mkdir(parents=True)
        for table in tables:
            write_geojson(data / f"{table.name}.geojson", table, content.identity.crs)
        if tables:
            write_geopackage(data / "cgcs2000" / "plan.gpkg", tables, content.identity.crs)
        write_dictionary(data / "dictionary.csv", tables)
        if content.report is not None:
            k = 0 if content.identity.distribution == "working" else content.privacy.k
            values = report_values(content.report, k=k)
            text = json.dumps(values, ensure_ascii=False, allow_nan=False, indent=1)
            (data / "indicators.json").write_text(text + "\n", encoding="utf-8", newline="\n")

    def _write_parts(
        self,
        parts: tuple[Part, ...],
        folder: Path,
        content: PlanContent,
        seal: str,
        check: Callable[[], None],
    ) -> None:
        context = PartContext(self.session, self.printer, folder, content, self.request, seal, check)
        for part in parts:
            check()
            self.parts.append(part(context))

    def _write_register(self, folder: Path, content: PlanContent) -> None:
        sheets = register_sheets(content)
        sheets += report_register(content.report) if content.report is not None else ()
        write_xlsx(folder / "register.xlsx", sheets, title=content.identity.community)
        write_csv(folder / "register.csv", sheets[0])

    def _print(
        self, folder: Path, content: PlanContent, seal: str, progress: Progress, check: Callable[[], None]
    ) -> list[str]:
        sheets = compose_sheets(content, self.session.scenes, you_said(self.session))
        notes: list[str] = []
        for number, paper in enumerate(self.request.papers):
            check()
            progress(
                0.6 + 0.3 * number / len(self.request.papers), tr("Printing handouts on {paper}", paper=paper)
            )
            # the first paper is the handout of the package's contract; the others say their size
            file = folder / ("handout.pdf" if number == 0 else f"handout-{paper.lower()}.pdf")
            report = self.printer.print_handout(
                compose_handout(
                    content, sheets, paper=paper, seal=seal, layout=self.session.layouts.in_use(paper)
                ),
                file,
            )
            if any(abs(bar - 100.0) > _BAR_TOLERANCE_MM for bar in report.bar_mm):
                raise DataError(
                    tr(
                        "{file} is not true to scale: its 100 mm bar measures {mm} mm.",
                        file=file.name,
                        mm=report.bar_mm[0],
                    )
                )
            if report.missing_glyphs:
                notes.append(
                    tr("{file}: no font at hand draws {glyphs}", file=file.name, glyphs=report.missing_glyphs)
                )
        return notes

    def _manifest(
        self, content: PlanContent, tables: tuple[ExportTable, ...], notes: list[str]
    ) -> dict[str, Any]:
        who = content.identity
        return {
            "package": who.package,
            "version": who.version,
            "community": who.community,
            "distribution": who.distribution,
            "created": who.created_at,
            "language": who.language,
            "reply_until": who.reply_until,
            "software": _software(),
            "crs": {"project": who.crs, "geojson": "OGC:CRS84", "geopackage": export_crs(who.crs)},
            "layers": [{"name": t.name, "zh": t.zh, "en": t.en, "features": len(t.rows)} for t in tables],
            "proposals": [{"uuid": str(p.uuid), "number": p.number} for p in content.proposals],
            "parameters": _parameters(content),
            "standards": [_standard(r, who.distribution) for r in content.gaps_today],
            "sources": [_source(i) for i in content.layers],
            "attribution": list(content.attribution),
            "numbers": numbers_told(content),
            "privacy": content.privacy.as_json(),
            "leaks": self.leaks.as_json() if self.leaks is not None else {},
            "notes": notes,
            **joined(self.parts).manifest,
        }

    # -- when all is well -------------------------------------------------------------------------------------
    def _remember_and_publish(
        self, folder: Path, target: Path, name: str, content: PlanContent, report: ExportReport
    ) -> None:
        """Let the project remember the package, then let it appear by one rename.

        Until then a mark beside it says that it is finished: what a crash leaves is settled by
        :mod:`renovate_gui.app.left_packages`, and any failure here takes the project's step back.
        """
        ready = publish.make_ready(folder, target, name=name)
        who = self.identity
        left = Finished(
            folder.parent, self.project.meta("uuid"), str(self.project.path), who.package, ready, target
        )
        title = tr("Export the package {name}", name=name)
        try:
            left_packages.begin(left)
            try:
                with self.project.action(title) as writer:
                    writer.put_package(Uuid(who.package), who.version, self._memory(name, content, report))
                    writer.put_records(joined(self.parts).records)
                    for figure in self.figures:
                        writer.put_figure(figure)
                    publish.must_be_free(target)
                self._must_be_on_disk()
                publish.appear(ready, target)
            except BaseException:
                self._take_back(left, title)
                raise
            left_packages.end(left)
        finally:
            left_packages.leave(left)

    def _memory(self, name: str, content: PlanContent, report: ExportReport) -> dict[str, Any]:
        who = self.identity
        return {
            "key": who.key,
            "seal": report.seal,
            "created": who.created_at,
            "distribution": who.distribution,
            "name": name,
            "reply_until": who.reply_until,
            "proposals": [str(p.uuid) for p in content.open_proposals],
            "digest": content.digest,
            "figures": [str(f.uuid) for f in self.figures],
            "released": leaks.released_totals(content),
            "scenario": _scenario(content),
            **joined(self.parts).memory,
        }

    def _must_be_on_disk(self) -> None:
        if self.project.saving.is_sheltered:
            raise RequestError(
                tr(
                    "The disk does not take the project now, so it could not remember the package; save it first."
                )
            )

    def _take_back(self, left: Finished, title: str) -> None:
        """Let the project forget a package that did not appear; when even that fails the mark stays for the next opening."""
        try:
            if left_packages.has_appeared(left):
                return
            if any(str(uuid) == left.package for uuid, _version, _values in self.project.packages()):
                step = next(s for s in reversed(self.project.history()) if s.what == title)
                if step.uuid == self.project.state:
                    self.project.undo()
                else:  # somebody did something meanwhile
                    self.project.undo_one(step.number)
            left_packages.end(left)
        except (RenovateError, OSError) as error:
            _log.warning("the export could not be taken back: %s", error)


def _check_on_earth(content: PlanContent) -> None:
    """Raise DataError for what is drawn where longitude and latitude end, such as 1,000,000 km away."""
    drawn = [
        (tr("proposal {number} “{title}”", number=p.number, title=p.title), p.geometry)
        for p in content.proposals
    ]
    drawn += [(tr("note “{title}”", title=n.text[:40]), n.geometry) for n in content.notes]
    for name, geometry in drawn:
        if geometry is None or geometry.is_empty:
            continue
        x_min, y_min, x_max, y_max = geometry.bounds
        corners = [(x_min, y_min), (x_max, y_max)]
        lonlat = [systems.transform_point(x, y, content.identity.crs, systems.WGS84) for x, y in corners]
        if not all(math.isfinite(number) for pair in lonlat for number in pair):
            raise DataError(
                tr(
                    "The {name} lies where there is neither longitude nor latitude; move or delete it, then export again.",
                    name=name,
                )
            )


def _stop_when(is_cancelled: IsCancelled) -> Callable[[], None]:
    def check() -> None:
        if is_cancelled():
            raise Cancelled(tr("Cancelled."))

    return check


def _notes(content: PlanContent, tolerance_m: float) -> list[str]:
    """Return what a person should know before handing the package out."""
    privacy = content.privacy
    language = content.identity.language
    notes = [say(plan.counted(content), language)] if content.gaps_today else []
    scenario = plan.scenario_line(content)
    notes += [tr("Scenario: {line}.", line=say(scenario, language))] if scenario else []
    notes += [
        incomplete_sentence(p, content.incomplete[p.uuid])
        for p in content.open_proposals
        if p.uuid in content.incomplete
    ]
    notes += content.remarks
    if content.identity.distribution == "public" and not content.identity.map_number.strip():
        notes.append(tr("Without a map number the public notice is a schematic: base maps are left out."))
    if privacy.layers_withheld:
        notes.append(
            tr("Kept out of the public notice: {layers}.", layers=tr(", ").join(privacy.layers_withheld))
        )
    if privacy.counts_hidden:
        notes.append(
            tr("{n} headcounts are hidden (fewer than {k} people).", n=privacy.counts_hidden, k=privacy.k)
        )
    if privacy.cells_hidden:
        notes.append(
            tr(
                "{n} cells of the heat map are hidden (fewer than {k} respondents).",
                n=privacy.cells_hidden,
                k=privacy.k,
            )
        )
    if privacy.texts_with_contacts:
        where = ", ".join(privacy.texts_with_contacts)
        key = tr("Phone numbers or addresses were blacked out in: {where}.", where=where)
        warning = tr("There seem to be phone numbers or addresses in: {where}.", where=where)
        notes.append(key if content.identity.distribution == "public" else warning)
    unchecked = [plan.ground(r.row) for r in content.gaps_today if r.row is not None and not r.row.is_checked]
    if unchecked:
        rows = "; ".join(str(u) for u in dict.fromkeys(unchecked))
        notes.append(tr("Not checked against the printed text: {rows}.", rows=rows))
    notes += [note for r in content.gaps_today for note in r.notes]
    pairs = zip(content.gaps_today, content.gaps_planned, strict=True)
    notes += [say(words, language) for today, after in pairs if (words := plan.why_unknown(today, after))]
    if tolerance_m:
        notes.append(
            tr("Outlines on the review page are simplified by {m} m to keep it small.", m=tolerance_m)
        )
    if not content.open_proposals:
        notes.append(tr("There is no proposal to answer on the page."))
    return list(dict.fromkeys(notes))


def _software() -> dict[str, str]:
    """Return name and version of the program, and what else the numbers depend on."""
    found = software()
    return {"name": "renovate-gui", "version": found.pop("renovate-gui"), **found}


def _scenario(content: PlanContent) -> dict[str, str] | None:
    """Return which alternative goes out, with its whole seal when it is locked and the seal holds."""
    found = content.scenario
    if found is None:
        return None
    if content.seal is not None and not content.seal.is_as_sealed:  # what goes out is not what was locked
        return {"id": found.uuid, "name": found.name, "locked_at": "", "seal": ""}
    return {"id": found.uuid, "name": found.name, "locked_at": found.locked_at, "seal": found.seal}


def _parameters(content: PlanContent) -> dict[str, Any]:
    heat = content.heat_request
    asked = content.asked
    parameters: dict[str, Any] = {
        "k": content.privacy.k,
        "scenario": _scenario(content),
        "area": asked.area if asked else None,
        "measure": asked.measure.value if asked else None,
        "limit_m": asked.limit_m if asked else None,
        "kinds": list(asked.kinds) if asked else [],
        "walker": asked.walker if asked else None,
        "gaps": [
            {
                "kind": r.kind,
                "limit_m": r.limit_m,
                "measure": r.measure.value,
                "basis": r.basis.value,
                "people_source": r.people_source.value,
            }
            for r in content.gaps_today
        ],
    }
    if heat is not None and content.heat is not None:
        parameters["heat"] = {
            "subject": heat.subject,
            "bandwidth_m": heat.bandwidth_m,
            "cell_m": content.heat.cell_m,
            "levels": list(content.heat.levels),
            "suppressed_below": content.privacy.k,
        }
    return parameters


def _standard(result: Any, distribution: str) -> dict[str, Any]:
    row = result.row
    if row is None:
        return {"kind": result.kind, "row": None}
    return {
        "kind": row.kind,
        "source": row.source,
        "clause": row.clause,
        "radius_m": row.radius_m,
        "obligation": row.obligation.value,
        "confidence": row.confidence.value,
        "level": row.level.value,
        "origin": row.origin,
        "changed": list(row.changed),
        "why": row.why,
        "checked": row.is_checked,
        "checked_by": "" if distribution == "public" else row.verified_by,
        "checked_on": row.verified_on,
        "compared_with": row.printed,
    }


def _source(info: Any) -> dict[str, Any]:
    p = info.passport
    values: dict[str, Any] = {"layer": info.name, "role": info.role.value, "datum": info.datum.value}
    if p is not None:
        values |= {
            "file": p.source_name,
            "sha256": p.source_sha256,
            "crs": p.crs,
            "conversion": p.conversion,
            "rows_read": p.rows_read,
            "rows_shown": p.rows_shown,
            "rows_refused": p.rows_refused,
            "imported": p.imported_at,
        }
    return values
