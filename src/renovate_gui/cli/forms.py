"""``forms``: comment forms printed again for a package that exists; and which forms ``export`` adds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renovate_gui.assets import tr
from renovate_gui.cli.arguments import Parser
from renovate_gui.cli.report import run_task, say, say_json
from renovate_gui.cli.services import Services
from renovate_gui.domain.errors import RequestError

if TYPE_CHECKING:
    from renovate_gui.app.form_codes import FormRequest
    from renovate_gui.app.session import Session
    from renovate_gui.domain.ids import Uuid

_NEWEST = "latest"


def add_to(commands: Any) -> None:
    """Add the command's arguments."""
    words = tr("print comment forms of a package that went out, for households or open ones")
    told: Parser = commands.add_parser("forms", help=words, description=words)
    told.add_argument(
        "--json", action="store_true", help=tr("print one JSON object and nothing else on standard output")
    )
    told.add_argument("project", type=Path, metavar="PROJECT", help=tr("the project file"))
    told.add_argument(
        "--package",
        default=_NEWEST,
        metavar="latest|VERSION|UUID",
        help=tr("which package; left out: the newest with a form"),
    )
    _whom(told)
    told.add_argument("--out", type=Path, required=True, metavar="PDF")


def export_arguments(told: argparse.ArgumentParser) -> None:
    """Add to ``export`` which comment forms go with the package."""
    told.add_argument(
        "--forms", choices=["A3", "A4", "none"], default="A3", help=tr("paper of the comment forms, or none")
    )
    _whom(told)


def _whom(told: argparse.ArgumentParser) -> None:
    chosen = told.add_mutually_exclusive_group()
    chosen.add_argument(
        "--households",
        type=Path,
        metavar="TABLE",
        help=tr("one form per household: CSV or XLSX with the columns building, stairwell, households"),
    )
    chosen.add_argument(
        "--register", action="store_true", help=tr("one form per flat of the register of owners")
    )
    chosen.add_argument(
        "--open",
        dest="copies",
        type=int,
        default=0,
        metavar="N",
        help=tr("so many numbered open forms; left out: one to be photocopied"),
    )


def form_request(session: Session, options: argparse.Namespace) -> FormRequest | None:
    """Return which forms are asked for, None for none; raise RequestError where nobody would get one."""
    from renovate_gui.app.form_codes import FormRequest

    paper = getattr(options, "forms", "A3")
    if options.copies < 0:
        raise RequestError(tr("The number of open forms is less than nothing."))
    if paper == "none":
        return None
    if options.households is not None:
        return FormRequest(paper, homes=session.forms.read_homes(options.households))
    if options.register:
        homes = session.forms.homes_in_register()
        if not homes:
            raise RequestError(tr("The register of owners is empty; bring it in first, or give a table."))
        return FormRequest(paper, homes=homes)
    return FormRequest(paper, copies=options.copies)


def forms(options: argparse.Namespace, services: Services) -> int:
    """Print comment forms of a package that exists."""
    with services.open_session(options.project) as session:
        package = _package(session, options.package)
        request = form_request(session, options)
        assert request is not None
        report = run_task(session.forms.prepare_print(request, options.out, package=package))
    if options.json:
        say_json(
            {
                "path": str(report.path),
                "package": report.package,
                "version": report.version,
                "forms": report.forms,
                "sides": report.sides,
                "missing_glyphs": report.missing_glyphs,
            }
        )
        return 0
    say(
        tr(
            "{n} comment forms of {sides} sides each, package version {version}: {path}",
            n=report.forms,
            sides=report.sides,
            version=report.version,
            path=report.path,
        )
    )
    return 0


def _package(session: Session, wanted: str) -> Uuid | None:
    """Return the package meant by a version number or the beginning of its uuid; None: the newest."""
    if wanted == _NEWEST:
        return None
    found = [
        uuid
        for uuid, version in session.forms.packages()
        if wanted.removeprefix("v") == str(version) or (len(wanted) >= 6 and uuid.startswith(wanted.lower()))
    ]
    if not found:
        raise RequestError(tr("There is no package “{name}” with a comment form.", name=wanted))
    if len(found) > 1:
        raise RequestError(
            tr("Several packages are called “{name}”; write the beginning of the uuid instead.", name=wanted)
        )
    return found[0]
