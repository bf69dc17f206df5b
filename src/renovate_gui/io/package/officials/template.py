"""Field tables of receiving systems: a CSV with a row per field (layer, code, name, type, length, decimals, constraint …).

Lines that begin with ``#`` are settings (``# encoding: GBK``). Every mistake is told with file, line and field.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError

COLUMNS = ("layer", "code", "name", "type", "length", "decimals", "constraint", "source", "values")
ENCODINGS = {"utf-8": "UTF-8", "utf8": "UTF-8", "gbk": "GBK", "gb18030": "GBK", "gb2312": "GBK"}
FORMATS = ("geojson", "gpkg", "shp", "gdb", "dxf")
GIVEN = "given"
"""Source of a value that the sender states once, such as the code of the district."""
ROW = "row"
"""Source of a running number."""

_TYPES = {
    "text": "text", "char": "text", "string": "text", "字符型": "text", "文本": "text",
    "integer": "integer", "int": "integer", "整型": "integer", "长整型": "integer",
    "double": "real", "float": "real", "real": "real", "number": "real", "浮点型": "real", "双精度": "real",
    "date": "date", "日期型": "date", "日期": "date",
}  # fmt: skip
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_MAX_BYTES = 1 << 20
_MAX_LENGTH = {"text": 100_000, "integer": 18, "real": 31, "date": 10}
_DEFAULT_LENGTH = {"text": 254, "integer": 9, "real": 18, "date": 10}
_SETTINGS = ("title", "title_en", "encoding", "crs", "formats", "language", "note", "note_en", "contact")


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One field that the receiver asks for.

    Attributes
    ----------
    kind
        ``text``, ``integer``, ``real`` or ``date``.
    length
        Bytes for texts in the template's encoding, digits for numbers.
    constraint
        ``M`` mandatory, ``O`` optional, ``C`` conditional: stated where known, never refused when empty.
    source
        ``layer.field`` of ours, ``=words`` fixed, ``given``, ``row``, or empty: always empty.
    values
        Stored value → our word; empty: anything goes.
    line
        Line in the CSV file.
    """

    layer: str
    code: str
    name: str
    kind: str
    length: int
    decimals: int
    constraint: str
    source: str
    values: Mapping[str, str]
    line: int

    @property
    def is_mandatory(self) -> bool:
        """Return whether nothing may be sent without it."""
        return self.constraint == "M"


@dataclass(frozen=True, slots=True)
class Template:
    """What a receiving system asks for."""

    code: str
    file: str
    rules: tuple[FieldRule, ...]
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def encoding(self) -> str:
        """Return ``UTF-8`` or ``GBK``."""
        return ENCODINGS[self.settings.get("encoding", "UTF-8").lower()]

    @property
    def is_geographic(self) -> bool:
        """Return whether longitude and latitude are asked for instead of metres."""
        return self.settings.get("crs", "zone") == "geographic"

    @property
    def formats(self) -> tuple[str, ...]:
        """Return the formats it takes."""
        stated = self.settings.get("formats", "")
        return tuple(f for f in FORMATS if not stated or f in re.split(r"[;,\s]+", stated.lower()))

    @property
    def layers(self) -> tuple[str, ...]:
        """Return the layers in the order of the file."""
        return tuple(dict.fromkeys(r.layer for r in self.rules))

    @property
    def given(self) -> tuple[FieldRule, ...]:
        """Return the fields that the sender states once, each code once."""
        return tuple({r.code: r for r in self.rules if r.source == GIVEN}.values())

    def of(self, layer: str) -> tuple[FieldRule, ...]:
        """Return the fields of a layer."""
        return tuple(r for r in self.rules if r.layer == layer)


def read_template(path: Path, known: Mapping[str, str]) -> Template:
    """Read a table of fields.

    Parameters
    ----------
    path
        CSV file, UTF-8 or GBK.
    known
        Our fields as ``layer.field`` → ``text``, ``integer`` or ``real``.

    Raises
    ------
    DataError
        One sentence naming file, line and field.
    """
    numbered, settings = _lines(path)
    reader = csv.reader(io.StringIO("\n".join(words for _, words in numbered)), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise DataError(
            tr("{file} is no table of fields: {reason}.", file=path.name, reason=str(error))
        ) from error
    if not rows:
        raise DataError(tr("{file} holds no field.", file=path.name))
    if len(rows) != len(numbered):
        raise DataError(
            tr("{file}: a value goes over the end of its line; keep each field on one line.", file=path.name)
        )
    heads = [h.strip().lower() for h in rows[0]]
    missing = [c for c in COLUMNS[:-1] if c not in heads]
    if missing:
        raise DataError(
            tr("{file}: there is no column “{column}”; the first row must name {all}.", file=path.name,
               column=missing[0], all=", ".join(COLUMNS))
        )  # fmt: skip
    made = [
        _rule(path.name, number, dict(zip(heads, (v.strip() for v in row), strict=False)), known)
        for (number, _), row in zip(numbered[1:], rows[1:], strict=True)
        if any(v.strip() for v in row)
    ]
    _check_whole(path.name, made)
    return Template(path.stem, path.name, tuple(made), settings)


def _lines(path: Path) -> tuple[list[tuple[int, str]], dict[str, str]]:
    try:
        data = path.read_bytes()[: _MAX_BYTES + 1]
    except OSError as error:
        raise DataError(
            tr("{file} cannot be read; choose another table of fields.", file=path.name)
        ) from error
    if len(data) > _MAX_BYTES or b"\x00" in data:
        raise DataError(tr("{file} is no table of fields: it is too large or not text.", file=path.name))
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            words = data.decode("gbk")
        except UnicodeDecodeError as error:
            raise DataError(
                tr("{file} is neither UTF-8 nor GBK; save it again as UTF-8.", file=path.name)
            ) from error
    numbered, settings = [], {}
    for number, line in enumerate(words.splitlines(), start=1):
        if line.startswith("#"):
            name, _, value = line.lstrip("# ").rstrip(", ").partition(":")
            if name.strip().lower() in _SETTINGS:
                settings[name.strip().lower()] = value.strip()
        elif line.strip(", \t"):
            numbered.append((number, line))
    _check_settings(path.name, settings)
    return numbered, settings


def _check_settings(file: str, settings: Mapping[str, str]) -> None:
    if settings.get("encoding", "utf-8").lower() not in ENCODINGS:
        raise DataError(
            tr(
                "{file}: the encoding “{word}” is not known; write UTF-8 or GBK.",
                file=file,
                word=settings["encoding"],
            )
        )
    if settings.get("crs", "zone") not in ("zone", "geographic"):
        raise DataError(
            tr("{file}: crs is “{word}”; write zone (metres) or geographic.", file=file, word=settings["crs"])
        )
    wrong = [f for f in re.split(r"[;,\s]+", settings.get("formats", "").lower()) if f and f not in FORMATS]
    if wrong:
        raise DataError(
            tr("{file}: the format “{word}” cannot be written; there are {all}.", file=file, word=wrong[0],
               all=", ".join(FORMATS))
        )  # fmt: skip


def _rule(file: str, line: int, row: Mapping[str, str], known: Mapping[str, str]) -> FieldRule:
    code, layer = row.get("code", ""), row.get("layer", "")
    for word in (code, layer):
        if not _CODE.fullmatch(word):
            _fail(file, line, code, tr("“{word}” is no name: Latin letters, digits and _ only", word=word))
    kind = _TYPES.get(row.get("type", "").lower())
    if kind is None:
        _fail(file, line, code, tr("the type “{word}” is not known; write Text, Integer, Double or Date", word=row.get("type", "")))  # fmt: skip
    length = _count(file, line, code, row.get("length", ""), _DEFAULT_LENGTH[kind])
    if not 0 < length <= _MAX_LENGTH[kind]:
        _fail(file, line, code, tr("the length {n} cannot be; it goes from 1 to {most}", n=length, most=_MAX_LENGTH[kind]))  # fmt: skip
    decimals = _count(file, line, code, row.get("decimals", ""), 0)
    if decimals and (kind != "real" or decimals > 15 or decimals + 1 >= length):
        _fail(file, line, code, tr("{n} decimals do not fit type and length", n=decimals))
    constraint = row.get("constraint", "").upper() or "O"
    if constraint not in ("M", "O", "C"):
        _fail(file, line, code, tr("the constraint is “{word}”; write M, O or C", word=constraint))
    source = row.get("source", "")
    _check_source(file, line, code, kind, source, known)
    return FieldRule(
        layer, code, row.get("name", ""), kind, length, decimals, constraint, source, _values(row.get("values", "")), line
    )  # fmt: skip


def _count(file: str, line: int, code: str, words: str, default: int) -> int:
    if not words:
        return default
    if not (words.isascii() and words.isdigit() and len(words) < 7):
        _fail(file, line, code, tr("“{word}” is no number", word=words))
    return int(words)


def _check_source(file: str, line: int, code: str, kind: str, source: str, known: Mapping[str, str]) -> None:  # noqa: PLR0917  what an error names
    if source in ("", GIVEN) or source.startswith("="):
        return
    if source == ROW:
        found: str | None = "integer"
    else:
        found = known.get(source)
    if found is None:
        _fail(file, line, code, tr("there is no field “{source}” to take it from; there are {all}", source=source,
                                   all=", ".join(_near(source, known))))  # fmt: skip
    if kind == "date" or (kind in ("integer", "real") and found == "text"):
        _fail(file, line, code, tr("“{source}” is not of this type", source=source))


def _near(source: str, known: Mapping[str, str]) -> Sequence[str]:
    layer = source.partition(".")[0] + "."
    return [k for k in known if k.startswith(layer)] or sorted({k.partition(".")[0] + ".…" for k in known})


def _values(words: str) -> dict[str, str]:
    """Return ``a|1=b`` as stored value → our word."""
    pairs = (v.strip().partition("=") for v in words.split("|") if v.strip())
    return {stored.strip(): (word.strip() if equals else stored.strip()) for stored, equals, word in pairs}


def _check_whole(file: str, rules: Sequence[FieldRule]) -> None:
    seen: dict[tuple[str, str], int] = {}
    sources: dict[str, str] = {}
    for rule in rules:
        key = (rule.layer.lower(), rule.code.lower())
        if key in seen:
            _fail(file, rule.line, rule.code, tr("it stands twice, in line {line} too", line=seen[key]))
        seen[key] = rule.line
        ours = rule.source.partition(".")[0] if "." in rule.source and not rule.source.startswith("=") else ""
        if ours and sources.setdefault(rule.layer, ours) != ours:
            _fail(file, rule.line, rule.code, tr("a layer is made of one layer of ours, this one of “{name}”", name=sources[rule.layer]))  # fmt: skip
    bare = next((r for r in rules if r.layer not in sources), None)
    if bare is not None:
        _fail(file, bare.line, bare.code, tr("nothing of layer “{layer}” comes from a layer of ours", layer=bare.layer))  # fmt: skip
    if not rules:
        raise DataError(tr("{file} holds no field.", file=file))


def _fail(file: str, line: int, code: str, reason: str) -> NoReturn:
    raise DataError(
        tr("{file}, line {line}, field {field}: {reason}.", file=file, line=line, field=code, reason=reason)
    )
