"""Which kind of service a mapped facility is: by its class, by its Chinese name, or by both.

Order of trust: a precise word of the class column (a code, a standard's term), then the facility's own name, then a broad
class of map data such as ``school``. Names override broad classes only inside the families that map data mixes up.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from renovate_gui.assets import resource_path
from renovate_gui.domain.facility import FacilityKind

NAMES_OVERRIDE = frozenset({"care", "education", "health", "culture"})
"""Families whose broad classes give way to a telling name; a bus stop called 小学 stays a bus stop."""


@dataclass(frozen=True, slots=True)
class Classified:
    """What one facility is.

    Attributes
    ----------
    codes
        Facility kind codes; empty when neither class nor name tells.
    is_broad
        Whether only a broad class of map data says so (``eldercare`` covers homes as well as day care).
    by_name
        The kind that the name alone tells, empty when it tells none.
    """

    codes: frozenset[str]
    is_broad: bool = False
    by_name: str = ""


@lru_cache(maxsize=1)
def facility_kinds() -> tuple[FacilityKind, ...]:
    """Return all facility kinds of ``resources/facility_kinds.toml`` in its order."""
    path = resource_path("facility_kinds.toml")
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["kind"]
    return tuple(
        FacilityKind(
            code=row["code"],
            zh=row["zh"],
            en=row["en"],
            glyph=row["glyph"],
            colour=row["colour"],
            words=tuple(row.get("words", ())),
            tags=tuple(row.get("tags", ())),
            names=tuple(row.get("names", ())),
            names_not=tuple(row.get("names_not", ())),
            family=row["family"],
            also=tuple(row.get("also", ())),
            is_measure=row.get("is_measure", True),
            sized_from=row.get("sized_from", ""),
            least_m2=float(row.get("least_m2", 0)),
        )
        for row in rows
    )


def kind_of(code: str) -> FacilityKind | None:
    """Return a facility kind by its code, or None."""
    return next((k for k in facility_kinds() if k.code == code), None)


@lru_cache(maxsize=1)
def _words() -> tuple[dict[str, str], dict[str, str]]:
    """Return word → code for precise words and for broad classes."""
    precise: dict[str, str] = {}
    broad: dict[str, str] = {}
    for kind in facility_kinds():
        for word in (kind.code, kind.zh, kind.en, *kind.words):
            precise.setdefault(_folded(word), kind.code)
        for tag in kind.tags:
            broad.setdefault(_folded(tag), kind.code)
    return precise, broad


def _folded(text: str) -> str:
    return re.sub(r"[\s_\-]+", " ", text).strip().lower()


def classify(kind_values: Sequence[object], names: Sequence[object]) -> tuple[Classified, ...]:
    """Return what each facility is.

    Parameters
    ----------
    kind_values
        Values of the column mapped to ``kind``; non-text counts as missing.
    names
        Values of the column mapped to ``name``, parallel.
    """
    return tuple(
        _classify_one(k if isinstance(k, str) else "", n if isinstance(n, str) else "")
        for k, n in zip(kind_values, names, strict=True)
    )


def with_sizes(found: Sequence[Classified], site_m2: Iterable[float]) -> tuple[Classified, ...]:
    """Return what facilities are, with the kinds that they are by their size (a park of 3 ha is one of 2 ha or more).

    Parameters
    ----------
    found
        What each facility is by class and name.
    site_m2
        Site area of each, square metres; NaN unknown, which makes it of no kind by size.
    """
    sized = [k for k in facility_kinds() if k.sized_from]
    return tuple(
        replace(
            one,
            codes=one.codes | {k.code for k in sized if k.sized_from in one.codes and area >= k.least_m2},
        )
        for one, area in zip(found, site_m2, strict=True)
    )


@lru_cache(maxsize=20_000)
def _classify_one(value: str, name: str) -> Classified:
    precise, broad = _words()
    by_name = kind_by_name(name)
    found = _first(precise, value)
    if found:
        kind = kind_of(found)
        also = {by_name} if kind is not None and by_name in kind.also else set()
        return Classified(frozenset({found, *also}), by_name=by_name)
    tag = _first(broad, value)
    if by_name and (not tag or _family(tag) in NAMES_OVERRIDE):
        return Classified(frozenset({by_name}), by_name=by_name)
    if tag and not _is_ruled_out(tag, name):
        return Classified(frozenset({tag}), is_broad=True, by_name=by_name)
    return Classified(frozenset(), by_name=by_name)


def _first(table: dict[str, str], value: str) -> str:
    """Return the code of the whole value, else of one of its parts (values such as ``amenity;school``)."""
    parts: Iterable[str] = (value, *re.split(r"[;,/|；，、=]", value))
    return next((table[_folded(p)] for p in parts if _folded(p) in table), "")


def _family(code: str) -> str:
    kind = kind_of(code)
    return kind.family if kind else ""


def _is_ruled_out(code: str, name: str) -> bool:
    kind = kind_of(code)
    return kind is not None and any(part in name.lower() for part in kind.names_not)


def kind_by_name(name: str) -> str:
    """Return the code of the kind that a facility's own name tells, or an empty string."""
    low = name.lower()
    if not low:
        return ""
    for kind in facility_kinds():
        if any(part in low for part in kind.names) and not any(part in low for part in kind.names_not):
            return kind.code
    return ""
