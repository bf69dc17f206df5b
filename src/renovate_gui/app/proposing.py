"""Proposals on import: what a layer is and which of its columns means what, from names, types and values.

The names are data (``resources/roles.toml``). Every choice is deterministic: the same layer always gets the same proposal.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renovate_gui.assets import resource_path
from renovate_gui.domain.roles import FIELDS, Field, Role

if TYPE_CHECKING:
    from renovate_gui.app.survey import SourceLayer

OSM_ATTRIBUTION = "© OpenStreetMap contributors"

_NAME_BASE = 6.0
_COLUMN_WEIGHT, _COLUMN_CAP = 2.0, 6.0
_ENOUGH = 3.0
_MOSTLY = 0.8  # of the values are numbers
_OF_NAME = 90.0  # the score of a column that is called as a field is, not only something like it
_DIRTY = 20.0
_STUDY_AREA_VALUES = frozenset({"extent", "community", "study_area", "frame", "范围", "社区", "研究范围"})
_SIDE_TEXT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class RoleProposal:
    """A role with the score it won by; ``is_wanted`` is False for layers that only help another one."""

    role: Role
    score: float
    is_wanted: bool = True


@lru_cache(maxsize=1)
def _rules() -> dict[str, Any]:
    return tomllib.loads(resource_path("roles.toml").read_text(encoding="utf-8"))


def fold(text: str) -> str:
    """Return a name for comparing: NFKC, lower case, units and brackets gone, blanks and dashes as underscores."""
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    folded = re.sub(r"[（(\[【].*?[）)\]】]", "", folded)
    return re.sub(r"[\s_]+", "_", folded).strip("_")


def _words(text: str) -> tuple[str, ...]:
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text)
    return tuple(word for word in re.split(r"[^0-9a-z]+", fold(split)) if word)


def _name_score(name: str, candidates: Iterable[str]) -> float:
    """Return how well a layer's name speaks for a role: longer words and words nearer the end count more."""
    folded, words = fold(name), _words(name)
    joined = " ".join(words)
    best = 0.0
    for candidate in candidates:
        if candidate.isascii():
            found = f" {candidate} " in f" {joined} "
            end = joined.rfind(candidate) + len(candidate)
            weight = len(candidate) / 3.0
            length = len(joined)
        else:
            found = candidate in folded
            end = folded.rfind(candidate) + len(candidate)
            weight = float(len(candidate))
            length = len(folded)
        if found:
            best = max(best, _NAME_BASE + min(weight, 4.0) / 2.0 + end / max(length, 1))
    return best


def _value_score(role: Role, sample: Mapping[str, Sequence[str]]) -> float:
    if role == Role.STUDY_AREA:
        values = {fold(v) for column, found in sample.items() if fold(column) == "role" for v in found}
        return 4.0 if values & _STUDY_AREA_VALUES else 0.0
    return 0.0


def propose_role(layer: SourceLayer) -> RoleProposal:
    """Return the role that fits best; ``OTHER`` when nothing speaks clearly."""
    folded = {fold(column) for column in layer.columns}
    names = (layer.name,) if fold(layer.name) == fold(layer.path.stem) else (layer.name, layer.path.stem)
    scores: dict[Role, float] = {}
    for code, rule in _rules()["roles"].items():
        role = Role(code)
        named = _name_score(names[0], rule["layer"])
        if not named and len(names) > 1:
            named = _name_score(names[1], rule["layer"]) / 2.0  # the file's name says less than the layer's
        columns = sum(_COLUMN_WEIGHT for column in rule["columns"] if column in folded)
        score = named + min(columns, _COLUMN_CAP) + _value_score(role, layer.sample)
        if score:
            score += float(rule["geometry"].get(layer.geometry_type, 0.0)) + float(rule.get("weight", 0.0))
        scores[role] = score
    best = max(scores, key=lambda role: scores[role])
    if scores[best] < _ENOUGH:
        return RoleProposal(Role.OTHER, scores[best])
    return RoleProposal(best, scores[best], is_wanted=best != Role.OTHER)


def _is_number(text: str) -> bool:
    try:
        plain = unicodedata.normalize("NFKC", text).strip().lstrip("约近")
        float(plain.replace(",", "").rstrip("%°层户人套"))
    except ValueError:
        return False
    return True


def _fitted(field: Field, score: float, values: Sequence[str] | None, *, is_empty_layer: bool) -> float:
    """Return a score after a look at the values; a column that is always blank tells nothing.

    A column of the very name keeps it while any value is a number: what is none is told at the import. A clean column
    of another name for the same goes before it.
    """
    if values is None or is_empty_layer:
        return score
    if not values:
        return 0.0
    if field.kind not in {"count", "number"}:
        return score
    numbers = sum(map(_is_number, values))
    if numbers >= _MOSTLY * len(values):
        return score
    return score - _DIRTY if numbers and score >= _OF_NAME else 0.0


def _field_score(field: Field, column: str) -> float:
    rule = _rules()["fields"].get(field.name)
    if rule is None:
        return 0.0
    folded = fold(column)
    if any(part in folded for part in rule.get("not", ())):
        return 0.0
    names: list[str] = rule["names"]
    plain = folded.replace("_", "")
    for rank, name in enumerate(names):
        if folded == name or (len(plain) > 2 and plain == name.replace("_", "")):
            return 100.0 - rank * 0.1
    parts: list[str] = rule.get("parts", [])
    return max((20.0 + 2.0 * len(part) for part in parts if part in folded), default=0.0)


def propose_fields(layer: SourceLayer, role: Role) -> dict[str, str]:
    """Return role field → column. Each column serves one field; better matches choose first, ties by declared order."""
    offers: list[tuple[float, int, int, str, str]] = []
    for order, field in enumerate(FIELDS[role]):
        for position, column in enumerate(layer.columns):
            named = _field_score(field, column)
            values, is_empty = layer.sample.get(column), layer.features == 0
            score = _fitted(field, named, values, is_empty_layer=is_empty) if named else 0.0
            if score:
                offers.append((-score, order, position, field.name, column))
    chosen: dict[str, str] = {}
    for _, _, _, name, column in sorted(offers):
        if name not in chosen and column not in chosen.values():
            chosen[name] = column
    order_of = {field.name: order for order, field in enumerate(FIELDS[role])}
    return dict(sorted(chosen.items(), key=lambda pair: order_of[pair[0]]))


def propose_attribution(layer: SourceLayer) -> str:
    """Return the line that must be shown when the data says it comes from OpenStreetMap; empty otherwise."""
    columns = {fold(column) for column in layer.columns}
    if columns & {"osm_id", "osm_way_id", "osm_type", "osm编号", "osmid"}:
        return OSM_ATTRIBUTION
    return (
        OSM_ATTRIBUTION if any(_says_osm(text, layer.path) for text in _side_texts(layer.path.parent)) else ""
    )


def _says_osm(text: str, path: Path) -> bool:
    """Return whether a note beside the file says OpenStreetMap of *this* file, or of all files and no other source."""
    about = [line for line in text.splitlines() if path.name in line]
    if about:
        return any(_OSM.search(line) for line in about)
    return bool(_OSM.search(text)) and not _OTHER_LICENCE.search(text)


_OSM = re.compile(r"© OpenStreetMap|ODbL|Open Database License")
_OTHER_LICENCE = re.compile(r"\bCC[ -](BY|0)|\bMIT\b|public domain", re.IGNORECASE)


@lru_cache(maxsize=32)
def _side_texts(folder: Path) -> tuple[str, ...]:
    texts = []
    for name in ("SOURCE.md", "SOURCE.txt", "README.md", "README.txt", "LICENSE.txt"):
        try:
            with (folder / name).open("rb") as stream:
                texts.append(stream.read(_SIDE_TEXT_BYTES).decode("utf-8", "replace"))
        except OSError:
            continue
    return tuple(texts)
