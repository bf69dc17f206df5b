"""What changed since the package before: features by stable identifier, proposals with old and new values."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import shapely

from renovate_gui.io.package.register import neutralised
from renovate_gui.io.package.tables import ExportTable, Value

_DIGITS = 12
_DECIMALS = 3  # of metres: less is no change
VALUED = ("proposals",)
"""Layers whose values are remembered, so that old and new can be said."""


@dataclass(frozen=True, slots=True)
class Change:
    """One feature that is ``added``, ``changed`` or ``removed``; ``values`` is field → (old, new) where remembered."""

    layer: str
    feature: str
    what: str
    values: Mapping[str, tuple[Any, Any]]


def remembered(tables: Sequence[ExportTable]) -> dict[str, Any]:
    """Return what the project keeps of the features that went out; JSON values only."""
    return {
        "features": {t.name: dict(_digests(t)) for t in tables},
        "values": {t.name: dict(_values(t)) for t in tables if t.name in VALUED},
    }


def _digests(table: ExportTable) -> Iterator[tuple[str, str]]:
    shapes = shapely.to_wkt(table.geometry, rounding_precision=_DECIMALS, output_dimension=2)
    for identity, shape, row in zip(table.ids, shapes, table.rows, strict=True):
        told = json.dumps([shape, *(_plain(v) for v in row)], ensure_ascii=False)
        yield str(identity), hashlib.sha256(told.encode()).hexdigest()[:_DIGITS]


def _values(table: ExportTable) -> Iterator[tuple[str, dict[str, Any]]]:
    codes = [c.code for c in table.columns]
    shapes = shapely.to_wkt(table.geometry, rounding_precision=_DECIMALS, output_dimension=2)
    for identity, shape, row in zip(table.ids, shapes, table.rows, strict=True):
        place = hashlib.sha256(str(shape).encode()).hexdigest()[:_DIGITS]
        yield str(identity), {**{c: _plain(v) for c, v in zip(codes, row, strict=True)}, "geometry": place}


def _plain(value: Value) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Change, ...]:
    """Compare two rememberings; a layer that only one of them has counts as added or removed whole."""
    found = []
    old_layers, new_layers = before.get("features", {}), now.get("features", {})
    for layer in sorted({*old_layers, *new_layers}):
        old, new = old_layers.get(layer, {}), new_layers.get(layer, {})
        old_values = before.get("values", {}).get(layer, {})
        new_values = now.get("values", {}).get(layer, {})
        for feature in sorted({*old, *new}):
            what = "added" if feature not in old else "removed" if feature not in new else "changed"
            if what == "changed" and old[feature] == new[feature]:
                continue
            values = _differing(old_values.get(feature, {}), new_values.get(feature, {}))
            found.append(Change(layer, feature, what, values))
    return tuple(found)


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {k: (old.get(k), new.get(k)) for k in dict.fromkeys((*old, *new)) if old.get(k) != new.get(k)}


def write_feed(folder: Path, found: Sequence[Change], *, since: int | None, version: int) -> None:
    """Write ``changes.json`` and ``changes.csv``; ``since`` is the earlier package's version, None: there is none."""
    rows = [
        {
            "layer": c.layer,
            "id": c.feature,
            "change": c.what,
            "values": {k: list(v) for k, v in c.values.items()},
        }
        for c in found
    ]
    text = json.dumps({"since": since, "version": version, "changes": rows}, ensure_ascii=False, allow_nan=False, indent=1)  # fmt: skip
    (folder / "changes.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    with (folder / "changes.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["layer", "id", "change", "field", "old", "new"])
        for c in found:
            for name, (old, new) in (c.values or {"": ("", "")}).items():
                cells = (c.layer, c.feature, c.what, name, old, new)
                writer.writerow(["" if v is None else neutralised(v) for v in cells])
