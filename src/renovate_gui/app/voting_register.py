"""What a table says about flats and votes: headings in both languages, one sentence for every row that is refused.

Only columns that are known by their heading are read; every other one is dropped, and that of names is named. A register
holds tokens, never names, telephone or identity numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from renovate_gui.app.voting_records import Flat, VoteChannel, flat_uuid
from renovate_gui.assets import tr
from renovate_gui.domain.ballot import Vote
from renovate_gui.domain.errors import DataError

Row = tuple[int, dict[str, str]]

_HEADINGS = {
    "building": "building block house 楼栋 楼号 幢号 栋号 楼 栋 幢 楼幢",
    "stairwell": "stairwell unit staircase entrance 单元 单元号 梯号 楼道",
    "flat": "flat room dwelling apartment no. 房号 室号 户号 房间号 室 门牌 房屋编号",
    "area": "area area_m2 area(m2) exclusive_area floor_area 面积 专有面积 专有部分面积 建筑面积 产权面积 房屋面积",
    "owner": "owner owner_token token owner_code 业主编号 业主代码 产权人编号 业主码 户代码",
    "choice": "choice vote answer 表决 意见 表决意见 选择 是否同意",
    "channel": "channel way 渠道 方式 表决方式",
    "when": "when date day 日期 时间 表决日期",
}
_BY_HEADING = {word: name for name, words in _HEADINGS.items() for word in words.split()}
_PERSONAL = re.compile(
    r"姓名|名字|户主|联系人|电话|手机|身份证|证件|name|phone|mobile|id.?card|passport|contact", re.IGNORECASE
)
_TOKEN = re.compile(r"[A-Za-z0-9_\-#./+]{1,40}")
_PHONE_OR_ID = re.compile(r"(?<!\d)(?:1\d{10}|\d{17}[\dXx])(?!\d)")
_MOST_M2 = Decimal(100_000)
_YES = "agree yes y 1 同意 赞成 是 √ ✓ a"
_NO = "oppose no n 2 不同意 反对 否 × x o against disagree"
_NEITHER = "abstain 3 弃权 - s abstention"
_CHOICES = {
    word: vote
    for vote, words in ((Vote.AGREE, _YES), (Vote.OPPOSE, _NO), (Vote.ABSTAIN, _NEITHER))
    for word in words.split()
}
_CHANNELS = {
    **{c.value: c for c in VoteChannel},
    "纸质": VoteChannel.PAPER,
    "书面": VoteChannel.PAPER,
    "会议": VoteChannel.MEETING,
    "上门": VoteChannel.VISIT,
    "电话": VoteChannel.PHONE,
    "线上": VoteChannel.ONLINE,
    "网络": VoteChannel.ONLINE,
}
_SPLIT = re.compile(r"号楼|单元|[栋幢楼室号]|[^0-9A-Za-z\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class ReadRegister:
    """Flats of a file, sentences about rows that were refused, and about what was left out."""

    flats: tuple[Flat, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadVotes:
    """Votes of a file by what the flat was called, and sentences about rows that were refused."""

    votes: tuple[tuple[int, str, Vote, VoteChannel | None, str], ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]


def columns_of(headings: Sequence[str], needed: Iterable[str], name: str) -> dict[str, str]:
    """Return meaning → heading of the columns that are read; raise DataError naming the first that is missing."""
    found: dict[str, str] = {}
    for heading in headings:
        meaning = _BY_HEADING.get(_folded(heading))
        if meaning is not None and meaning not in found:
            found[meaning] = heading
    for meaning in needed:
        if meaning not in found:
            raise DataError(
                tr(
                    "“{file}” has no column “{column}”; the headings can be: {known}.",
                    file=name,
                    column=meaning,
                    known=", ".join(_HEADINGS[meaning].split()[:6]),
                )
            )
    return found


def _left_out(headings: Sequence[str], columns: Mapping[str, str]) -> tuple[str, ...]:
    dropped = [h for h in headings if h not in columns.values()]
    personal = [h for h in dropped if _PERSONAL.search(h)]
    others = [h for h in dropped if h not in personal]
    notes = []
    if personal:
        notes.append(
            tr(
                "Names and contacts are never kept: {columns} stayed outside. Where an owner has several flats, give a column “owner” with numbers in the place of names.",
                columns=tr(", ").join(f"“{h}”" for h in personal),
            )
        )
    if others:
        notes.append(tr("Columns not needed were left out: {columns}.", columns=tr(", ").join(others)))
    return tuple(notes)


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    folded = folded.replace("m²", "m2").replace("㎡", "m2").replace("平方米", "")
    return re.sub(r"[（(]\s*(m2)?\s*[)）]$", "", folded).replace(" ", "_").strip("_")


def read_flats(headings: Sequence[str], rows: Sequence[Row], name: str) -> ReadRegister:
    """Return the flats of a register; co-owners (rows of one flat with the same area) become one head."""
    columns = columns_of(headings, ("building", "flat", "area"), name)
    flats: dict[str, Flat] = {}
    problems: list[str] = []
    for number, row in rows:
        try:
            flat = _flat({m: row.get(h, "") for m, h in columns.items()})
            before = flats.get(flat.uuid)
            flats[flat.uuid] = flat if before is None else _joined(before, flat)
        except DataError as error:
            problems.append(tr("Row {n}: {reason}", n=number, reason=error))
    return ReadRegister(tuple(flats.values()), tuple(problems), _left_out(headings, columns))


def _flat(values: Mapping[str, str]) -> Flat:
    building, stairwell, flat = (values.get(n, "") for n in ("building", "stairwell", "flat"))
    if not building or not flat:
        raise DataError(tr("building or flat is empty."))
    area = area_of(values["area"])
    return Flat(
        flat_uuid(building, stairwell, flat),
        building,
        stairwell,
        flat,
        area,
        owner_token(values.get("owner", "")),
    )


def area_of(text: str) -> Decimal:
    """Return a floor area in m², exactly as written; raise DataError for what is none."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    plain = re.sub(r"(m2|m\^2|平方米|平米|㎡)$", "", plain)
    try:
        area = Decimal(plain)
    except InvalidOperation:
        raise DataError(tr("“{text}” is no floor area in m².", text=text)) from None
    exponent = area.as_tuple().exponent
    if not area.is_finite() or not 0 < area <= _MOST_M2 or not isinstance(exponent, int) or exponent < -4:
        raise DataError(
            tr(
                "a floor area of “{text}” m² cannot be; it is above 0 and has four decimals at most.",
                text=text,
            )
        )
    return area


def owner_token(text: str) -> str:
    """Return an owner's token; raise DataError for what looks like a name, a telephone or an identity number."""
    token = unicodedata.normalize("NFKC", text).strip()
    if not token:
        return ""
    if _PHONE_OR_ID.search(token) or not _TOKEN.fullmatch(token):
        raise DataError(
            tr(
                "the owner is given by a name or a personal number; give letters and digits of your own instead, such as A017."
            )
        )
    return token


def _joined(before: Flat, flat: Flat) -> Flat:
    """Return a flat with a further co-owner: together they are one head."""
    if before.area != flat.area:
        raise DataError(
            tr(
                "{flat} stands twice with different floor areas ({first} and {second} m²); the first was taken.",
                flat=flat.label,
                first=before.area,
                second=flat.area,
            )
        )
    owners = sorted({*before.owner.split("+"), *flat.owner.split("+")} - {""})
    return Flat(before.uuid, before.building, before.stairwell, before.flat, before.area, "+".join(owners))


# -- votes --------------------------------------------------------------------------------------------------------
def choice_of(text: str) -> Vote | None:
    """Return what a word, digit or sign means on a ballot paper."""
    return _CHOICES.get(unicodedata.normalize("NFKC", text).strip().lower())


def read_votes(headings: Sequence[str], rows: Sequence[Row], name: str) -> ReadVotes:
    """Return the votes of a file; a flat with two different votes in it is refused with both rows."""
    columns = columns_of(headings, ("flat", "choice"), name)
    problems: list[str] = []
    found: dict[tuple[str, ...], tuple[int, str, Vote, VoteChannel | None, str]] = {}
    twice: set[tuple[str, ...]] = set()
    for number, row in rows:
        values = {m: row.get(h, "") for m, h in columns.items()}
        parts = (values.get("building", ""), values.get("stairwell", ""), values["flat"])
        words = "-".join(p for p in parts if p)
        choice = choice_of(values["choice"])
        if choice is None:
            problems.append(
                tr(
                    "Row {n}: “{text}” is no vote; write agree, oppose or abstain (同意、不同意、弃权).",
                    n=number,
                    text=values["choice"],
                )
            )
            continue
        key = flat_key(words)
        before = found.get(key)
        if before is not None and before[2] is not choice:
            twice.add(key)
            problems.append(
                tr(
                    "Row {n}: {flat} votes differently in row {other}; neither was taken.",
                    n=number,
                    flat=words,
                    other=before[0],
                )
            )
            continue
        channel = _CHANNELS.get(values.get("channel", "").strip().lower())
        found.setdefault(key, (number, words, choice, channel, values.get("when", "")))
    votes = tuple(v for k, v in found.items() if k not in twice)
    return ReadVotes(votes, tuple(problems), _left_out(headings, columns))


@lru_cache(maxsize=200_000)
def flat_key(*words: str) -> tuple[str, ...]:
    """Return the parts of what a flat is called, however it is written: 3号楼1单元501室 is 3, 1, 501."""
    parts: list[str] = []
    for word in words:
        folded = unicodedata.normalize("NFKC", word).lower()
        parts += [p.lstrip("0") or "0" for p in _SPLIT.split(folded) if p]
    return tuple(parts)
