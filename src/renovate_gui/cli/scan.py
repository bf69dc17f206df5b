"""``scan``: scanned comment forms into the project, sheet by sheet."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from renovate_gui.assets import tr
from renovate_gui.cli.report import complain, run_task, say, say_json
from renovate_gui.cli.services import Services
from renovate_gui.domain.scan import SheetOutcome, SheetState

_FINE = (SheetState.TAKEN, SheetState.BLANK)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help=tr("PDF, JPEG, PNG or TIFF"))


def scan(options: argparse.Namespace, services: Services) -> int:
    """Read scanned forms; say of each sheet what became of it."""
    with services.open_session(options.project) as session:
        outcomes = run_task(session.scans.prepare_read(options.files))
    counts = Counter(o.state.value for o in outcomes)
    if options.json:
        say_json(
            {"counts": {s.value: counts[s.value] for s in SheetState}, "sheets": [_json(o) for o in outcomes]}
        )
    else:
        for outcome in outcomes:
            say(f"{_where(outcome)}: {_what(outcome)}")
    others = [o for o in outcomes if o.state not in _FINE]
    if not others:
        return 0
    complain(
        tr(
            "{n} of {total} sheets are not counted: {reason}",
            n=len(others),
            total=len(outcomes),
            reason=others[0].reason,
        )
    )
    return 2


def _where(outcome: SheetOutcome) -> str:
    parts = [outcome.file]
    if outcome.page:
        parts.append(tr("page {n}", n=outcome.page))
    if outcome.sheet:
        parts.append(outcome.sheet)
    return ", ".join(parts)


def _what(outcome: SheetOutcome) -> str:
    words = {
        SheetState.TAKEN: tr("read and counted"),
        SheetState.ASKS: tr("waits in the tray"),
        SheetState.FAILED: tr("waits in the tray"),
        SheetState.TWICE: tr("not counted again"),
        SheetState.BLANK: tr("blank page"),
        SheetState.REFUSED: tr("not opened"),
        SheetState.DISCARDED: tr("laid aside"),
    }
    word = words[outcome.state]
    return f"{word}. {outcome.reason}" if outcome.reason else word


def _json(outcome: SheetOutcome) -> dict[str, Any]:
    return {
        "file": outcome.file,
        "page": outcome.page,
        "state": outcome.state.value,
        "reason": outcome.reason,
        "sheet": outcome.sheet,
        "scan": outcome.scan,
        "reply": outcome.reply,
    }
