"""The project's layer of a standard: changed rows and signatures, each row in a setting of its own so that copies merge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from renovate_gui.app.standard_words import field_title, field_words, row_title
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.standard import (
    MOST_RADIUS_M,
    Level,
    Obligation,
    ProfileLayer,
    Span,
    StandardProfile,
    StandardRow,
)

ROW = "standards.row."
"""Settings of changed and signed rows: this and the row's key."""
PROFILE = "standards.profile."
"""Settings of imported profile files: this and the profile's id; the value is the file."""
ORIGIN = "project"

EDITABLE = (
    "radius_m", "minutes", "gfa_m2", "site_m2", "ratio_value", "count", "obligation", "clause", "source", "note",
)  # fmt: skip
"""What a project may change of a row."""
_NUMBERS = {"radius_m", "minutes", "ratio_value"}
_SPANS = {"gfa_m2", "site_m2"}
_TEXTS = {"clause", "source", "note"}
_MOST = 1e7


@dataclass(frozen=True, slots=True)
class RowSignature:
    """Who compared which text with which printed edition; ``of`` is the digest of the row that was compared."""

    who: str
    on: str
    printed: str
    of: str


@dataclass(frozen=True, slots=True)
class RowLayer:
    """What the project says of one row: its changes with their reason, and signatures by the profile they are of."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    signatures: Mapping[str, RowSignature] = field(default_factory=dict)


def read_one(text: str) -> RowLayer:
    """Return what the project says of a row; nothing where a newer program wrote it in words unknown here."""
    if not text:
        return RowLayer()
    try:
        return msgspec.json.decode(text, type=RowLayer)
    except msgspec.MsgspecError:
        return RowLayer()


def read_layer(settings: Mapping[str, str]) -> dict[str, RowLayer]:
    """Return the project's layer by row key."""
    return {key.removeprefix(ROW): read_one(text) for key, text in settings.items()}


def written(layer: RowLayer) -> str:
    """Return the text of a setting; empty when the project says nothing of the row."""
    if not layer.changes and not layer.signatures:
        return ""
    return msgspec.json.encode(layer, order="deterministic").decode()


def without_own(signatures: Mapping[str, RowSignature]) -> dict[str, RowSignature]:
    """Return signatures without the one of the project's own wording, which a change makes void."""
    return {origin: one for origin, one in signatures.items() if origin != ORIGIN}


def with_project(base: StandardProfile, layers: Mapping[str, RowLayer]) -> StandardProfile:
    """Return a standard with the project's layer on top."""
    rows = tuple(_laid(r, layers[r.key]) if r.key in layers else r for r in base.rows)
    changed = sum(r.origin == ORIGIN for r in rows)
    top = ProfileLayer(ORIGIN, "本项目", "This project", Level.PROJECT, "", "", "", changed)
    return replace(base, rows=rows, layers=(*base.layers, top))


def _laid(row: StandardRow, layer: RowLayer) -> StandardRow:
    try:
        clean = checked(layer.changes)
    except RequestError:  # a newer program lets more be changed
        clean = {}
    shown = changed_row(row, clean, layer.why) if clean else row
    signature = layer.signatures.get(shown.origin)
    if signature is None or signature.of != shown.digest():
        return _cited(shown)
    return replace(shown, verified_by=signature.who, verified_on=signature.on, printed=signature.printed)


def _cited(row: StandardRow) -> StandardRow:
    """Return a changed row without a signature as what it is: the project's word, and not that of the text below."""
    if row.origin != ORIGIN or row.below is None or "source" in row.changed:
        return row
    instead = " ".join(w for w in (row.below.source, row.below.clause) if w)
    clause = row.clause if "clause" in row.changed else ""
    return replace(row, source=tr("set by this project in place of {source}", source=instead), clause=clause)


def changed_row(row: StandardRow, clean: Mapping[str, Any], why: str) -> StandardRow:
    """Return a row as the project wants it, unsigned, with the row it covers below.

    It keeps the text's source: who corrects a row by the printed book and signs it has the text's own words.
    """
    values = {name: value for name, value in clean.items() if name != "ratio_value"}
    if "obligation" in values:
        values["obligation"] = Obligation(values["obligation"])
    if "ratio_value" in clean and row.ratio is not None:
        values["ratio"] = replace(row.ratio, value=clean["ratio_value"], value_to=None)
    return replace(
        row, **values, level=Level.PROJECT, origin=ORIGIN, below=row, why=why, changed=tuple(clean),
        verified_by="", verified_on="", printed="",
    )  # fmt: skip


def value_of(row: StandardRow, name: str) -> Any:
    """Return a row's value as an edit states it."""
    if name == "ratio_value":
        return row.ratio.value if row.ratio is not None else None
    value = getattr(row, name)
    return value.value if isinstance(value, Obligation) else value


def checked(changes: Mapping[str, object]) -> dict[str, Any]:
    """Return changes in the form they are kept in; raise RequestError for what a row cannot say."""
    return {name: _checked(name, value) for name, value in changes.items()}


def _checked(name: str, value: object) -> Any:
    if name not in EDITABLE:
        raise RequestError(
            tr(
                "“{name}” of a row cannot be changed; choose from: {names}.",
                name=name,
                names=", ".join(EDITABLE),
            )
        )
    if name in _TEXTS:
        return str(value or "").strip()
    if name == "obligation":
        return _obligation(value)
    if value is None:
        return None
    if name in _SPANS:
        return _span(name, value)
    if name in _NUMBERS:
        return _positive(name, value)
    return int(_whole(name, value))


def _obligation(value: object) -> str:
    if value not in set(Obligation):
        words = ", ".join(o.value for o in Obligation)
        raise RequestError(
            tr("“{value}” is no obligation word; choose from: {words}.", value=value, words=words)
        )
    return str(value)


def _positive(name: str, value: object) -> float:
    if name == "radius_m" and isinstance(value, int | float) and value > MOST_RADIUS_M:
        raise RequestError(too_far())
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < _MOST:
        return float(value)
    raise RequestError(tr("{field} must be a number above 0.", field=field_title(name)))


def too_far() -> str:
    """Return that a distance is no walk."""
    return tr(
        "Distance must be at most {most} m; farther is no walk. Is it another unit?",
        most=f"{MOST_RADIUS_M:,.0f}",
    )


def faults(changes: Mapping[str, object]) -> dict[str, str]:
    """Return everything that a row cannot say, by field: a form tells all of it at once."""
    found = {}
    for name, value in changes.items():
        try:
            _checked(name, value)
        except RequestError as error:
            found[name] = str(error)
    return found


def _whole(name: str, value: object) -> float:
    number = _positive(name, value)
    if not number.is_integer():
        raise RequestError(tr("{field} must be a whole number.", field=field_title(name)))
    return number


def _span(name: str, value: object) -> Span | None:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise RequestError(tr("{field} must be two numbers, from and to.", field=field_title(name)))
    low, high = (None if v is None else _positive(name, v) for v in value)
    if low is not None and high is not None and low > high:
        raise RequestError(
            tr("{field}: the first number must not be above the second.", field=field_title(name))
        )
    return None if low is None and high is None else (low, high)


def edit_title(row: StandardRow, clean: Mapping[str, Any]) -> str:
    """Return the history's line for a change: “Standard, Elderly day care: distance 300 m → 250 m”."""
    parts = [
        tr(
            "{field} {before} → {after}",
            field=field_title(name),
            before=field_words(name, value_of(row, name)) or "–",
            after=field_words(name, value) or "–",
        )
        for name, value in clean.items()
        if value != value_of(row, name)
    ]
    return tr("Standard, {row}: {changes}", row=row_title(row), changes=tr(", ").join(parts) or "–")
