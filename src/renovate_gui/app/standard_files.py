"""Reads standards files: every key known, every value in its place, else one sentence that names file, row and key."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from renovate_gui.analysis.kinds import kind_of
from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.standard import (
    MOST_RADIUS_M,
    Applies,
    Confidence,
    Level,
    Obligation,
    ProfileLayer,
    Ratio,
    Span,
    StandardProfile,
    StandardRow,
    SupplyBasis,
    Tier,
    Unit,
    Wording,
)

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
Toml = Mapping[str, Any]  # what tomllib gives
FindText = Callable[[str], str | None]
"""Gives the text of the file of a profile id, None when there is none."""

SCHEMA = 2
"""Schema of the profile files this program writes and reads; 1 lacked layers, minutes and ratios and is read as well."""

_ID = re.compile(r"[^\W_][\w-]{0,63}")
_CLOSE = 0.75
"""How alike a key must be to be taken for a slip of the pen; “titel” is no “tier”."""
_TOP = ("schema", "id", "zh", "en", "source", "version", "date", "level", "extends", "printed", "tier", "row")
_TIER = ("code", "zh", "en", "walk_m", "minutes")
_RATIO = ("value", "value_to", "per", "unit", "basis", "by")
_ROW = (
    "kind", "kinds", "part", "zh", "en", "tier", "basis", "obligation", "clause", "source", "confidence", "list",
    "radius_m", "radius_from_m", "wording", "minutes", "gfa_m2", "site_m2", "ratio", "applies", "count", "width_m",
    "renewal_floor", "interval_m", "note_en", "note_zh", "verified_by", "verified_on", "printed",
)  # fmt: skip


def read_profile(text: str, file: str, find: FindText, *, language: str = "en") -> StandardProfile:
    """Return the standard that a file's text says, laid over the profiles it extends.

    Raises
    ------
    DataError
        One sentence naming file, row and key.
    """
    return _read(text, file, find, language, ())


def texts_below(text: str, file: str, find: FindText) -> dict[str, str]:
    """Return the texts of the profiles that a file extends, by id; the file itself has been read before."""
    found: dict[str, str] = {}
    base_id = _parsed(text, file).get("extends", "")
    while base_id and base_id not in found:
        base_text = find(base_id) or ""
        found[base_id] = base_text
        base_id = _parsed(base_text, base_id).get("extends", "")
    return found


def _parsed(text: str, file: str) -> Toml:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(_syntax(str(error), text, file)) from error


def _syntax(said: str, text: str, file: str) -> str:
    """Return a parser's complaint in the reader's language: which line, and what to look for there."""
    found = re.search(r"line (\d+)", said)
    if found is None:
        reason = tr("the file ends too early: a bracket or a quotation mark is not closed")
    elif "overwrite" in said or "twice" in said:
        reason = tr("the same key or table stands here for the second time")
    else:
        reason = tr("not written as key = value, with texts in quotation marks and rows under [[row]]")
    line = int(found.group(1)) if found else text.count("\n") + 1
    return tr("{file}, line {line}: {reason}", file=file, line=line, reason=reason)


def _read(text: str, file: str, find: FindText, language: str, above: tuple[str, ...]) -> StandardProfile:
    raw = _parsed(text, file)
    top = Reader(file, tr("top of the file"), raw)
    top.knows(_TOP)
    _check_schema(top)
    own_id = top.name("id")
    base = _base(top, find, language, (*above, own_id))
    level = top.choice("level", Level, Level.NATIONAL)
    tiers = _tiers(file, raw) or (base.tiers if base else ())
    source = top.text("source")
    known = {t.code for t in tiers} | ({t.code for t in base.tiers} if base else set())
    rows = _rows(file, raw, _Given(own_id, source, level, known, language))
    layer = ProfileLayer(
        own_id, top.text("zh"), top.text("en"), level, top.text("version", "1"), top.text("date", ""), source,
        len(rows), top.text("printed", ""),
    )  # fmt: skip
    return StandardProfile(
        own_id,
        layer.zh,
        layer.en,
        tiers,
        laid_over(base.rows if base else (), rows),
        (*(base.layers if base else ()), layer),
    )


def _check_schema(top: Reader) -> None:
    schema = top.raw.get("schema", 1)
    if isinstance(schema, bool) or not isinstance(schema, int) or schema < 1:
        raise top.wrong("schema", tr("must be a whole number above 0"))
    if schema > SCHEMA:
        raise top.wrong("schema", tr("was written for a newer version of this program"))


def _base(top: Reader, find: FindText, language: str, above: tuple[str, ...]) -> StandardProfile | None:
    if not top.text("extends", ""):
        return None
    base_id = top.name("extends")
    if base_id in above:
        raise top.wrong("extends", tr("“{value}” extends this file in turn", value=base_id))
    text = find(base_id)
    if text is None:
        raise top.wrong("extends", tr("there is no standard “{value}”", value=base_id))
    return _read(text, f"{base_id}.toml", find, language, above)


def laid_over(below: tuple[StandardRow, ...], above: tuple[StandardRow, ...]) -> tuple[StandardRow, ...]:
    """Return rows with those of an upper layer: each covers the row of its key as a whole, the others fall through."""
    own = {r.key: r for r in above}
    there = {r.key for r in below}
    merged = tuple(replace(own[r.key], below=r) if r.key in own else r for r in below)
    return merged + tuple(r for r in above if r.key not in there)


@dataclass(frozen=True, slots=True)
class _Given:
    """What all rows of a file share."""

    origin: str
    source: str
    level: Level
    tiers: set[str]
    language: str


class Reader:
    """One table of a file, with sentences for what is wrong in it."""

    def __init__(self, file: str, place: str, raw: Toml) -> None:
        self._file, self._place, self.raw = file, place, raw

    def wrong(self, key: str, reason: str) -> DataError:
        """Return the error to raise."""
        return DataError(
            tr("{file}, {place}: {key}: {reason}", file=self._file, place=self._place, key=key, reason=reason)
        )

    def knows(self, keys: tuple[str, ...]) -> None:
        """Refuse a key that nobody reads: a typo would be a requirement that silently counts for nothing."""
        for key in self.raw:
            if key not in keys:
                near = get_close_matches(key, keys, 1, _CLOSE)
                raise self.wrong(
                    key,
                    tr("is no key here; did you mean “{near}”?", near=near[0])
                    if near
                    else tr("is no key here; the keys are: {keys}", keys=", ".join(keys)),
                )

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text value."""
        value = self.raw.get(key, default)
        if not isinstance(value, str):
            raise self.wrong(key, tr("is missing or is no text"))
        return value

    def name(self, key: str) -> str:
        """Return the id of a profile, which is also the name of its file."""
        value = self.text(key)
        if _ID.fullmatch(value) is None:
            raise self.wrong(key, tr("“{value}” is no id: letters, digits, - and _ only", value=value))
        return value

    def number(self, key: str) -> float | None:
        """Return a positive number, None when absent."""
        value = self.raw.get(key)
        if value is None:
            return None
        if not _is_number(value) or not 0 < value < math.inf:
            raise self.wrong(key, tr("must be a number above 0"))
        return float(value)

    def distance(self, key: str) -> float | None:
        """Return a distance in metres that can be walked, None when absent."""
        value = self.number(key)
        if value is not None and value > MOST_RADIUS_M:
            most = f"{MOST_RADIUS_M:,.0f}"
            raise self.wrong(key, tr("must be at most {most} m; farther is no walk", most=most))
        return value

    def whole(self, key: str) -> int | None:
        """Return a positive whole number, None when absent."""
        value = self.raw.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
            raise self.wrong(key, tr("must be a whole number above 0"))
        return value

    def span(self, key: str) -> Span | None:
        """Return a pair of limits; −1 in the file means none."""
        value = self.raw.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != 2 or not all(_is_number(v) for v in value):
            raise self.wrong(key, tr("must be two numbers"))
        low, high = (None if v < 0 else float(v) for v in value)
        if low is not None and high is not None and low > high:
            raise self.wrong(key, tr("the first number must not be above the second"))
        return low, high

    def choice(self, key: str, kind: type[E], default: E | None = None) -> E:
        """Return one of an enumeration's values."""
        if default is not None and key not in self.raw:
            return default
        value = self.text(key)
        try:
            return kind(value)
        except ValueError as error:
            raise self.wrong(key, self._not_allowed(value, tuple(kind))) from error

    def _not_allowed(self, value: str, allowed: tuple[str, ...]) -> str:
        said = tr("“{value}” is not allowed", value=value)
        return said + tr(" (allowed: {values})", values=", ".join(allowed))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _tables(file: str, raw: Toml, key: str) -> list[Toml]:
    found = raw.get(key, [])
    if not isinstance(found, list) or not all(isinstance(t, dict) for t in found):
        top = Reader(file, tr("top of the file"), raw)
        raise top.wrong(key, tr("must be written as [[{key}]]", key=key))
    return found


def _tiers(file: str, raw: Toml) -> tuple[Tier, ...]:
    made = []
    for i, table in enumerate(_tables(file, raw, "tier"), 1):
        read = Reader(file, tr("tier {n}", n=i), table)
        read.knows(_TIER)
        made.append(
            Tier(
                read.text("code"),
                read.text("zh"),
                read.text("en"),
                read.number("walk_m"),
                read.number("minutes"),
            )
        )
    return tuple(made)


def _rows(file: str, raw: Toml, given: _Given) -> tuple[StandardRow, ...]:
    made: dict[str, StandardRow] = {}
    for i, table in enumerate(_tables(file, raw, "row"), 1):
        read = Reader(file, _place(i, table), table)
        read.knows(_ROW)
        for kind in _kinds(read):
            row = _row(read, kind, given)
            if row.key in made:
                raise read.wrong("kind", tr("“{value}” stands here for the second time", value=row.key))
            made[row.key] = row
    return tuple(made.values())


def _place(number: int, table: Toml) -> str:
    """Return which row of the table, by its kind as well: a number alone reads like a line of the file."""
    kind = table.get("kind", table.get("kinds"))
    name = ", ".join(map(str, kind)) if isinstance(kind, list) else kind
    return tr("row {n} ({kind})", n=number, kind=name) if name else tr("row {n}", n=number)


def _kinds(read: Reader) -> list[str]:
    """Return the kinds of a row: one, or several that the text asks the same of."""
    several = read.raw.get("kinds")
    key = "kinds" if several is not None else "kind"
    codes = several if several is not None else [read.text("kind")]
    if not isinstance(codes, list) or not codes or not all(isinstance(c, str) for c in codes):
        raise read.wrong(key, tr("must be a list of facility kinds"))
    for code in codes:
        if kind_of(code) is None:
            raise read.wrong(key, tr("“{value}” is not a facility kind", value=code))
    return codes


def _row(read: Reader, code: str, given: _Given) -> StandardRow:
    kind, tier = kind_of(code), read.text("tier", "")
    assert kind is not None
    if tier and tier not in given.tiers:
        raise read.wrong("tier", tr("“{value}” is not a tier of this standard", value=tier))
    return StandardRow(
        kind=code,
        part=read.text("part", ""),
        zh=read.text("zh", kind.zh),
        en=read.text("en", kind.en),
        tier=tier,
        basis=read.choice("basis", AgeBasis, AgeBasis.RESIDENTS if "ratio" in read.raw else None),
        obligation=read.choice("obligation", Obligation),
        listing=read.choice("list", Obligation) if "list" in read.raw else None,
        clause=read.text("clause", ""),
        source=read.text("source", given.source),
        confidence=read.choice("confidence", Confidence),
        radius_m=read.distance("radius_m"),
        radius_from_m=read.distance("radius_from_m"),
        wording=read.choice("wording", Wording, Wording.RADIUS),
        minutes=read.number("minutes"),
        gfa_m2=read.span("gfa_m2"),
        site_m2=read.span("site_m2"),
        ratio=_ratio(read),
        applies=read.choice("applies", Applies, Applies.ANY),
        count=read.whole("count"),
        width_m=read.number("width_m"),
        renewal_floor=read.number("renewal_floor"),
        interval_m=read.number("interval_m"),
        note=read.text("note_zh" if given.language == "zh_CN" else "note_en", ""),
        verified_by=read.text("verified_by", ""),
        verified_on=read.text("verified_on", ""),
        printed=read.text("printed", ""),
        level=given.level,
        origin=given.origin,
    )


def _ratio(read: Reader) -> Ratio | None:
    raw = read.raw.get("ratio")
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise read.wrong("ratio", tr("must be written as { value = …, per = …, unit = …, basis = … }"))
    inner = Reader(read._file, read._place, raw)  # noqa: SLF001  the same place of the same file
    inner.knows(_RATIO)
    value, per = inner.number("value"), inner.number("per")
    if value is None or per is None:
        raise inner.wrong("value" if value is None else "per", tr("is missing"))
    return Ratio(
        value=value,
        per=per,
        unit=inner.choice("unit", Unit),
        basis=_basis(inner),
        by=inner.whole("by") or 0,
        value_to=inner.number("value_to"),
    )


def _basis(read: Reader) -> AgeBasis | SupplyBasis:
    value = read.text("basis")
    if value in set(SupplyBasis):
        return SupplyBasis(value)
    return read.choice("basis", AgeBasis)
