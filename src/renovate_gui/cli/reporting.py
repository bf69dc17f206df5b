"""``report``: statements and the check-up's indicators as PDF, table or plain values."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from renovate_gui.assets import tr
from renovate_gui.cli.asking import request_of
from renovate_gui.cli.report import run_task, say, say_json
from renovate_gui.cli.scenarios import look_at
from renovate_gui.cli.services import Services
from renovate_gui.domain.errors import RequestError

if TYPE_CHECKING:
    from renovate_gui.domain.report import Report


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes, after PROJECT and what is counted."""
    parser.add_argument(
        "--out",
        type=Path,
        default=None,
        metavar="FILE",
        help=tr("ends in .pdf, .json or .xlsx; left out: print it"),
    )
    parser.add_argument("--with-proposals", action="store_true", help=tr("count the proposals as built"))
    parser.add_argument("--paper", choices=["A3", "A4"], default="A4")


def report(options: argparse.Namespace, services: Services) -> int:
    """Make a report, and write or print it."""
    from renovate_gui.app.report_out import report_values
    from renovate_gui.app.reporting import ENDINGS, KINDS

    if options.out is not None and options.out.suffix.lower() not in ENDINGS:  # before the work, not after it
        raise RequestError(tr("{file} must end in .pdf, .json or .xlsx.", file=options.out.name))
    with services.open_session(options.project) as session:
        look_at(session, options.scenario)
        request = request_of(session, options, KINDS)
        made = run_task(session.reporting.prepare(request))
        if options.out is not None:
            run_task(session.reporting.prepare_file(made, options.out, paper=options.paper))
    if options.json:
        say_json(report_values(made))
    elif options.out is None:
        _say(made)
    return 0


def _say(made: Report) -> None:
    from renovate_gui.app.report_out import beside, number_words

    for line in (made.stand, *made.remarks):
        say(line)
    for one in made.statements:
        say(one.sentence)
        say("  " + " · ".join(w for w in (one.ground.clause, one.ground.checked, one.ground.sources) if w))
    for indicator in made.indicators:
        say(f"{indicator.code}  {indicator.title}: {number_words(indicator)}")
        words = beside(indicator)
        if words:
            say("  " + words)
