"""Proposals and notes as JSON properties, and back, without losing what is not ours.

A drawn feature's ``properties`` may come from anywhere. A property belongs to a field of :class:`Proposal` when
reading and writing it again gives the same JSON; otherwise its raw value stays in ``extra`` and the field holds
what could be understood of it. Writing keeps such a raw value as long as the field still means the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.proposal import (
    ActionCategory,
    FundShare,
    FundSource,
    Governance,
    Note,
    Priority,
    Proposal,
    ProposalStatus,
    RenewalTier,
    places_from,
)

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class _Codec:
    """How one field is read from JSON (``None``: cannot be understood), written to it, and its value when unset."""

    read: Callable[[Any], Any]
    write: Callable[[Any], Any]
    unset: Any


def _same(value: Any) -> Any:
    return value


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    return None


def _money(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _member(kind: type[E]) -> Callable[[Any], E | None]:
    return lambda value: next((m for m in kind if m.value == value), None)


def _governance(value: Any) -> Governance | None:
    if not isinstance(value, dict):
        return None
    known = {k: v for k in Governance.__dataclass_fields__ if isinstance(v := value.get(k), str)}
    return Governance(**known)


def _write_governance(value: Governance) -> dict[str, str]:
    return {k: v for k in Governance.__dataclass_fields__ if (v := getattr(value, k))}


def _funds(value: Any) -> tuple[FundShare, ...] | None:
    if not isinstance(value, list):
        return None
    shares = []
    for item in value:
        source = _member(FundSource)(item.get("source")) if isinstance(item, dict) else None
        amount = _money(item.get("amount")) if isinstance(item, dict) else None
        if source is not None and amount is not None:
            shares.append(FundShare(source, amount))
    return tuple(shares)


def _write_funds(value: tuple[FundShare, ...]) -> list[dict[str, str]]:
    return [{"source": f.source.value, "amount": str(f.amount)} for f in value]


def _word(kind: type[StrEnum], unset: StrEnum | None = None) -> _Codec:
    return _Codec(_member(kind), lambda value: value.value, unset)


_PROPOSAL: dict[str, _Codec] = {
    "title": _Codec(_text, _same, ""),
    "category": _word(ActionCategory),
    "tier": _word(RenewalTier),
    "kind": _Codec(_text, _same, ""),
    "description": _Codec(_text, _same, ""),
    "governance": _Codec(_governance, _write_governance, Governance()),
    "cost": _Codec(_money, str, None),
    "funds": _Codec(_funds, _write_funds, ()),
    "capacity": _Codec(places_from, _same, None),
    "priority": _word(Priority, Priority.MEDIUM),
    "status": _word(ProposalStatus, ProposalStatus.DRAFT),
    "responsible": _Codec(_text, _same, ""),
    "answers": _Codec(_texts, list, ()),
}
_NOTE: dict[str, _Codec] = {"text": _Codec(_text, _same, "")}


def _split(
    properties: Mapping[str, Any], codecs: Mapping[str, _Codec]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the fields understand and what stays aside in its raw form."""
    fields: dict[str, Any] = {}
    extra = dict(properties)
    for key, codec in codecs.items():
        value = codec.read(properties[key]) if key in properties else None
        fields[key] = codec.unset if value is None else value
        if value is not None and value != codec.unset and is_same_json(codec.write(value), properties[key]):
            del extra[key]
    return fields, extra


def _join(
    fields: Mapping[str, Any], extra: Mapping[str, Any], codecs: Mapping[str, _Codec]
) -> dict[str, Any]:
    """Return the properties to store: raw values that still mean the same, then the fields that say something."""
    properties = dict(extra)
    for key, codec in codecs.items():
        value = fields[key]
        if key in extra:
            raw = codec.read(extra[key])
            if (codec.unset if raw is None else raw) == value:
                continue
            del properties[key]
        if value != codec.unset:
            properties[key] = codec.write(value)
    return properties


def is_same_json(one: Any, other: Any) -> bool:
    """Return whether two values are the same JSON text; unlike ``==``, 1, 1.0 and true differ."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def to_text(properties: Mapping[str, Any]) -> str:
    """Return JSON text, readable in any tool; only what UTF-8 cannot hold is escaped."""
    text = json.dumps(properties, ensure_ascii=False, allow_nan=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half of a surrogate pair
        return json.dumps(properties, allow_nan=False)
    return text


def from_text(text: object) -> dict[str, Any]:
    """Return the properties of a JSON text; one that another program spoiled is kept whole under ``properties``."""
    try:
        value = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {"properties": text}
    return value if isinstance(value, dict) else {"properties": value}


def proposal_properties(proposal: Proposal) -> dict[str, Any]:
    """Return what is stored of a proposal beside uuid, number and geometry."""
    return _join({key: getattr(proposal, key) for key in _PROPOSAL}, proposal.extra, _PROPOSAL)


def read_proposal(
    uuid: str, number: int, geometry: BaseGeometry | None, properties: Mapping[str, Any]
) -> Proposal:
    """Return the proposal that the properties describe."""
    fields, extra = _split(properties, _PROPOSAL)
    return Proposal(uuid=Uuid(uuid), number=number, geometry=geometry, extra=extra, **fields)


def note_properties(note: Note) -> dict[str, Any]:
    """Return what is stored of a note beside uuid and geometry."""
    return _join({"text": note.text}, note.extra, _NOTE)


def read_note(uuid: str, geometry: BaseGeometry | None, properties: Mapping[str, Any]) -> Note:
    """Return the note that the properties describe."""
    fields, extra = _split(properties, _NOTE)
    return Note(uuid=Uuid(uuid), geometry=geometry, extra=extra, **fields)


_COLUMNS = {
    "proposals": ("title", "category", "tier", "kind", "status", "priority", "cost", "responsible"),
    "notes": ("text",),
}
_UNSET = {"status": ProposalStatus.DRAFT.value, "priority": Priority.MEDIUM.value}


def readable_columns(table: str, properties: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the columns that other programs read beside the JSON text; ours alone counts."""
    found: dict[str, str | None] = {}
    for column in _COLUMNS[table]:
        value = properties.get(column, _UNSET.get(column))
        is_plain = isinstance(value, str | int | float) and not isinstance(value, bool)
        text = str(value).replace("\x00", "") if is_plain else None
        found[column] = None if text is None else text.encode("utf-8", "replace").decode()
    return found
