"""The shipped standards: read, checked row by row, layered over each other."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from renovate_gui.analysis.kinds import kind_of
from renovate_gui.analysis.walkers import Walker, walker, walkers
from renovate_gui.assets import current_language, resource_path, tr
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.facility import AgeBasis, FacilityKind
from renovate_gui.domain.standard import Confidence, Obligation, StandardProfile, StandardRow, Tier

T = TypeVar("T")
Toml = Mapping[str, Any]  # what tomllib gives

DEFAULT_PROFILE = "cn-gb50180-2018"


@dataclass(frozen=True, slots=True)
class Limit:
    """A kind to judge: its row in the standard, if any, and the distance that counts."""

    kind: str
    row: StandardRow | None
    limit_m: float


def profiles() -> tuple[StandardProfile, ...]:
    """Return the shipped standards, the default first, notes in the reader's language."""
    return _shipped(current_language())


def profile(profile_id: str) -> StandardProfile:
    """Return a shipped standard; raise RequestError when there is none with this id."""
    found = next((p for p in profiles() if p.id == (profile_id or DEFAULT_PROFILE)), None)
    if found is None:
        raise RequestError(
            tr(
                "There is no standard “{id}”; choose one of {ids}.",
                id=profile_id,
                ids=", ".join(p.id for p in profiles()),
            )
        )
    return found


@lru_cache(maxsize=4)
def _shipped(language: str) -> tuple[StandardProfile, ...]:
    paths = sorted(
        resource_path("standards").glob("*.toml"), key=lambda p: (p.stem != DEFAULT_PROFILE, p.stem)
    )
    return tuple(load_profile(p, language=language) for p in paths)


def load_profile(path: Path, *, language: str = "en") -> StandardProfile:
    """Read one profile file; raise DataError naming file and row when something is wrong.

    A profile that ``extends`` another (a file beside it) takes over its tiers and all rows of kinds that it does not
    name itself.
    """
    try:
        raw: Toml = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(
            tr("{file}: not a readable standards file: {reason}", file=path.name, reason=error)
        ) from error
    base = (
        load_profile(path.with_name(f"{raw['extends']}.toml"), language=language)
        if "extends" in raw
        else None
    )
    top = _Reader(path.name, tr("top of the file"), raw)
    tiers = tuple(
        _tier(_Reader(path.name, tr("tier {n}", n=i), t)) for i, t in enumerate(raw.get("tier", ()), 1)
    )
    tiers = tiers or (base.tiers if base else ())
    source = top.text("source")
    known = {t.code for t in tiers}
    rows = tuple(
        _row(_Reader(path.name, tr("row {n}", n=i), r), source, known, language)
        for i, r in enumerate(raw.get("row", ()), 1)
    )
    if base is not None:
        own = {r.kind for r in rows}
        rows += tuple(r for r in base.rows if r.kind not in own)
    return StandardProfile(top.text("id"), top.text("zh"), top.text("en"), tiers, rows)


class _Reader:
    """One table of a file, with sentences for what is wrong in it."""

    def __init__(self, file: str, place: str, raw: Toml) -> None:
        self._file, self._place, self.raw = file, place, raw

    def wrong(self, key: str, reason: str) -> DataError:
        """Return the error to raise."""
        return DataError(
            tr("{file}, {place}: {key}: {reason}", file=self._file, place=self._place, key=key, reason=reason)
        )

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text value."""
        value = self.raw.get(key, default)
        if not isinstance(value, str):
            raise self.wrong(key, tr("is missing or is no text"))
        return value

    def number(self, key: str) -> float | None:
        """Return a positive number, None when absent."""
        value = self.raw.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise self.wrong(key, tr("must be a number above 0"))
        return float(value)

    def span(self, key: str) -> tuple[float | None, float | None] | None:
        """Return a pair of limits; −1 in the file means none."""
        value = self.raw.get(key)
        if value is None:
            return None
        if (
            not isinstance(value, list)
            or len(value) != 2
            or not all(isinstance(v, int | float) for v in value)
        ):
            raise self.wrong(key, tr("must be two numbers"))
        low, high = (None if v < 0 else float(v) for v in value)
        return low, high

    def choice(self, key: str, kind: Callable[[str], T]) -> T:
        """Return one of an enumeration's values."""
        try:
            return kind(self.text(key))
        except ValueError as error:
            raise self.wrong(key, tr("“{value}” is not allowed", value=self.raw[key])) from error


def _tier(read: _Reader) -> Tier:
    return Tier(read.text("code"), read.text("zh"), read.text("en"), read.number("walk_m"))


def _row(read: _Reader, source: str, tiers: set[str], language: str) -> StandardRow:
    kind, tier = read.text("kind"), read.text("tier")
    if kind_of(kind) is None:
        raise read.wrong("kind", tr("“{value}” is not a facility kind", value=kind))
    if tier not in tiers:
        raise read.wrong("tier", tr("“{value}” is not a tier of this standard", value=tier))
    return StandardRow(
        kind=kind,
        zh=read.text("zh"),
        en=read.text("en"),
        tier=tier,
        basis=read.choice("basis", AgeBasis),
        obligation=read.choice("obligation", Obligation),
        clause=read.text("clause"),
        source=read.text("source", source),
        confidence=read.choice("confidence", Confidence),
        radius_m=read.number("radius_m"),
        gfa_m2=read.span("gfa_m2"),
        site_m2=read.span("site_m2"),
        note=read.text("note_zh" if language == "zh_CN" else "note_en", ""),
        verified_by=read.text("verified_by", ""),
        verified_on=read.text("verified_on", ""),
    )


def kinds_with_distance(standard: StandardProfile) -> tuple[FacilityKind, ...]:
    """Return the facility kinds that a standard gives a distance for, in its order."""
    codes = dict.fromkeys(r.kind for r in standard.rows if r.radius_m is not None)
    return tuple(k for k in map(kind_of, codes) if k is not None)


def limits(standard: StandardProfile, kinds: tuple[str, ...], limit_m: float | None) -> tuple[Limit, ...]:
    """Return the distance to judge each kind by; raise RequestError for an unknown kind or a missing distance."""
    if not kinds:
        raise RequestError(tr("Choose at least one kind of facility."))
    if limit_m is not None and not 0 < limit_m < 1e6:
        raise RequestError(tr("The distance must be above 0 m and below 1,000 km."))
    return tuple(_limit(standard, kind, limit_m) for kind in dict.fromkeys(kinds))


def _limit(standard: StandardProfile, kind: str, limit_m: float | None) -> Limit:
    known = kind_of(kind)
    if known is None:
        codes = ", ".join(k.code for k in kinds_with_distance(standard))
        raise RequestError(
            tr("“{kind}” is not a facility kind; choose from: {codes}.", kind=kind, codes=codes)
        )
    row = standard.row(kind)
    own = limit_m if limit_m is not None else (row.radius_m if row is not None else None)
    if own is None:
        is_zh = current_language() == "zh_CN"
        raise RequestError(
            tr(
                "The standard “{standard}” gives no distance for {kind}; set a distance or choose another standard.",
                standard=standard.zh if is_zh else standard.en,
                kind=known.zh if is_zh else known.en,
            )
        )
    return Limit(kind, row, own)


def walker_named(code: str) -> Walker:
    """Return a walker profile; raise RequestError when there is none of this name."""
    found = walker(code)
    if found is None:
        names = ", ".join(w.code for w in walkers())
        raise RequestError(tr("There is no walker “{code}”; choose one of: {names}.", code=code, names=names))
    return found
