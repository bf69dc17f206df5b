"""Values as a receiver's field takes them: length in bytes of the target encoding, digits, lists of values."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from renovate_gui.assets import tr
from renovate_gui.io.package.officials.template import GIVEN, ROW, FieldRule
from renovate_gui.io.package.tables import Value

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

Ref = tuple[str, object]
"""What a fault can be clicked to: ``("proposals", uuid)`` or ``("layer:<id>", feature id)``; empty key: nothing."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that the receiver would not take.

    Attributes
    ----------
    blocks
        Whether nothing is sent with it: a mandatory field without a value the receiver takes.
    words
        Translated sentence, naming layer, feature and field.
    """

    layer: str
    feature: str
    field: str
    ref: Ref
    blocks: bool
    words: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """A value as it would be stored, and why not as it was; ``reason`` is empty or a translated part of a sentence."""

    value: Value
    reason: str = ""


def cut_to_bytes(text: str, length: int, encoding: str) -> str:
    """Return the longest beginning that takes no more than ``length`` bytes; never half a character."""
    data = text.encode(encoding, errors="ignore")
    return (
        text if len(data) <= length and data.decode(encoding) == text else _beginning(text, length, encoding)
    )


def _beginning(text: str, length: int, encoding: str) -> str:
    taken, room = [], length
    for character in text:
        try:
            size = len(character.encode(encoding))
        except UnicodeEncodeError:
            character, size = "?", 1  # noqa: PLW2901
        if size > room:
            break
        taken.append(character)
        room -= size
    return "".join(taken)


def clean(text: str) -> str:
    """Return the text as every format gives it back: control characters are blanks, blanks at the ends are none."""
    return _CONTROL.sub(" ", text).strip()


def fit(value: Value, rule: FieldRule, encoding: str) -> Fitted:
    """Return the value as the field holds it, or the nearest that fits with the reason."""
    if isinstance(value, str):
        value = clean(value)
    if value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)):
        return Fitted(None, tr("is mandatory and empty") if rule.is_mandatory else "")
    if rule.values:
        return _listed(value, rule)
    if rule.kind == "text":
        return _text(_plain(value), rule, encoding)
    if rule.kind == "date":
        return _date(str(value))
    return _number(value, rule)


def _plain(value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _listed(value: Value, rule: FieldRule) -> Fitted:
    said = _plain(value)
    stored = next((s for s, word in rule.values.items() if said in (word, s)), None)
    if stored is None:
        return Fitted(None, tr("“{value}” is not in the list of values", value=said[:40]))
    return Fitted(stored) if rule.kind == "text" else _number(stored, rule)


def _text(text: str, rule: FieldRule, encoding: str) -> Fitted:
    try:
        size = len(text.encode(encoding))
    except UnicodeEncodeError as error:
        odd = text[error.start : error.end]
        return Fitted(
            cut_to_bytes(text, rule.length, encoding).rstrip(),
            tr("“{value}” cannot be written in {encoding}", value=odd, encoding=encoding),
        )
    if size <= rule.length:
        return Fitted(text)
    words = tr("is too long: {size} bytes in {encoding}, {length} allowed", size=size, encoding=encoding, length=rule.length)  # fmt: skip
    return Fitted(cut_to_bytes(text, rule.length, encoding).rstrip() or None, words)


def _date(text: str) -> Fitted:
    try:
        return Fitted(date.fromisoformat(text).isoformat())
    except ValueError:
        return Fitted(None, tr("“{value}” is no date such as 2026-12-31", value=text[:40]))


def _number(value: Value, rule: FieldRule) -> Fitted:
    try:
        exact = Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite():
        return Fitted(None, tr("“{value}” is no number", value=str(value)[:40]))
    if exact.adjusted() > 40:
        return Fitted(None, tr("“{value}” has more digits than the field", value=str(value)[:40]))
    rounded = round(exact, rule.decimals) if rule.kind == "real" and rule.decimals else exact
    if rule.kind == "integer":
        if exact != exact.to_integral_value():
            return Fitted(
                int(exact.to_integral_value()), tr("“{value}” is no whole number", value=str(value)[:40])
            )
        rounded = exact
    if len(f"{rounded.to_integral_value():f}") + (rule.decimals + 1 if rule.decimals else 0) > rule.length:
        return Fitted(None, tr("“{value}” has more digits than the field", value=str(value)[:40]))
    return Fitted(int(rounded) if rule.kind == "integer" else float(rounded))


def fit_rows(  # noqa: PLR0917  what a cell is made of
    rules: Sequence[FieldRule],
    rows: Sequence[Mapping[str, Value]],
    names: Sequence[str],
    refs: Sequence[Ref],
    given: Mapping[str, str],
    encoding: str,
) -> tuple[tuple[tuple[Value, ...], ...], tuple[Fault, ...]]:
    """Return the values of a layer as they would be stored, and every fault.

    Parameters
    ----------
    rows
        Our values by ``layer.field``, one mapping per feature.
    names, refs
        How a feature is called and where a click leads, parallel to ``rows``.
    given
        What the sender states once, by field code.
    """
    stored, faults = [], []
    for number, (row, name, ref) in enumerate(zip(rows, names, refs, strict=True), start=1):
        made: list[Value] = []
        for rule in rules:
            fitted = fit(_value(rule, row, number, given), rule, encoding)
            made.append(fitted.value)
            is_of_all = rule.source == GIVEN or rule.source.startswith("=")
            if fitted.reason and is_of_all:  # one fault, however many features have it
                if number == 1:
                    words = tr(
                        "{layer}: {field} {reason}.",
                        layer=rule.layer,
                        field=_called(rule),
                        reason=fitted.reason,
                    )
                    faults.append(Fault(rule.layer, "", rule.code, ("", None), rule.is_mandatory, words))
            elif fitted.reason:
                words = tr("{layer}, {feature}: {field} {reason}.", layer=rule.layer, feature=name, field=_called(rule),
                           reason=fitted.reason)  # fmt: skip
                faults.append(Fault(rule.layer, name, rule.code, ref, rule.is_mandatory, words))
        stored.append(tuple(made))
    return tuple(stored), tuple(faults)


def _called(rule: FieldRule) -> str:
    return f"{rule.code} ({rule.name})" if rule.name else rule.code


def _value(rule: FieldRule, row: Mapping[str, Value], number: int, given: Mapping[str, str]) -> Value:
    if rule.source == ROW:
        return number
    if rule.source == GIVEN:
        return given.get(rule.code, "").strip() or None
    if rule.source.startswith("="):
        return rule.source[1:]
    return row.get(rule.source) if rule.source else None
