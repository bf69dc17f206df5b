"""``standards``: what the project is judged by; change a row, sign it, take it back, bring in a profile file."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renovate_gui.assets import tr
from renovate_gui.cli.report import remark, say, say_json
from renovate_gui.cli.services import Services
from renovate_gui.domain.errors import RequestError

if TYPE_CHECKING:
    from renovate_gui.app.standards import Standards
    from renovate_gui.domain.standard import StandardProfile, StandardRow

ACTIONS = ("show", "list", "choose", "edit", "sign", "reset", "import")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes, after PROJECT."""
    parser.add_argument("action", nargs="?", choices=ACTIONS, default="show", help=tr("left out: show"))
    parser.add_argument(
        "target",
        nargs="?",
        default="",
        metavar="ROW|ID|FILE",
        help=tr("a row by kind or key, a standard to choose, or a file to import"),
    )
    parser.add_argument(
        "--set",
        dest="changes",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help=tr("edit: radius_m=250, gfa_m2=350:750, obligation=must …; an empty value clears it"),
    )
    parser.add_argument("--why", default="", metavar="TEXT", help=tr("edit: the reason"))
    parser.add_argument("--by", default="", metavar="NAME", help=tr("sign: who compared the row"))
    parser.add_argument("--on", default="", metavar="YYYY-MM-DD", help=tr("sign: left out, today"))
    parser.add_argument(
        "--printed", default="", metavar="EDITION", help=tr("sign: the printed edition it was compared with")
    )
    parser.add_argument(
        "--yes",
        action="store_true",
        help=tr("sign: the printed text says what the project changed in the row"),
    )
    parser.add_argument("--unchecked", action="store_true", help=tr("show: only rows nobody has compared"))
    parser.add_argument("--choose", action="store_true", help=tr("import: and judge by it from now on"))


def standards(options: argparse.Namespace, services: Services) -> int:
    """Run one of the actions on the project's standard."""
    action: Callable[[Standards, argparse.Namespace], dict[str, Any]] = _ACTIONS[options.action]
    with services.open_session(options.project) as session:
        answer = action(session.standards, options)
    if options.json:
        say_json({"action": options.action, **answer})
    else:
        for line in _lines(answer):
            say(line)
    return 0


# -- actions --------------------------------------------------------------------------------------------------
def _show(room: Standards, options: argparse.Namespace) -> dict[str, Any]:
    standard = room.active()
    rows = standard.rows if not options.target else (room.row(options.target),)
    return _answer(standard, [r for r in rows if not (options.unchecked and r.is_checked)])


def _list(room: Standards, _options: argparse.Namespace) -> dict[str, Any]:
    chosen, own = room.active().id, {p.id for p in room.own_profiles()}
    return {
        "standards": [
            {
                "id": p.id,
                "zh": p.zh,
                "en": p.en,
                "level": p.layers[-1].level.value,
                "version": p.layers[-1].version,
                "date": p.layers[-1].date,
                "layers": [layer.id for layer in p.layers],
                "rows": len(p.rows),
                "is_chosen": p.id == chosen,
                "is_imported": p.id in own,
            }
            for p in room.profiles()
        ]
    }


def _choose(room: Standards, options: argparse.Namespace) -> dict[str, Any]:
    room.choose(_target(options, tr("Name the standard to choose.")))
    return _list(room, options)


def _edit(room: Standards, options: argparse.Namespace) -> dict[str, Any]:
    key = _target(options, tr("Name the row by its kind or key."))
    if not options.changes:
        raise RequestError(tr("Say what to change: --set FIELD=VALUE."))
    changes = dict(_change(text) for text in options.changes)
    return _answer(room.active(), [room.edit_row(key, changes, options.why)])


def _sign(room: Standards, options: argparse.Namespace) -> dict[str, Any]:
    key = _target(options, tr("Name the row by its kind or key."))
    _confirmed(room.row(key), options)
    before = room.signature_of(key)
    row = room.sign_row(key, options.by, _day(options.on), options.printed)
    if before is not None:
        remark(
            tr(
                "The row was signed before by {who}, {day}; this signature takes its place.",
                who=before[0],
                day=before[1],
            )
        )
    return _answer(room.active(), [row])


def _confirmed(row: StandardRow, options: argparse.Namespace) -> None:
    """Refuse to sign a row that the project changed until who signs says that the printed text has these values."""
    from renovate_gui.app.standard_words import claim_words

    claim = claim_words(row)
    if claim and not options.yes:
        raise RequestError(tr("{claim} If the printed text says so, add --yes.", claim=claim))


def _reset(room: Standards, options: argparse.Namespace) -> dict[str, Any]:
    key = _target(options, tr("Name the row by its kind or key."))
    return _answer(room.active(), [room.reset_row(key)])


def _import(room: Standards, options: argparse.Namespace) -> dict[str, Any]:
    path = Path(_target(options, tr("Name the file to import.")))
    made = room.import_profile(path, chooses=options.choose)
    return {"imported": made.id, **_list(room, options)}


_ACTIONS: dict[str, Callable[[Standards, argparse.Namespace], dict[str, Any]]] = {
    "show": _show,
    "list": _list,
    "choose": _choose,
    "edit": _edit,
    "sign": _sign,
    "reset": _reset,
    "import": _import,
}


# -- values ---------------------------------------------------------------------------------------------------
def _target(options: argparse.Namespace, otherwise: str) -> str:
    if not options.target:
        raise RequestError(otherwise)
    return str(options.target)


def _day(text: str) -> date:
    if not text:
        return date.today()  # noqa: DTZ011  the signer's own calendar day
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RequestError(tr("“{value}” is no day such as 2026-11-23.", value=text)) from error


def _change(text: str) -> tuple[str, object]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise RequestError(tr("“{value}” is not FIELD=VALUE", value=text))
    if ":" in value and name.endswith("_m2"):
        low, _, high = value.partition(":")
        return name, [_value(low), _value(high)]
    return name, _value(value)


def _value(text: str) -> object:
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        return text.strip()


# -- words ----------------------------------------------------------------------------------------------------
def _answer(standard: StandardProfile, rows: list[StandardRow]) -> dict[str, Any]:
    from renovate_gui.app.standard_words import row_values

    return {
        "standard": standard.id,
        "layers": [
            {
                "id": layer.id,
                "level": layer.level.value,
                "version": layer.version,
                "date": layer.date,
                "rows": layer.rows,
            }
            for layer in standard.layers
        ],
        "rows": [{**row_values(standard, r), "line": _line(r)} for r in rows],
    }


def _line(row: StandardRow) -> str:
    from renovate_gui.app import standard_words as words
    from renovate_gui.app.terms import term

    asked = [words.distance_words(row), words.size_words(row), term(row.obligation), words.clause_words(row)]
    said = tr(", ").join(part for part in asked if part)
    mark = (
        words.checked_words(row) if row.is_checked else tr("[not checked, {mark}]", mark=row.confidence.value)
    )
    return f"{row.key}  {words.row_title(row)}: {said} {mark}"


def _lines(answer: dict[str, Any]) -> list[str]:
    if "standards" in answer:
        return [
            f"{'*' if p['is_chosen'] else ' '} {p['id']}  {p['en']} / {p['zh']}" for p in answer["standards"]
        ]
    return [row["line"] for row in answer["rows"]]
