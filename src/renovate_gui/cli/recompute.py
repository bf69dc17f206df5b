"""``recompute``: a package's numbers again, from its own data and in the project it came from."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from renovate_gui.assets import tr
from renovate_gui.cli.report import complain, run_task, say, say_json
from renovate_gui.cli.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("package", type=Path, metavar="PACKAGE")
    parser.add_argument(
        "--project",
        type=Path,
        metavar="PROJECT",
        help=tr("also compute the package's figures anew in the project it came from"),
    )


def recompute(options: argparse.Namespace, services: Services) -> int:
    """Compute a package's numbers again; exit code 2 when one is not the same."""
    from renovate_gui.app.recompute import Recounted, prepare_recount

    if options.project is None:
        found: Recounted = run_task(prepare_recount(options.package))
    else:
        with services.open_session(options.project, read_only=True) as session:
            found = run_task(prepare_recount(options.package, session))
    if options.json:
        say_json(_json(found))
    else:
        _say(found)
    if found.is_same:
        return 0
    wrong = [*found.problems, *(n.name for n in found.numbers if not n.is_same)]
    wrong += [f.figure.title for f in found.figures if not f.is_same]
    if found.missing:
        wrong.append(tr("figures no longer kept in the project: {n}", n=found.missing))
    complain(
        tr(
            "{name} does not give the same numbers again: {first}",
            name=options.package.name,
            first=tr("; ").join(wrong[:3]),
        )
    )
    return 2


def _say(found: Any) -> None:
    for problem in found.problems:
        say(f"· {problem}")
    for n in found.numbers:
        same = "=" if n.is_same else "≠"
        say(f"{n.name}: {n.told} {same} {n.found}")
    for f in found.figures:
        say(f"{f.figure.title}: {tr('the same') if f.is_same else tr('not the same')}")
    if not found.numbers:
        say(tr("The package is of an older version and tells no numbers that could be counted again."))


def _json(found: Any) -> dict[str, Any]:
    return {
        "same": found.is_same,
        "problems": list(found.problems),
        "numbers": [
            {"name": n.name, "told": n.told, "found": n.found, "same": n.is_same} for n in found.numbers
        ],
        "figures": [{"title": f.figure.title, "same": f.is_same, "exact": f.is_exact} for f in found.figures],
        "missing_figures": found.missing,
    }
