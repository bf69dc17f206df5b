"""The report as a document of its own: the indicators, then one page per service."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from renovate_gui.app.ports import Handout, Sheet, SheetText
from renovate_gui.app.report_out import indicator_page, report_register, report_values
from renovate_gui.app.scenes import SceneRequest
from renovate_gui.app.shares import percent
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.report import Report, Statement
from renovate_gui.domain.verdict import GapResult
from renovate_gui.io.package.register import write_xlsx

if TYPE_CHECKING:
    from renovate_gui.app.ports import Printer
    from renovate_gui.app.session import Session

Extent = tuple[float, float, float, float]
_AIR_M = 40.0


def write_report(
    session: Session, report: Report, path: Path, *, printer: Printer | None, paper: str
) -> None:
    """Write a report in the form that the file's ending asks for; without a printer there is no PDF."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".json":
        text = json.dumps(report_values(report), ensure_ascii=False, allow_nan=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8", newline="\n")
    elif path.suffix.lower() == ".xlsx":
        write_xlsx(path, report_register(report), title=session.settings().title)
    elif printer is not None:
        printer.print_handout(report_handout(session, report, paper=paper), path)


def report_handout(session: Session, report: Report, *, paper: str) -> Handout:
    """Return the printed report of the open project."""
    extent = _extent(session, report)
    day = datetime.now().astimezone().date().isoformat()
    scene = session.scenes.build(SceneRequest(is_for_export=True))
    sheets = [indicator_page(report, subtitle=day, scene=scene, extent=extent)]
    sheets += [
        _page(session, s, r, extent, day) for s, r in zip(report.statements, report.results, strict=True)
    ]
    return Handout(
        sheets=tuple(sheets),
        paper=paper,
        title=tr("Report to the council"),
        community=session.settings().title,
        version=0,
        date=day,
        reply_until="",
        contact="",
        attribution="; ".join(dict.fromkeys(i.attribution for i in session.layers.all() if i.attribution)),
        seal="",
        language=current_language(),
    )


def _page(session: Session, said: Statement, result: GapResult, extent: Extent, day: str) -> Sheet:
    scene = session.scenes.build(
        SceneRequest(gap=result, show_proposals=False, show_notes=False, is_for_export=True)
    )
    facts = [
        SheetText(tr("Standard"), said.ground.clause),
        SheetText(tr("Data"), said.ground.sources),
        SheetText(tr("Measured"), said.ground.measure),
    ]
    number = percent(said.low)
    if said.high > said.low:
        number = f"{number} – {percent(said.high)}"
    return Sheet(
        title=said.title,
        subtitle=day,
        scene=scene,
        extent=extent,
        headline=(number, tr("served")),
        facts=tuple(f for f in facts if f.words),
        paragraphs=(
            SheetText(tr("In one sentence"), said.sentence),
            *((SheetText("", "\n".join(said.doubts)),) if said.doubts else ()),
        ),
        doubt="" if said.ground.is_checked is not False else said.ground.checked,
    )


def _extent(session: Session, report: Report) -> Extent:
    for result in report.results:
        shapes = session.layers.table(result.layer_id)
        kept = np.isin(shapes.ids, result.ids)
        bounds = shapely.total_bounds(shapes.geometry[kept])
        if np.isfinite(bounds).all():
            x_min, y_min, x_max, y_max = (float(b) for b in bounds)
            return (x_min - _AIR_M, y_min - _AIR_M, x_max + _AIR_M, y_max + _AIR_M)
    return (0.0, 0.0, 100.0, 100.0)
