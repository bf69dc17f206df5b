"""What a free text gives away about a person: telephone, identity number, e-mail, flat, name, health, a conviction.

The patterns find what is written in the usual way; they are a net, not a proof. Therefore what they find is shown to a
person, and what they do not find still passes before the eyes of whoever hands the package out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

BLACK = "●●●"

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦"
    "付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_ADDRESSES = "先生|女士|小姐|大爷|大妈|大娘|大叔|奶奶|爷爷|婆婆|阿姨|叔叔|师傅|老师傅|老太"


class Trace(StrEnum):
    """What sort of personal thing was found."""

    PHONE = "phone"
    IDENTITY = "identity"
    EMAIL = "email"
    ROOM = "room"
    NAME = "name"
    HEALTH = "health"
    CONVICTION = "conviction"


_PATTERNS: dict[Trace, re.Pattern[str]] = {
    Trace.IDENTITY: re.compile(
        r"(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"
    ),
    Trace.PHONE: re.compile(
        r"(?<![\d.])(?:(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}|0\d{2,3}[- ]?\d{7,8})(?!\d)"
    ),
    Trace.EMAIL: re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    Trace.ROOM: re.compile(
        r"\d{1,3}\s*(?:号楼|栋|幢|座|号)?[-\s]*\d{1,2}\s*单元[-\s]*\d{3,4}(?:\s*[室号])?"
        r"|(?<!\d)\d{1,3}\s*(?:号楼|栋|幢|座)[-\s]*\d{3,4}(?:\s*[室号]|(?!\d|\s*(?:m|米|平|人|户|元|%)))"
        r"|(?<!\d)\d{1,3}-\d{1,2}-\d{3,4}(?!\d)"
        r"|(?<!\d)[1-9]\d{2,3}\s*室(?![内外])"
        r"|\b(?:flat|apt\.?|apartment|room)\s*(?:no\.?\s*)?\d{2,4}[a-z]?\b",
        re.IGNORECASE,
    ),
    Trace.NAME: re.compile(
        rf"[{_SURNAMES}][\u4e00-\u9fff]{{0,2}}?(?:{_ADDRESSES})|\b(?:Mr|Mrs|Ms|Dr)\.?\s+[A-Z][a-z]+",
    ),
    Trace.HEALTH: re.compile(
        r"瘫痪|卧床|失能|失智|痴呆|精神病|精神障碍|抑郁|癌|透析|艾滋|残疾证|bedridden|dementia|paraly[sz]ed|disabled person",
        re.IGNORECASE,
    ),
    Trace.CONVICTION: re.compile(
        r"社区矫正|矫正对象|刑满|前科|吸毒|戒毒人员|on probation|ex-convict", re.IGNORECASE
    ),
}
_CERTAIN = frozenset({Trace.PHONE, Trace.IDENTITY, Trace.EMAIL, Trace.ROOM, Trace.NAME})
"""What points to one person by itself; the others do so only beside one of these, or where a text is about one home."""


@dataclass(frozen=True, slots=True)
class Found:
    """One trace in a text, by its place in it."""

    trace: Trace
    start: int
    end: int


def traces_in(text: str) -> tuple[Found, ...]:
    """Return what a text gives away, in the order of the text; what lies inside something found before is left out."""
    found: list[Found] = []
    for trace, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            if not any(f.start < match.end() and match.start() < f.end for f in found):
                found.append(Found(trace, match.start(), match.end()))
    return tuple(sorted(found, key=lambda f: f.start))


def points_to_somebody(found: tuple[Found, ...]) -> bool:
    """Return whether what was found names a person or a home; a sick person in general is nobody in particular."""
    return any(f.trace in _CERTAIN for f in found)


def blacked(text: str) -> str:
    """Return the text with everything that was found blacked out."""
    parts, at = [], 0
    for found in traces_in(text):
        parts += [text[at : found.start], BLACK]
        at = found.end
    return "".join((*parts, text[at:]))
