"""Which text encoding are these bytes in? Evidence first: "decoded without an error" proves nothing.

Big5 reads as GB18030 without an error, and wrongly; so each candidate must decode strictly *and* give characters that
people use: the frequent halves of GB2312 and Big5 are coded in known ranges, and place and building words repeat.
When two readings are about equally good, nobody is guessed at: the caller asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from renovate_gui.assets import tr

UTF8, GB18030, BIG5, LATIN = "UTF-8", "GB18030", "BIG5", "CP1252"
CANDIDATES = (UTF8, GB18030, BIG5, LATIN)

_SURE_SCORE, _SURE_MARGIN, _FITS = 0.6, 0.25, 0.3
_NEAR = 0.25
_CUT_BYTES = 3  # a field may end inside a character

# frequent characters of Chinese text, places, buildings, services and table headings
_FREQUENT = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去"
    "法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点"
    "正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教"
    "儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市"
    "直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死"
    "号楼栋幢层层房屋住宅区市省县镇村街道巷弄路院园馆站所厅室店场厂校幼医药局社委会居养老托育服务设施编名称类型面积建筑占用途功能"
    "容量床位结构砖混框架年代户数人口高程地块宗网格员需求意见建议联系电话备注邮政银行超市菜公厕绿广停车江河湖山桥东南西北中新华府庆渝"
    "重京沪津苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘宁青新黑吉辽蒙晋冀龙简繁体语言香港澳台湾湖鹰图阅览商业办公综合教堂寺庙仓库"
)
_FREQUENT_TRADITIONAL = frozenset(
    "這個們來為國說時會對過發後裡種經麼現當沒動還進樣實軍無與長機學從關點業將兩間問應戰頭體見產話東聲員論處義幾認條氣題爾別變總電數"
    "報結務場計資許統區隊決馬書則聽卻達強難權設類據邊號樓棟層縣鎮鄉道衛館廳廠醫藥養託務編稱積築結構磚雲寧龍簡繁體語臺灣圖閱覽綜辦庫"
    "號門牌戶數網絡劃發圍環綠廣場橋園東區劉陳張黃楊趙吳孫鄭馮許鄧"
)


@dataclass(frozen=True, slots=True)
class Guess:
    """The encodings that fit, best first as ``(code, reason)``; ``sure`` is empty when a person must say."""

    sure: str
    fits: tuple[tuple[str, str], ...]


def guess(texts: Iterable[bytes], *, may_be_cut: bool = False) -> Guess:
    """Judge texts by all their distinct non-ASCII pieces.

    Parameters
    ----------
    texts
        Field names and values as raw bytes.
    may_be_cut
        Whether a text may end inside a character, as full Shapefile fields do.
    """
    pieces = list(dict.fromkeys(text for text in texts if not text.isascii()))
    if not pieces:
        return Guess(UTF8, ((UTF8, tr("only ASCII characters")),))
    if _decodes(pieces, UTF8, may_be_cut=may_be_cut):
        # the byte patterns of UTF-8 hardly ever arise by chance: one in some fifty per character
        wide = sum(_count_wide(piece) for piece in pieces)
        if wide >= 3 or _is_picture(pieces):
            return Guess(UTF8, ((UTF8, tr("{n} characters, all valid UTF-8", n=wide)),))
    scores = {code: _score(pieces, code, may_be_cut=may_be_cut) for code in CANDIDATES}
    ranked = sorted((code for code in CANDIDATES if scores[code] >= _FITS), key=lambda code: -scores[code])
    if not ranked:
        return Guess("", tuple((code, tr("nothing speaks for it")) for code in (GB18030, UTF8, BIG5)))
    best = ranked[0]
    second = scores[ranked[1]] if len(ranked) > 1 else 0.0
    fits = tuple((code, _reason(pieces, code, scores[code], may_be_cut=may_be_cut)) for code in ranked)
    is_sure = scores[best] >= _SURE_SCORE and scores[best] - second >= _SURE_MARGIN
    return Guess(best if is_sure else "", fits)


def contradicts(declared: str, texts: Sequence[bytes], *, may_be_cut: bool) -> str:
    """Return why a declared encoding cannot be believed, or an empty text when it can."""
    pieces = list(dict.fromkeys(text for text in texts if not text.isascii()))
    if not pieces:
        return ""
    if not _decodes(pieces, declared, may_be_cut=may_be_cut):
        return tr("some of its texts cannot be read as {encoding}", encoding=declared)
    found = guess(texts, may_be_cut=may_be_cut)
    own = _score(pieces, declared, may_be_cut=may_be_cut) if declared in CANDIDATES else 0.0
    if found.sure and found.sure != declared and own < _SURE_SCORE - _NEAR and declared != UTF8:
        return tr(
            "read as {other} its texts make sense, as {encoding} they do not",
            other=found.sure,
            encoding=declared,
        )
    return ""


def _reason(pieces: Sequence[bytes], code: str, score: float, *, may_be_cut: bool) -> str:
    shown = _decode(pieces[0], code, may_be_cut=may_be_cut) or ""
    return tr(
        "reads “{value}”, {percent} % of the evidence fits", value=shown[:12], percent=round(100 * score)
    )


def _decode(piece: bytes, code: str, *, may_be_cut: bool) -> str | None:
    for cut in range(_CUT_BYTES + 1 if may_be_cut else 1):
        try:
            return piece[: len(piece) - cut].decode(code)
        except UnicodeDecodeError:
            continue
    return None


def _decodes(pieces: Sequence[bytes], code: str, *, may_be_cut: bool) -> bool:
    return all(_decode(piece, code, may_be_cut=may_be_cut) is not None for piece in pieces)


def _is_picture(pieces: Sequence[bytes]) -> bool:
    """Return whether the texts hold nothing but four-byte characters (emojis): in GB18030 they would be rare signs."""
    texts = "".join(piece.decode(UTF8, "ignore") for piece in pieces)
    return bool(texts) and all(ord(character) >= 0x1F000 for character in texts)


def _count_wide(piece: bytes) -> int:
    return sum(1 for byte in piece if byte >= 0xC0)


def _score(pieces: Sequence[bytes], code: str, *, may_be_cut: bool) -> float:
    """Return 0…1: how much of the non-ASCII text is what people write in that encoding; 0 when it does not decode."""
    if code == LATIN:
        return _latin_score(pieces)
    total = good = 0.0
    for piece in pieces:
        text = _decode(piece, code, may_be_cut=may_be_cut)
        if text is None:
            return 0.0
        for character in text:
            if ord(character) >= 0x80:
                total += 1.0
                good += _plausibility(character, code)
    return good / total if total else 0.0


def _plausibility(character: str, code: str) -> float:
    if character in _FREQUENT or character in _FREQUENT_TRADITIONAL:
        return 1.0
    if (
        "\u3000" <= character <= "\u303f"
        or "\uff01" <= character <= "\uff5e"
        or character in "“”‘’—…·×℃㎡°①②③④⑤"
    ):
        return 0.8
    if not "\u4e00" <= character <= "\u9fff":
        return 0.9 if character.isalpha() and code == UTF8 else 0.0
    if code == UTF8:
        return 0.9  # a rare character, but chance does not make valid UTF-8
    lead = character.encode("gb18030" if code == GB18030 else "big5", "replace")
    if code == GB18030:
        return 0.6 if 0xB0 <= lead[0] <= 0xD7 and len(lead) == 2 and lead[1] >= 0xA1 else 0.1
    return 0.6 if 0xA4 <= lead[0] <= 0xC6 else 0.1


def _latin_score(pieces: Sequence[bytes]) -> float:
    """Accented letters stand alone between plain ones; Chinese bytes come in runs."""
    total = lonely = 0
    for piece in pieces:
        for position, byte in enumerate(piece):
            if byte < 0x80:
                continue
            total += 1
            around = piece[max(position - 1, 0) : position] + piece[position + 1 : position + 2]
            has_letter = any(b < 0x80 and chr(b).isalpha() for b in around)
            lonely += byte >= 0xC0 and has_letter and all(b < 0x80 for b in around)
    return lonely / total if total else 0.0
