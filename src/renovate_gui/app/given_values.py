"""Values given for what the program knows: of the right kind, or refused in one sentence; nothing is taken for another."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from renovate_gui.app.field_words import field_title
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.proposal import (
    ActionCategory,
    FundSource,
    Governance,
    Priority,
    ProposalStatus,
    RenewalTier,
    places_from,
)
from renovate_gui.domain.roles import FIELDS

Check = tuple[Callable[[Any], bool], Callable[[], str]]
"""Whether a value is of the right kind, and what is expected, in the reader's language."""

_SHOWN = 40  # characters of a refused value


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_amount(value: object) -> bool:
    """Return whether a value is money: a finite number or its text, from 0 up."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return False
    return amount.is_finite() and amount >= 0


def _is_funds(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(v, Mapping) and v.get("source") in set(FundSource) and _is_amount(v.get("amount"))
        for v in value
    )


def _is_governance(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    return all(isinstance(value.get(k, ""), str) for k in Governance.__dataclass_fields__)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _word(kind: type[StrEnum]) -> Check:
    words = [member.value for member in kind]
    return (lambda value: isinstance(value, str) and value in words), lambda: tr(
        "one of {words}", words=", ".join(words)
    )


_TEXT: Check = (_is_text, lambda: tr("a text"))
_PLACES: Check = (lambda value: places_from(value) is not None, lambda: tr("a number of places from 0 up"))
_AMOUNT: Check = (_is_amount, lambda: tr("an amount in yuan from 0 up"))
_CHECKS: Mapping[str, Mapping[str, Check]] = {
    "proposals": {
        "title": _TEXT,
        "description": _TEXT,
        "responsible": _TEXT,
        "kind": _TEXT,
        "category": _word(ActionCategory),
        "tier": _word(RenewalTier),
        "priority": _word(Priority),
        "status": _word(ProposalStatus),
        "cost": _AMOUNT,
        "capacity": _PLACES,
        "funds": (_is_funds, lambda: tr("a list of objects with a known source and an amount in yuan")),
        "governance": (_is_governance, lambda: tr("an object of texts")),
        "answers": (_is_texts, lambda: tr("a list of texts")),
    },
    "notes": {"text": _TEXT},
}


def check_properties(op: str, layer: str, properties: Mapping[str, Any]) -> None:
    """Refuse properties of a drawn feature that the program knows and that are of another kind.

    ``null`` and the empty text take a value away and are always right; properties that are not ours may hold anything.

    Raises
    ------
    RequestError
        Naming operation, property, value and what is expected.
    """
    for name, (is_right, expected) in _CHECKS[layer].items():
        value = properties.get(name)
        if value is None or value == "" or is_right(value):
            continue
        raise RequestError(
            tr(
                "“{op}”: the property “{property}” must be {expected}, not {value}.",
                op=op,
                property=name,
                expected=expected(),
                value=_shown(value),
            )
        )


def check_columns(info: LayerInfo, values: Mapping[str, Any]) -> None:
    """Refuse values of columns that mean a number and are none, whatever type the column has; None is always right."""
    numbers = {field.name: field.kind for field in FIELDS[info.role] if field.kind in ("number", "count")}
    for name, column in info.field_map.items():
        value: Any = values.get(column)
        if hasattr(value, "item"):  # numpy's scalars
            value = value.item()
        if name not in numbers or value is None or value == "" or value != value:  # noqa: PLR0124  NaN
            continue
        counts = name == "capacity" or numbers[name] == "count"
        if _is_number(value, name, least=0.0 if counts else -math.inf):
            continue
        raise RequestError(
            tr(
                "“{layer}”: “{column}” ({field}) must be {expected}, not {value}.",
                layer=info.name,
                column=column,
                field=field_title(name),
                expected=tr("a number from 0 up") if counts else tr("a number"),
                value=_shown(value),
            )
        )


def _is_number(value: object, field: str, *, least: float) -> bool:
    """Return whether a value is a number or the text of one; a slope may be given in per cent."""
    if isinstance(value, bool):
        return False
    words = str(value).strip().replace(",", "").replace("，", "")
    if field == "grade":
        words = words.replace("％", "%").removesuffix("%")
    try:
        number = float(words)
    except ValueError:
        return False
    return math.isfinite(number) and number >= least


def _shown(value: object) -> str:
    """Return a value as it was given, cut short: JSON, not Python."""
    words = json.dumps(value, ensure_ascii=False, default=str)
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
