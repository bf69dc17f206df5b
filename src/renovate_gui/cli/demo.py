"""``demo``: the sample community through every stage; everything is written down, with or without a display."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renovate_gui.assets import current_language, tr
from renovate_gui.cli.analysis import community_extent, result_json
from renovate_gui.cli.report import progress, run_task, say, say_json
from renovate_gui.cli.services import Services
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.verdict import GapResult, Verdict

if TYPE_CHECKING:
    from renovate_gui.app.session import Session

_KINDS = ("elderly_day_care", "childcare")
_PROJECT = "qingyaping.gpkg"
_MARKER = ".renovate-gui-demo"
_WINDOW_PX = (1600, 1000)
_STAGES = ("needs", "gaps", "proposals")


def demo(options: argparse.Namespace, services: Services) -> int:
    """Build the sample project, write package and pictures, take replies in, say where everything is."""
    begun = time.monotonic()
    out: Path = options.out
    project = _cleared(out)
    from renovate_gui.app.demo import fill_with_sample, sample_title

    with services.create_session(project, title=sample_title()) as session:
        with progress(tr("Sample community")) as line:
            filled = fill_with_sample(session, line)
        before, after = _gaps(session, with_proposals=False), _gaps(session, with_proposals=True)
        package = _package(session, out)
        outcomes = _answer(session, out)
        pictures = _maps(session, services, out, after)
    windows = _windows(project, out)
    found = {
        "project": str(project),
        "package": str(package),
        "maps": [str(p) for p in pictures],
        "windows": [str(p) for p in windows],
        "layers": filled.layers,
        "proposals": filled.proposals,
        "replies_accepted": outcomes,
        "before": [result_json(r, "buildings") for r in before],
        "after": [result_json(r, "buildings") for r in after],
        "seconds": round(time.monotonic() - begun, 1),
    }
    if options.json:
        say_json(found)
    else:
        _say(found, before, after)
    sys.stdout.flush()  # a person reads where everything is while the window is open
    if services.has_display() and not options.no_window:
        return services.show_window([project])
    return 0


def _cleared(out: Path) -> Path:
    """Return the project's path in an output folder that is new, or that an earlier demo made."""
    project = out / _PROJECT
    if project.exists() and not (out / _MARKER).exists():
        raise RequestError(
            tr("{path} was not made by the demo; choose another folder with --out.", path=project)
        )
    out.mkdir(parents=True, exist_ok=True)
    (out / _MARKER).touch()
    project.unlink(missing_ok=True)
    return project


def _gaps(session: Session, *, with_proposals: bool) -> Sequence[GapResult]:
    asked = session.parameters.gaps().requests(_KINDS)
    tasks = [session.gaps.prepare(replace(r, with_proposals=with_proposals)) for r in asked]
    found = {r.kind: r for task in tasks for r in run_task(task)}
    return [found[kind] for kind in _KINDS]


def _package(session: Session, out: Path) -> Path:
    """Export the council's package into a folder of its own; earlier demo packages there stay."""
    from renovate_gui.app.council import ExportRequest

    target = out / "package"
    target.mkdir(exist_ok=True)
    report = run_task(
        session.council.prepare_export(
            ExportRequest(target, "council", contact=tr("Community office, ground floor (invented)"))
        )
    )
    return report.path


def _answer(session: Session, out: Path) -> int:
    from renovate_gui.app.demo_replies import write_sample_replies

    paths = write_sample_replies(session, out / "replies")
    return sum(o.accepted for o in run_task(session.council.prepare_replies(paths)))


def _maps(session: Session, services: Services, out: Path, gaps: Sequence[GapResult]) -> list[Path]:
    """Write one map of needs and one of each gap."""
    from renovate_gui.app.needs import HeatRequest
    from renovate_gui.app.scenes import SceneRequest

    bbox = community_extent(session)
    if bbox is None:
        raise RuntimeError("the sample has a study area")
    heat = run_task(session.needs.prepare_heat(HeatRequest()))
    wanted = {"map-needs.png": SceneRequest(heat=heat)}
    wanted |= {f"map-gaps-{r.kind}.png": SceneRequest(gap=r) for r in gaps}
    written = []
    for name, request in wanted.items():
        services.printer.paint_png(session.scenes.build(request), out / name, size=_WINDOW_PX, bbox=bbox)
        written.append(out / name)
    return written


def _windows(project: Path, out: Path) -> list[Path]:
    """Picture the real window at some stages, in a process of its own: it paints without a display."""
    command = [sys.executable, "-m", "renovate_gui", "--lang", current_language(), "picture", str(project)]
    command += [word for stage in _STAGES for word in ("--stage", stage)]
    command += ["--out", str(out / "window.png")]
    with progress(tr("Picturing the window")) as line:
        line(-1.0, "")
        done = subprocess.run(  # noqa: S603  our own program
            command, capture_output=True, text=True, encoding="utf-8", check=False
        )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [str(done.returncode)])[-1]
        raise RequestError(
            tr("The window could not be pictured: {reason}", reason=last.removeprefix("error: "))
        )
    return [out / f"window-{stage}.png" for stage in _STAGES]


def _say(found: dict[str, Any], before: Sequence[GapResult], after: Sequence[GapResult]) -> None:
    from renovate_gui.app.gap_words import limit_words, room_words
    from renovate_gui.cli.analysis import kind_name

    say(tr("The sample community is ready ({s} s). Everything in it is invented.", s=found["seconds"]))
    say()
    for old, new in zip(before, after, strict=True):
        say(
            tr(
                "{kind} within {limit} on foot{room}: {old} → {new} of {total} people, with the proposals",
                kind=kind_name(new.kind),
                limit=limit_words(new),
                room=room_words(new),
                old=f"{old.people_of(Verdict.SERVED):,.0f}",
                new=f"{new.people_of(Verdict.SERVED):,.0f}",
                total=f"{new.people_total:,.0f}",
            )
        )
    say()
    say(tr("Project file:   {path}", path=found["project"]))
    say(tr("Plan package:   {path}", path=found["package"]))
    for path in found["maps"]:
        say(tr("Map:            {path}", path=path))
    for path in found["windows"]:
        say(tr("Window:         {path}", path=path))
    say()
    say(tr("Open it: renovate-gui {path}", path=found["project"]))
