"""Build the fonts that ship with the program: a Simplified Chinese subset, regular and bold.

The source is ``NotoSansCJK-VF.otf.ttc`` (SIL Open Font License 1.1), for instance from the PyPI package
``manimgx-fonts-cjk``::

    pip download --no-deps --dest /tmp/fonts manimgx-fonts-cjk && cd /tmp/fonts && unzip -o *.whl
    python tools/build_fonts.py /tmp/fonts/manimgx_fonts_cjk/NotoSansCJK-VF.otf.ttc resources/fonts

Beside it stands a small Latin face made of the same glyphs, for English: in a Chinese face the quotes, the dot and the
ellipsis are as wide as a Chinese character. ``--latin`` makes only this face, of the files that lie in the target.

The result carries its own family name ("Renovate Sans SC"): a page must look the same whether or not some edition of
Noto is installed, and the licence asks that modified fonts keep clear of reserved names. Copyright and licence
entries stay in the files; the licence's text lies beside them.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from fontTools import subset
from fontTools.cffLib.CFF2ToCFF import convertCFF2ToCFF
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTCollection, TTFont
from fontTools.varLib import instancer

FAMILY = "Renovate Sans SC"
LATIN = "Renovate Sans Latin"
WEIGHTS = {"Regular": 400, "Bold": 700}

# Characters beyond GB 2312 that old quarters and their people do have in their names.
NAMES = (
    "塆塝垴堖埫塅塥湴墘岽岇嵝嶂崾垾埗埇圩坜垱垟垯堉堃塱墈壆壖夼妧娅媖媞嫚孖孠尕屾岜岠岬峂峣峧崟崡嵎嵖嵬嵚巉"
    "玥珺祎琇頔翀昇珅喆垚赟晞昉旸昳昴晔晗晢晧暐暄曈杺枧枞柃栒栝桄桕棪棬椤楙榀榃榉槚橦檫欸氿汈汭沄沚沨沺泃洢洣洨洺浈浬"
    "涢淏淠淯渟渼湜湝湲溇滘滃滍漈漷潴潟澥澴濛瀍瀬灈炅炘炻烊烜焜焓熜燊燏爟犍玚玓玘玙玠玢玥玦玫珂珉珏珣珩珪珮珲琎琚琛琤琨琪琬琯瑀瑄瑆瑭璇璟璘璐璠璟"
    "硂磏磡祊祎祐祺禔稑窎竑笕笪箬篁粏綦翯芃芊芘苘苣茝荥莙菂菡萘葑葭蒗蓥蔃薷藠蘅虒蜑衎袆裈觱訾诃诜谌豨赑邕邡邳郄郅郇郏郓郗郚郛郜郢郦郧郫郯郾鄄鄌鄘鄞鄠鄢鄣鄱"
    "钆钇钋钍钭铄铨铫铷锜锟锴镕镒镛闫闾阇阆阊阋隗隰雱霁靓頫颋颙飏馥骃骅骎骐骕鲃鲌鸤鹍鹮麴黟鼒龑"
)
PUNCTUATION = "–—‘’“”†•…‰′″‹›€™←↑→↓↔↕⇄−≈≠≤≥×÷±·¹²³⁴⁵⁶⁷⁸⁹⁰₀₁₂₃₄₅½¼¾■□▢▲△▶▷▼▽◀◆◇○◎●★☆☐☑✓✔✕✗①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㎡㎥㎞㎜㎝〇〈〉《》「」『』【】〔〕︰﹣"


def characters() -> set[int]:
    """Return the code points to keep: GB 2312, Latin with accents, punctuation, and the names above."""
    gb2312 = [
        bytes((high, low)).decode("gb2312", "ignore")
        for high in range(0xA1, 0xF8)
        for low in range(0xA1, 0xFF)
    ]
    text = "".join(gb2312) + NAMES + PUNCTUATION
    return {ord(c) for c in text} | set(range(0x20, 0x7F)) | set(range(0xA0, 0x180))


def simplified_face(source: Path) -> TTFont:
    """Return the Simplified Chinese face of the collection."""
    for font in TTCollection(str(source), lazy=True).fonts:
        if font["name"].getDebugName(1) == "Noto Sans CJK SC" or "CJK SC" in (
            font["name"].getDebugName(4) or ""
        ):
            buffer = io.BytesIO()
            font.save(buffer)
            buffer.seek(0)
            return TTFont(buffer)
    raise SystemExit(f"{source}: no Simplified Chinese face inside")


def subset_of(font: TTFont) -> TTFont:
    """Keep the characters and the kerning; drop substitutions, hints, vertical metrics and the rest."""
    options = subset.Options()
    # no substitutions: Qt writes no text for a substituted glyph into a PDF, so words could not be searched
    options.layout_features = ["kern"]
    options.name_IDs = ["*"]
    options.hinting = False
    options.notdef_outline = True
    options.drop_tables += ["DSIG", "VORG", "vhea", "vmtx", "VVAR", "BASE"]
    worker = subset.Subsetter(options)
    worker.populate(unicodes=sorted(characters()))
    worker.subset(font)
    return font


def static_font(variable: io.BytesIO, weight: int) -> TTFont:
    """Return the face at one weight, in the CFF format that every system and PDF reader knows."""
    font = instancer.instantiateVariableFont(TTFont(variable), {"wght": weight})
    if "STAT" in font:
        del font["STAT"]
    buffer = io.BytesIO()
    font.save(buffer)
    buffer.seek(0)
    # glyphs are renamed by the conversion: nothing that names them may be read or computed again
    font = TTFont(buffer, recalcBBoxes=False)
    outlines = font["CFF2"].cff.topDictIndex[0].CharStrings
    for name in outlines.keys():  # noqa: SIM118  not a dictionary
        outlines[name].decompile()  # fontTools 4.68 cannot read them any more once the conversion has begun
    convertCFF2ToCFF(font)
    return font


def latin_of(font: TTFont) -> TTFont:
    """Keep Latin letters and signs; give the signs of Chinese width the width of Latin ones."""
    options = subset.Options()
    options.layout_features = ["kern"]
    options.name_IDs = ["*"]
    options.hinting = False
    worker = subset.Subsetter(options)
    narrow = "‘’“”…·•"
    worker.populate(unicodes=[*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, narrow + "‚„†‰‹›€™−×–—▼→←")])
    worker.subset(font)
    cmap = font.getBestCmap()
    step = font["hmtx"][cmap[ord(".")]][0]
    for char in narrow:
        name, bearing = cmap[ord(char)], 70 if char in "·•" else 40
        if char == "…":  # three full stops: the Chinese dots stand wide apart in the middle of the line
            _redraw(font, name, cmap[ord(".")], [(1, 0, 0, 1, i * step, 0) for i in range(3)], 3 * step)
            continue
        ink = _ink(font, name)
        _redraw(font, name, name, [(1, 0, 0, 1, bearing - ink[0], 0)], ink[2] - ink[0] + 2 * bearing)
    big = _ink(font, cmap[ord("▼")])
    k = 460 / (big[2] - big[0])
    place = (k, 0, 0, k, 40 - big[0] * k, 200 - big[1] * k)
    _redraw(font, cmap[ord("▼")], cmap[ord("▼")], [place], 540)
    for table in font["cmap"].tables:  # the small triangle of choices, which the Chinese face lacks
        table.cmap[0x25BE] = table.cmap.pop(ord("▼"))
    font["OS/2"].recalcUnicodeRanges(font)
    return font


def _ink(font: TTFont, glyph: str) -> tuple[float, float, float, float]:
    pen = BoundsPen(font.getGlyphSet())
    font.getGlyphSet()[glyph].draw(pen)
    assert pen.bounds is not None
    return pen.bounds


def _redraw(font: TTFont, glyph: str, source: str, matrices: list[tuple[float, ...]], width: float) -> None:
    pen = T2CharStringPen(round(width), None)
    for matrix in matrices:
        font.getGlyphSet()[source].draw(TransformPen(pen, matrix))
    top = font["CFF "].cff.topDictIndex[0]
    old = top.CharStrings[glyph]
    top.CharStrings[glyph] = pen.getCharString(private=old.private, globalSubrs=old.globalSubrs)
    font["hmtx"][glyph] = (round(width), round(_ink(font, glyph)[0]))


def rename(font: TTFont, style: str, family: str = FAMILY) -> None:
    """Give the face our family name; keep copyright (0), trademark (7) and licence (13, 14)."""
    table = font["name"]
    table.names = [n for n in table.names if n.nameID in {0, 7, 8, 9, 11, 13, 14} and n.platformID == 3]
    postscript = f"{family.replace(' ', '')}-{style}"
    for number, text in {
        1: family,
        2: style,
        3: f"1.0;{postscript}",
        4: f"{family} {style}",
        5: "Version 1.0; subset of Noto Sans CJK SC",
        6: postscript,
    }.items():
        table.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = WEIGHTS[style]
    font["OS/2"].fsSelection = 0x20 if style == "Bold" else 0x40
    font["head"].macStyle = 1 if style == "Bold" else 0
    top = font["CFF "].cff
    top.fontNames = [postscript]
    top.topDictIndex[0].FullName = f"{family} {style}"
    top.topDictIndex[0].FamilyName = family
    top.topDictIndex[0].Weight = style


def build(source: Path, target: Path) -> None:
    """Write one file per weight."""
    small = subset_of(simplified_face(source))
    buffer = io.BytesIO()
    small.save(buffer)
    for style, weight in WEIGHTS.items():
        buffer.seek(0)
        font = static_font(buffer, weight)
        rename(font, style)
        save(font, target / f"RenovateSansSC-{style}.otf")
    build_latin(target)


def build_latin(target: Path) -> None:
    """Write the Latin faces, made of the Chinese ones that lie in the folder."""
    for style in WEIGHTS:
        font = latin_of(TTFont(target / f"RenovateSansSC-{style}.otf"))
        rename(font, style, LATIN)
        save(font, target / f"RenovateSansLatin-{style}.otf")


def save(font: TTFont, path: Path) -> None:
    """Write the same bytes on every build."""
    font["head"].created = font["head"].modified = 3_800_000_000
    font.recalcTimestamp = False
    font.save(path)
    print(path, path.stat().st_size)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, nargs="?")
    parser.add_argument("target", type=Path)
    parser.add_argument("--latin", action="store_true", help="make only the Latin faces")
    arguments = parser.parse_args()
    if arguments.latin:
        build_latin(arguments.target)
    elif arguments.source is None:
        parser.error("the source font is missing")
    else:
        build(arguments.source, arguments.target)
