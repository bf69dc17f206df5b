"""``edit`` and ``dump``: operations in, answers out; the same session code as the window."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any, BinaryIO

from renovate_gui.assets import tr
from renovate_gui.cli.report import say_json
from renovate_gui.cli.services import Services
from renovate_gui.domain.errors import DataError, RenovateError, RequestError

if TYPE_CHECKING:
    from renovate_gui.app.session import Session


def edit(options: argparse.Namespace, services: Services) -> int:
    """Do operations from standard input; answer each one once it is durable."""
    from renovate_gui.app.editing import apply_operation

    with services.open_session(options.project) as session:
        _must_write(session)
        for number, line in enumerate(_lines(sys.stdin.buffer), start=1):
            try:
                apply_operation(session, _operation(line))
            except RenovateError as error:
                say_json({"ok": False, "n": number, "error": " ".join(str(error).split())})
            else:
                say_json({"ok": True, "n": number})
    return 0


def dump(options: argparse.Namespace, services: Services) -> int:
    """Print everything drawn."""
    from renovate_gui.app.editing import dump as everything

    with services.open_session(options.project) as session:
        say_json(everything(session))
    return 0


def _must_write(session: Session) -> None:
    project = session.project
    if project.is_read_only:
        reason = project.read_only_reason
        raise RequestError(
            tr("{file} can only be read: {reason}", file=project.path.name, reason=reason).rstrip(": ")
        )


def _lines(stream: BinaryIO) -> Any:
    """Yield lines that hold something, as soon as they arrive."""
    for line in iter(stream.readline, b""):
        if line.strip():
            yield line


def _operation(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise DataError(tr("The line is not a JSON object.")) from None
    if not isinstance(value, dict):
        raise DataError(tr("The line is not a JSON object."))
    return value


def _refuse(word: str) -> float:
    raise ValueError(word)
