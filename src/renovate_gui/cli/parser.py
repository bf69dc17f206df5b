"""The arguments of every command; nothing heavy is imported here."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from renovate_gui import __version__
from renovate_gui.assets import LANGUAGES, tr
from renovate_gui.cli.arguments import Parser, bbox, choice, pair, size
from renovate_gui.cli.asking import catchment, judging, metres, proposals, study
from renovate_gui.cli.help_words import kinds_words, operations_words, roles_words
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.layout import PAPERS
from renovate_gui.domain.roles import Datum, Role

COMMANDS = (
    "demo",
    "inspect",
    "new",
    "import",
    "people",
    "analyze",
    "why",
    "standards",
    "report",
    "site",
    "render",
    "picture",
    "export",
    "forms",
    "officials",
    "replies",
    "scan",
    "verify",
    "recompute",
    "merge",
    "figures",
    "scenario",
    "history",
    "undo",
    "goto",
    "version",
    "versions",
    "compare",
    "compact",
    "check",
    "repair",
    "edit",
    "dump",
    "ledger",
    "comments",
    "register",
    "ballot",
    "stage",
    "meeting",
)

Command = Callable[..., int]


def build_parser() -> Parser:
    """Return the parser of all commands."""
    parser = Parser(prog="renovate-gui", description=tr("Renewing old residential communities, on one map"))
    parser.add_argument("--version", action="version", version=f"renovate-gui {__version__}")
    parser.add_argument(
        "--lang", choices=LANGUAGES, help=tr("language of everything said; may stand anywhere")
    )
    commands = parser.add_subparsers(
        dest="command", metavar=tr("COMMAND"), parser_class=Parser, required=True
    )
    for add in (
        _survey,
        _people,
        _analysis,
        _siting,
        _standards,
        _report,
        _council,
        _together,
        _figures,
        _scenarios,
        _history,
        _health,
        _drawn,
        _demo,
        _voting,
    ):
        add(commands)
    return parser


def _add(commands: Any, name: str, words: str, *, json: bool = True) -> Parser:
    parser: Parser = commands.add_parser(name, help=words, description=words)
    if json:
        parser.add_argument(
            "--json",
            action="store_true",
            help=tr("print one JSON object and nothing else on standard output"),
        )
    return parser


def _project(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", type=Path, metavar="PROJECT", help=tr("the project file"))


def _survey(commands: Any) -> None:
    look = _add(commands, "inspect", tr("show what is in a source file or a folder of them"))
    look.add_argument("file", type=Path, metavar="FILE")
    new = _add(commands, "new", tr("make an empty project file"))
    _project(new)
    new.add_argument("--title", default="", help=tr("name of the community"))
    new.add_argument("--crs", default="", metavar="EPSG:n", help=tr("left out: decided by the first import"))
    new.add_argument("--standard", default="cn-gb50180-2018", metavar="ID")
    bring = _add(commands, "import", tr("bring a layer into a project"))
    bring.words_below = roles_words
    _project(bring)
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.add_argument("--as", dest="role", required=True, choices=[r.value for r in Role], metavar="ROLE")
    bring.add_argument("--layer", help=tr("the layer's name, when the file has several"))
    bring.add_argument("--name", default="", help=tr("what the layer is called in the project"))
    bring.add_argument("--crs", default="", help=tr("EPSG:n, WKT, GCJ-02 or BD-09"))
    bring.add_argument("--datum", choices=[d.value for d in Datum if d is not Datum.OTHER])
    bring.add_argument("--encoding", default="", help=tr("text encoding, such as GB18030"))
    bring.add_argument("--swap-axes", action="store_true", help=tr("x holds latitudes or northings"))
    bring.add_argument("--map", action="append", default=[], type=pair, metavar="FIELD=COLUMN")
    bring.add_argument(
        "--repair", action="store_true", help=tr("repair invalid geometries, as a step of its own")
    )


def _people(commands: Any) -> None:
    told = _add(commands, "people", tr("estimate residents of buildings from totals, or show the estimate"))
    _project(told)
    told.add_argument("--total", dest="residents", type=_people_count, metavar="N", help=tr("all residents"))
    for basis in AgeBasis:
        if basis is not AgeBasis.RESIDENTS:
            told.add_argument(f"--{basis.value.replace('_', '-')}", type=_people_count, metavar="N")
    told.add_argument(
        "--from", dest="holder", default="", metavar="LAYER", help=tr("a layer whose areas hold the totals")
    )
    told.add_argument("--area", choices=["all", "community"], default="all", help=tr("whom the totals count"))
    told.add_argument("--whole", action="store_true", help=tr("whole people in every building"))
    told.add_argument("--clear", action="store_true", help=tr("estimate residents no longer"))


def _people_count(text: str) -> float:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e8:
        raise argparse.ArgumentTypeError(tr("“{text}” is no number of people", text=text))
    return value


def _analysis(commands: Any) -> None:
    gaps = _add(commands, "analyze", tr("find who is out of reach of a service"))
    gaps.words_below = kinds_words
    gaps.add_argument("--standard", default="", metavar="ID", help=tr("another standard, for this run only"))
    _project(gaps)
    study(gaps)
    _scenario(gaps)
    proposals(gaps)
    judging(gaps)
    catchment(gaps)
    why = _add(commands, "why", tr("say why a building has its verdict"))
    why.words_below = kinds_words
    why.add_argument("--standard", default="", metavar="ID", help=tr("another standard, for this run only"))
    _project(why)
    study(why)
    _scenario(why)
    why.add_argument("--building", required=True, metavar="ID|CODE", help=tr("its number, code or name"))
    proposals(why)
    judging(why)
    catchment(why)
    _pictures(commands)


def _siting(commands: Any) -> None:
    from renovate_gui.cli.siting import add_siting

    found = _add(commands, "site", tr("find where new places of a service reach most people"))
    found.words_below = kinds_words
    _project(found)
    study(found)
    _scenario(found)
    add_siting(found)


def _pictures(commands: Any) -> None:
    render = _add(commands, "render", tr("write a picture of the map"))
    _project(render)
    render.add_argument("--out", type=Path, required=True, metavar="MAP.png")
    render.add_argument("--size", type=size, default=(1600, 1000), metavar="1600x1000")
    render.add_argument("--bbox", type=bbox, metavar="X1,Y1,X2,Y2", help=tr("metres of the project's system"))
    render.add_argument("--kind", default="", help=tr("show the gaps of a facility kind"))
    render.add_argument(
        "--heat",
        nargs="?",
        const="answers",
        default="",
        help=tr("show a density: answers, residents, age60 …"),
    )
    render.add_argument("--bandwidth", type=metres, default=120.0, metavar="METRES")
    render.add_argument(
        "--neighbours",
        type=int,
        default=0,
        metavar="K",
        help=tr("take the bandwidth from the k-th neighbour"),
    )
    render.add_argument(
        "--versus",
        default="",
        metavar="SUBJECT",
        help=tr("compare with: residents, age60, supply:childcare …"),
    )
    render.add_argument("--difference", action="store_true", help=tr("a difference instead of a ratio"))
    render.add_argument(
        "--hexagons", type=metres, default=0.0, metavar="METRES", help=tr("gather by hexagons of this width")
    )
    render.add_argument(
        "--with-gap", action="store_true", help=tr("demand and gap together; --kind names the service")
    )
    render.add_argument("--dark", action="store_true")
    _scenario(render)
    render.add_argument(
        "--against",
        default="",
        metavar="NAME",
        help=tr("show who gains and who loses against this scenario, or “today”; --kind names the service"),
    )
    picture = _add(commands, "picture", tr("write a picture of the window"))
    _project(picture)
    picture.add_argument("--out", type=Path, required=True, metavar="WINDOW.png")
    picture.add_argument(
        "--stage",
        action="append",
        choices=["survey", "needs", "gaps", "proposals", "council", "evaluate"],
        help=tr("may be given again: then each picture's name ends in its stage"),
    )
    picture.add_argument("--size", type=size, default=(1600, 1000), metavar="1600x1000")


def _standards(commands: Any) -> None:
    from renovate_gui.cli import standards

    rules = _add(commands, "standards", tr("show, change and sign what the project is judged by"))
    _project(rules)
    standards.arguments(rules)


def _scenarios(commands: Any) -> None:
    from renovate_gui.cli import scenarios

    words = tr("keep alternatives apart: list, make, carry, lock and compare scenarios")
    scenarios.arguments(_add(commands, "scenario", words, json=False))


def _scenario(parser: argparse.ArgumentParser) -> None:
    """Add whose proposals count."""
    parser.add_argument(
        "--scenario", default="", metavar="NAME", help=tr("whose proposals count; left out: the chosen one's")
    )


def _report(commands: Any) -> None:
    from renovate_gui.cli import reporting

    told = _add(commands, "report", tr("tell the council who is served, and the indicators of the check-up"))
    _project(told)
    study(told)
    _scenario(told)
    reporting.arguments(told)


def _council(commands: Any) -> None:
    from renovate_gui.cli import forms, leaks, officials, recompute

    export = _add(commands, "export", tr("write the plan package for the residents' council"))
    _project(export)
    export.add_argument("--out", type=Path, required=True, metavar="DIR|ZIP")
    export.add_argument(
        "--class", dest="distribution", choices=["working", "council", "public"], default="council"
    )
    export.add_argument(
        "--paper",
        action="append",
        choices=PAPERS,
        help=tr(
            "handouts on this paper only, several times for several; else on A3 and A4; elder: large print"
        ),
    )
    export.add_argument(
        "--atlas",
        choices=["buildings", "stairwells"],
        default="",
        help=tr("also a sheet for each, in atlas.pdf"),
    )
    study(export)
    _scenario(export)
    export.add_argument(
        "--reply-until", default="", metavar="YYYY-MM-DD", help=tr("left out: two weeks from today")
    )
    export.add_argument("--contact", default="")
    leaks.export_arguments(export)
    forms.export_arguments(export)
    forms.add_to(commands)
    officials.add_to(commands)
    replies = _add(commands, "replies", tr("bring the residents' reply files in"))
    _project(replies)
    replies.add_argument("files", type=Path, nargs="+", metavar="FILE")
    from renovate_gui.cli import scan

    scanned = _add(commands, "scan", tr("read scanned comment forms into the project"))
    _project(scanned)
    scan.arguments(scanned)
    verify = _add(commands, "verify", tr("check a plan package"))
    verify.add_argument("package", type=Path, metavar="PACKAGE")
    again = _add(commands, "recompute", tr("compute a package's numbers again"))
    recompute.arguments(again)


def _voting(commands: Any) -> None:
    from renovate_gui.cli import ledger, meetings, voting

    ledger.add_to(commands)
    voting.add_to(commands)
    meetings.add_to(commands)


def _together(commands: Any) -> None:
    join = _add(
        commands, "merge", tr("merge a colleague's copy of the project, as one step that can be undone")
    )
    _project(join)
    join.add_argument(
        "other", type=Path, nargs="?", metavar="OTHER", help=tr("the copy to take in; it is never changed")
    )
    join.add_argument(
        "--unpublished",
        action="store_true",
        help=tr(
            "merge the file that took PROJECT's place on its share or drive into what waits here, then publish"
        ),
    )
    join.add_argument(
        "--keep-both",
        action="store_true",
        help=tr("give that file another name beside, and publish what waits here"),
    )
    join.add_argument(
        "--prefer",
        choices=["mine", "theirs", "both"],
        help=tr("which side stays where both changed the same; left out: it is listed and nothing is merged"),
    )
    join.add_argument(
        "--choose",
        action="append",
        default=[],
        type=choice,
        metavar="ID=mine|theirs|both",
        help=tr("decide for one object; may be given again"),
    )
    join.add_argument("--dry-run", action="store_true", help=tr("say what would come in, and change nothing"))


def _figures(commands: Any) -> None:
    told = _add(commands, "figures", tr("tell where layers and kept figures come from; compute them again"))
    told.words_below = kinds_words
    _project(told)
    told.add_argument(
        "--keep",
        action="append",
        default=[],
        metavar="KIND",
        help=tr("judge this kind as the project says, and keep the figure; may be given again"),
    )
    told.add_argument("--title", default="", help=tr("what the kept figures are called"))
    told.add_argument(
        "--recompute",
        action="store_true",
        help=tr("compute every kept figure again from what it was computed from, and compare"),
    )


def _history(commands: Any) -> None:
    told = _add(commands, "history", tr("list the steps of the history, or what one step changed"))
    _project(told)
    told.add_argument("--all", action="store_true", help=tr("also steps left behind by newer ones"))
    told.add_argument("--step", type=int, metavar="N", help=tr("what this step changed"))
    undo = _add(commands, "undo", tr("take back the newest step, or one from the middle"))
    _project(undo)
    undo.add_argument("--step", type=int, metavar="N", help=tr("only this step, as a new step"))
    undo.add_argument(
        "--object",
        action="append",
        default=[],
        metavar="ID",
        help=tr("of the step only this object, as “history --step N --json” names it; may be given again"),
    )
    goto = _add(commands, "goto", tr("go to any state of the history"))
    _project(goto)
    where = goto.add_mutually_exclusive_group(required=True)
    where.add_argument("--step", type=int, metavar="N", help=tr("as it was after this step"))
    where.add_argument("--version", metavar="NAME", help=tr("as it was when it was named"))
    where.add_argument("--start", action="store_true", help=tr("as it was before all steps"))
    version = _add(commands, "version", tr("keep the present state for ever under a name"))
    _project(version)
    version.add_argument("--name", required=True, metavar="NAME")
    version.add_argument("--why", default="", metavar="TEXT")
    versions = _add(commands, "versions", tr("list the named versions"))
    _project(versions)
    versions.add_argument("--check", action="store_true", help=tr("check every version against its seal"))
    compare = _add(commands, "compare", tr("tell what is different between two files or two states"))
    _project(compare)
    compare.add_argument("other", type=Path, nargs="?", metavar="OTHER", help=tr("another project file"))
    state = tr("a version's name, a step's number, “start” or “now”")
    compare.add_argument("--from", dest="before", metavar="STATE", help=state)
    compare.add_argument("--to", dest="after", metavar="STATE", help=tr("left out: now"))
    compact = _add(commands, "compact", tr("make one step of the steps between named versions"))
    _project(compact)
    compact.add_argument(
        "--keep-days", type=int, default=0, metavar="D", help=tr("leave the steps of the last D days alone")
    )


def _health(commands: Any) -> None:
    _project(_add(commands, "check", tr("look a project file over; nothing of it changes")))
    repair = _add(commands, "repair", tr("write a mended copy of a project file, which is not touched"))
    _project(repair)
    repair.add_argument("--out", type=Path, required=True, metavar="COPY")


def _drawn(commands: Any) -> None:
    edit = _add(
        commands,
        "edit",
        tr("do operations from standard input, one JSON object a line, one answer a line"),
        json=False,
    )
    edit.words_below = operations_words
    _project(edit)
    _project(_add(commands, "dump", tr("print everything drawn as one JSON object")))


def _demo(commands: Any) -> None:
    demo = _add(commands, "demo", tr("take the sample community through every stage"))
    demo.add_argument("--out", type=Path, default=Path("out/demo"), metavar="DIR")
    demo.add_argument("--no-window", action="store_true", help=tr("do not open the window at the end"))


# -- words below the options ----------------------------------------------------------------------------------
