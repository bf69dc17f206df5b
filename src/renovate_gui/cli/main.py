"""Runs a command: arguments in, exit code out, one plain line for every fault."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from renovate_gui.assets import system_reason, tr
from renovate_gui.cli.parser import Command, build_parser
from renovate_gui.cli.report import complain
from renovate_gui.cli.services import Services
from renovate_gui.domain.errors import Cancelled, RenovateError

OK, OURS, WRONG, STOPPED = 0, 1, 2, 130

# command → module and function; modules are imported when their command runs, so that each starts quickly
_PLACES = {
    "inspect": ("survey", "inspect"),
    "new": ("survey", "new"),
    "import": ("survey", "bring_in"),
    "people": ("people", "people"),
    "analyze": ("analysis", "analyze"),
    "why": ("why", "why"),
    "report": ("reporting", "report"),
    "standards": ("standards", "standards"),
    "site": ("siting", "site"),
    "render": ("analysis", "render"),
    "picture": ("analysis", "picture"),
    "export": ("council", "export"),
    "forms": ("forms", "forms"),
    "officials": ("officials", "officials"),
    "replies": ("council", "replies"),
    "scan": ("scan", "scan"),
    "verify": ("council", "verify"),
    "recompute": ("recompute", "recompute"),
    "merge": ("merge", "merge"),
    "figures": ("figures", "figures"),
    "scenario": ("scenarios", "scenario"),
    "history": ("history", "history"),
    "undo": ("history", "undo"),
    "goto": ("history", "go_to"),
    "version": ("history", "version"),
    "versions": ("history", "versions"),
    "compare": ("history", "compare"),
    "compact": ("history", "compact"),
    "check": ("health", "check"),
    "repair": ("health", "repair"),
    "edit": ("drawn", "edit"),
    "dump": ("drawn", "dump"),
    "demo": ("demo", "demo"),
    "ledger": ("ledger", "ledger"),
    "comments": ("ledger", "comments"),
    "register": ("voting", "register"),
    "ballot": ("voting", "ballot"),
    "stage": ("voting", "stage"),
    "meeting": ("meetings", "meeting"),
}


def run_command(arguments: Sequence[str], services: Services) -> int:  # noqa: PLR0911  one way out per fault
    """Run one command and return its exit code: 0 done, 2 the data or the request is wrong, 1 our fault, 130 stopped."""
    _open_streams()
    _speak_utf8()
    logging.getLogger("pyogrio").setLevel(logging.ERROR)
    try:
        return _run(arguments, services)
    except SystemExit as stop:  # argparse: --help and mistakes
        return stop.code if isinstance(stop.code, int) else WRONG
    except (Cancelled, KeyboardInterrupt):
        complain(tr("Stopped. Nothing was left half done."))
        return STOPPED
    except BrokenPipeError:
        _close_pipe()
        return OK
    except RenovateError as error:
        complain(str(error))
        return WRONG
    except OSError as error:
        _drop_unwritten()
        complain(os_sentence(error))
        return WRONG
    except Exception as error:  # noqa: BLE001  the last net: a person never sees a traceback
        complain(_fault_sentence(error))
        return OURS


def _run(arguments: Sequence[str], services: Services) -> int:
    options = build_parser().parse_args(list(arguments))
    return _command(options.command)(options, services)


def _command(name: str) -> Command:
    """Return the function of a command; its module is imported only now."""
    from importlib import import_module

    module, function = _PLACES[name]
    found: Command = getattr(import_module(f"renovate_gui.cli.{module}"), function)
    return found


def os_sentence(error: OSError) -> str:
    """Return one sentence for a fault of disk or file system."""
    name = Path(os.fsdecode(error.filename)).name if isinstance(error.filename, (str, bytes)) else ""
    if name:
        return tr(
            "“{file}” cannot be read or written: {reason}.", file=_short(name), reason=system_reason(error)
        )
    return tr("Reading or writing failed: {reason}.", reason=system_reason(error))


def _short(name: str) -> str:
    return name if len(name) <= 80 else f"{name[:40]}…{name[-30:]}"


def _open_streams() -> None:
    """Put nothing in the place of standard streams that whoever started us had closed."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  open until the end


def _speak_utf8() -> None:
    """Write UTF-8 whatever the console's code page is; a character nobody can encode must not stop a command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _close_pipe() -> None:
    """Let the interpreter end quietly when the reader of our output has gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _drop_unwritten() -> None:
    """Give up output that cannot be written; the interpreter would try again at its end and complain in its own words."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        _close_pipe()


def _fault_sentence(error: Exception) -> str:
    """Keep a report of a mistake of our own, without anything personal, and return the line that names it."""
    from renovate_gui.app.fault_report import keep_report

    path = keep_report(error)
    if path is None:
        return tr("The program itself made a mistake ({kind}).", kind=type(error).__name__)
    return tr("The program itself made a mistake; please send us the file {path}.", path=path)
