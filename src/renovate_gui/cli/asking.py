"""How gaps are judged on the command line: as the project keeps it, where an option does not say otherwise."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from renovate_gui.assets import tr
from renovate_gui.domain.travel import CatchmentModel, Direction
from renovate_gui.domain.verdict import Measure

if TYPE_CHECKING:
    from renovate_gui.app.gap_request import GapRequest
    from renovate_gui.app.parameters import GapParameters
    from renovate_gui.app.session import Session


def study(parser: argparse.ArgumentParser) -> None:
    """Add what is counted, where and how; what is left out is as the project keeps it."""
    kept = tr("left out: as the project keeps it")
    parser.add_argument("--kind", action="append", default=[], metavar="KIND", help=tr("may be given again"))
    parser.add_argument("--measure", choices=[m.value for m in Measure], help=kept)
    parser.add_argument(
        "--limit",
        type=metres,
        metavar="METRES",
        help=tr("left out: the project's own distance, else the standard's"),
    )
    parser.add_argument(
        "--walker",
        help=tr(
            "adult, senior, senior80, stroller, wheelchair, std60; auto: whom the service is for; paper: the distance alone; left out: as the project keeps it"
        ),
    )
    parser.add_argument("--area", choices=["all", "community"], help=kept)


def judging(parser: argparse.ArgumentParser) -> None:
    """Add how the person and the room are judged."""
    parser.add_argument(
        "--direction", choices=[d.value for d in Direction], help=tr("which way the minutes are of")
    )
    parser.add_argument("--at", metavar="HH:MM", help=tr("hour of day, for ways with opening hours"))
    parser.add_argument(
        "--capacity",
        dest="counts_capacity",
        action=argparse.BooleanOptionalAction,
        help=tr("whether full facilities decide; left out: as the project keeps it"),
    )
    parser.add_argument(
        "--need-share",
        type=share,
        metavar="SHARE",
        help=tr("share of whom the service is for (not of all residents) who need a place: 0.3 or 30%%"),
    )


def catchment(parser: argparse.ArgumentParser) -> None:
    """Add which floating catchment the places per person are of."""
    parser.add_argument("--model", dest="catchment", choices=[m.value for m in CatchmentModel])


def proposals(parser: argparse.ArgumentParser) -> None:
    """Add whether what is planned counts as built."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--with-proposals",
        action="store_true",
        default=None,
        dest="with_proposals",
        help=tr("count the proposals as built"),
    )
    which.add_argument(
        "--without-proposals",
        action="store_false",
        default=None,
        dest="with_proposals",
        help=tr("count what is there today alone"),
    )


def metres(text: str) -> float:
    """Return a distance of an option, above 0 and below 1,000 km."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(tr("“{value}” is no distance in metres", value=text))
    return value


def share(text: str) -> float:
    """Return a share of an option, above 0 and at most 1."""
    bare = text.strip().rstrip("%％")
    try:
        value = float(bare) / (1.0 if bare == text.strip() else 100.0)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(tr("“{text}” is no share; write it like 0.3 or 30%", text=text))
    return value


def parameters_of(session: Session, options: argparse.Namespace) -> GapParameters:
    """Return how gaps are judged: as the project keeps it, but for what the options say."""
    kept = session.parameters.gaps()
    said: dict[str, Any] = {
        name: getattr(options, name, None)
        for name in ("walker", "area", "at", "counts_capacity", "with_proposals")
    }
    for name, option, kind in (
        ("measure", "measure", Measure),
        ("direction", "direction", Direction),
        ("model", "catchment", CatchmentModel),
    ):
        text = getattr(options, option, None)
        said[name] = None if text is None else kind(text)
    return replace(kept, **{name: value for name, value in said.items() if value is not None})


def request_of(session: Session, options: argparse.Namespace, kinds: tuple[str, ...] = ()) -> GapRequest:
    """Return one request for the kinds of the options, else for ``kinds``, else for the usual ones."""
    from renovate_gui.app.gap_request import GapRequest

    parameters = parameters_of(session, options)
    wanted = tuple(dict.fromkeys(options.kind)) or kinds or GapRequest().kinds
    return replace(
        parameters.together(wanted), limit_m=options.limit, need_share=getattr(options, "need_share", None)
    )
