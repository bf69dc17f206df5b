"""The values of fields in words: enumerations, money, times, lists."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from renovate_gui.app.measures import measure_title
from renovate_gui.app.terms import term
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.difference import ObjectKind
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.proposal import ActionCategory, FundSource, Priority, ProposalStatus, RenewalTier
from renovate_gui.domain.reply import Choice
from renovate_gui.domain.roles import Datum, Role, Slot
from renovate_gui.domain.travel import CatchmentModel, Direction
from renovate_gui.domain.verdict import Measure


def value_words(what: ObjectKind, name: str, value: Any) -> str:
    """Return a field's value in words; empty when it is not set."""
    if value is None:
        return ""
    special = _VALUES.get((what, name))
    return plain_words(value) if special is None else special(value)


def part_words(name: str, value: Any) -> str:
    """Return a member of a composed value (governance, passport, parameters) in words."""
    if value is None:
        return ""
    special = _PARTS.get(name)
    return plain_words(value) if special is None else special(value)


def plain_words(value: Any) -> str:
    """Return any JSON-like value as people write it: numbers with separators, lists with commas."""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, bytes):
        return tr("{size} kB", size=f"{max(1, round(len(value) / 1000)):,}")
    if isinstance(value, Mapping):
        return "\n".join(f"{k}: {plain_words(v)}" for k, v in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tr(", ").join(plain_words(v) for v in value)
    return "" if value is None else str(value)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    if value.is_integer() and abs(value) < 1e15:
        return f"{value:.0f}" if abs(value) < 1e4 else f"{value:,.0f}"
    return f"{value:,.6f}".rstrip("0") if abs(value) >= 1e-4 else f"{value:g}"


def money_words(value: Any) -> str:
    """Return yuan with separators; what is no amount stays as it is."""
    try:
        text = f"{Decimal(str(value)):,.2f}"
    except InvalidOperation:
        return str(value)
    return "¥" + text.removesuffix(".00")


def time_words(value: Any) -> str:
    """Return an ISO 8601 instant as local date and time."""
    try:
        return datetime.fromisoformat(str(value)).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return str(value)


def _term(kind: type[StrEnum]) -> Callable[[Any], str]:
    def words(value: Any) -> str:
        found = next((m for m in kind if m.value == value), None)
        return plain_words(value) if found is None else term(found)

    return words


def _funds(value: Any) -> str:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return plain_words(value)
    shares = [v for v in value if isinstance(v, Mapping)]
    return "\n".join(f"{_term(FundSource)(v.get('source'))} {money_words(v.get('amount'))}" for v in shares)


def _answers(value: Any) -> str:
    """Return a resident's answers, one proposal a line."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return plain_words(value)
    lines = []
    for answer in (v for v in value if isinstance(v, Mapping)):
        said = [_term(Choice)(answer["choice"])] if answer.get("choice") else []
        said += [str(answer["comment"])] if answer.get("comment") else []
        lines.append(
            tr("{proposal}: {said}", proposal=answer.get("proposal") or "–", said=tr("; ").join(said))
        )
    return "\n".join(lines)


def _count(value: Any) -> str:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return f"{len(value):,}" if is_list else plain_words(value)


def _visible(value: Any) -> str:
    return tr("shown") if value else tr("hidden")


def _place(value: Any) -> str:
    """Return a place in a list as people count."""
    return str(value + 1) if isinstance(value, int) else plain_words(value)


def _shape_kind(value: Any) -> str:
    words = {
        "Point": tr("Points"),
        "LineString": tr("Lines"),
        "Polygon": tr("Areas"),
        "Mixed": tr("Mixed"),
        "None": tr("No shapes, a table"),
    }
    return words.get(str(value).removeprefix("Multi"), str(value))


def _standard(value: Any) -> str:
    from renovate_gui.app.standards import profiles

    found = next((p for p in profiles() if p.id == value), None)
    if found is None:
        return str(value)
    return found.zh if current_language() == "zh_CN" else found.en


def _crs(value: Any) -> str:
    from renovate_gui.app.measuring import crs_title

    return crs_title(str(value)) if value else ""


def _walker(value: Any) -> str:
    from renovate_gui.analysis.walkers import walkers
    from renovate_gui.app.gap_request import AUTO, PAPER

    if value in {AUTO, PAPER}:
        return tr("whom the service is for") if value == AUTO else tr("the distance alone")
    found = next((w for w in walkers() if w.code == value), None)
    if found is None:
        return str(value)
    return found.zh if current_language() == "zh_CN" else found.en


def _distribution(value: Any) -> str:
    words = {"working": tr("Working team"), "council": tr("Council members"), "public": tr("Public notice")}
    return words.get(str(value), str(value))


def _wish(value: Any) -> str:
    return {"yes": tr("yes"), "no": tr("no"), "conditional": tr("on conditions")}.get(str(value), str(value))


def _language(value: Any) -> str:
    return {"zh_CN": "中文", "en": "English"}.get(str(value), str(value))


_VALUES: dict[tuple[ObjectKind, str], Callable[[Any], str]] = {
    (ObjectKind.PROPOSAL, "category"): _term(ActionCategory),
    (ObjectKind.PROPOSAL, "tier"): _term(RenewalTier),
    (ObjectKind.PROPOSAL, "priority"): _term(Priority),
    (ObjectKind.PROPOSAL, "status"): _term(ProposalStatus),
    (ObjectKind.PROPOSAL, "kind"): lambda v: measure_title(str(v)),
    (ObjectKind.PROPOSAL, "cost"): money_words,
    (ObjectKind.PROPOSAL, "funds"): _funds,
    (ObjectKind.PROPOSAL, "answers"): _count,
    (ObjectKind.LAYER, "role"): _term(Role),
    (ObjectKind.LAYER, "slot"): _term(Slot),
    (ObjectKind.LAYER, "datum"): _term(Datum),
    (ObjectKind.LAYER, "visible"): _visible,
    (ObjectKind.LAYER, "position"): _place,
    (ObjectKind.LAYER, "geometry_type"): _shape_kind,
    (ObjectKind.LAYER, "source_crs"): _crs,
    (ObjectKind.PHOTO, "position"): _place,
    (ObjectKind.FIGURE, "kind"): lambda v: measure_title(str(v)),
    (ObjectKind.FIGURE, "measure"): _term(Measure),
    (ObjectKind.FIGURE, "basis"): _term(AgeBasis),
    (ObjectKind.FIGURE, "walked_by"): _walker,
    (ObjectKind.FIGURE, "digest"): lambda v: f"{str(v)[:12]} …",
    (ObjectKind.SCENARIO, "locked_at"): time_words,
    (ObjectKind.SCENARIO, "members"): lambda v: "\n".join(map(str, v or ())),
    (ObjectKind.SCENARIO, "seal"): lambda v: f"{str(v)[:17]} …" if v else "",
    (ObjectKind.REPLY, "created_at"): time_words,
    (ObjectKind.REPLY, "wish"): _wish,
    (ObjectKind.REPLY, "answers"): _answers,
    (ObjectKind.PACKAGE, "created"): time_words,
    (ObjectKind.PACKAGE, "proposals"): _count,
    (ObjectKind.PACKAGE, "distribution"): _distribution,
    (ObjectKind.SETTING, "standard"): _standard,
    (ObjectKind.SETTING, "crs"): _crs,
    (ObjectKind.SETTING, "language"): _language,
}
_PARTS: dict[str, Callable[[Any], str]] = {
    "measure": _term(Measure),
    "limit_m": lambda v: f"{v:,g} m" if isinstance(v, int | float) else plain_words(v),
    "kinds": lambda v: tr(", ").join(measure_title(str(k)) for k in v),
    "categories": lambda v: plain_words(v) or tr("all categories"),
    "standard": _standard,
    "rows": lambda _v: "",  # said by the badge
    "needs": lambda _v: "",  # a number of its own
    "direction": _term(Direction),
    "model": _term(CatchmentModel),
    "need_share": lambda v: f"{100 * v:g} %" if isinstance(v, int | float) else "",
    "subject": lambda v: _term(AgeBasis)(v) if v != "answers" else tr("Residents' answers"),
    "bandwidth_m": lambda v: f"{v:,.0f} m" if isinstance(v, int | float) else plain_words(v),
    "limits": lambda v: "\n".join(
        f"{measure_title(str(k))} {plain_words(m)} m" for k, m in _mapping(v).items()
    ),
    "repairs": lambda v: f"{len(v):,}" if isinstance(v, Sequence) and v else "",
    "walker": _walker,
    "area": lambda v: {"all": tr("everybody"), "community": tr("the community only")}.get(str(v), str(v)),
    "crs": _crs,
    "created": time_words,
}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
