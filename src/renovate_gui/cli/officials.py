"""``officials``: data for a receiving system of an authority, checked and written; also the options of ``export``."""

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
    from renovate_gui.app.official_request import OfficialRequest
    from renovate_gui.io.package.officials.fitting import Fault

_MOST_SAID = 20


def add_to(commands: Any) -> None:
    """Add the command's arguments."""
    words = tr("write data for a receiving system of an authority, checked against its table of fields")
    told: Parser = commands.add_parser("officials", help=words, description=words)
    told.add_argument(
        "--json", action="store_true", help=tr("print one JSON object and nothing else on standard output")
    )
    told.add_argument("project", type=Path, metavar="PROJECT", help=tr("the project file"))
    _asked(told)
    told.add_argument("--out", type=Path, metavar="DIR", help=tr("a new folder; left out: only check"))
    told.add_argument(
        "--distribution", choices=["working", "council"], default="council", help=tr("distribution class")
    )


def _asked(told: argparse.ArgumentParser) -> None:
    told.add_argument(
        "--receiver",
        default="rg",
        metavar="CODE|CSV",
        help=tr("field table: rg (ours), kjghyd, or a CSV of your own"),
    )
    told.add_argument(
        "--given", action="append", default=[], metavar="FIELD=VALUE",
        help=tr("what the sender states once, such as XZQHDM=320106; may stand several times"),
    )  # fmt: skip
    told.add_argument(
        "--format", action="append", default=[], choices=["geojson", "gpkg", "shp", "gdb", "dxf"],
        help=tr("only this format; may stand several times"),
    )  # fmt: skip
    told.add_argument(
        "--despite", action="store_true", help=tr("write although mandatory values are missing")
    )


def official_request(options: argparse.Namespace) -> OfficialRequest:
    """Return what was asked for."""
    from renovate_gui.app.official_request import OfficialRequest

    given = dict(_pair(words) for words in options.given)
    return OfficialRequest(options.receiver, given, tuple(dict.fromkeys(options.format)), options.despite)


def _pair(words: str) -> tuple[str, str]:
    name, equals, value = words.partition("=")
    if not equals or not name:
        raise RequestError(tr("“{words}” is not of the form FIELD=VALUE.", words=words))
    return name, value


def officials(options: argparse.Namespace, services: Services) -> int:
    """Check, and write when a folder is given."""
    from renovate_gui.app.officials import Officials, require_none

    request = official_request(options)
    with services.open_session(options.project) as session:
        desk = Officials(session)
        if options.out is None:
            checked = run_task(desk.prepare_check(request))
            _tell(options, checked.faults, checked.notes)
            require_none(checked)
            return 0
        report = run_task(desk.prepare_write(request, options.out, distribution=options.distribution))
    _tell(options, report.faults, report.notes, report.path, report.files)
    return 0


def _tell(
    options: argparse.Namespace,
    faults: tuple[Fault, ...],
    notes: tuple[str, ...],
    path: Path | None = None,
    files: tuple[str, ...] = (),
) -> None:
    if options.json:
        rows = [
            {"layer": f.layer, "feature": f.feature, "field": f.field, "key": f.ref[0], "id": str(f.ref[1]),
             "blocks": f.blocks, "words": f.words}
            for f in faults
        ]  # fmt: skip
        say_json(
            {"path": str(path) if path else None, "files": list(files), "faults": rows, "notes": list(notes)}
        )
        return
    if path is not None:
        say(tr("The data for officials is in {path}", path=path))
    for name in files:
        say(f"  {name}")
    for fault in faults[:_MOST_SAID]:
        say(f"{'!' if fault.blocks else '·'} {fault.words}")
    if len(faults) > _MOST_SAID:
        say(tr("and {n} more", n=len(faults) - _MOST_SAID))
    for note in notes:
        say(f"· {note}")
    if not faults:
        say(tr("All values fit the table of fields."))
