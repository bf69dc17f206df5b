"""The fonts that travel with us: Chinese in two weights, licensed, under a name of our own."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont
from PySide6.QtGui import QFontInfo

from renovate_gui.assets import resource_path
from renovate_gui.render.fonts import FAMILY, LATIN, families, font, font_files, load_fonts, missing_glyphs


def gb2312() -> set[int]:
    pairs = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return {ord(c) for c in "".join(p.decode("gb2312", "ignore") for p in pairs)}


@pytest.mark.parametrize("index", [0, 1])
def test_a_face_draws_every_common_character(index):
    with TTFont(font_files()[index]) as face:
        drawn = set(face.getBestCmap())
        names = {n.nameID: str(n) for n in face["name"].names}
    assert len(gb2312()) == 6763
    assert gb2312() <= drawn
    assert {ord(c) for c in "Aé–—“”‘’…·①⑩㎡²≤≥→▲□✓（）：；！？《》"} <= drawn
    assert names[1] == FAMILY
    assert "Source" not in names[1]  # the reserved name
    assert "Adobe" in names[0]
    assert "Open Font License" in names[13]


def test_the_licence_lies_beside_them():
    assert "SIL OPEN FONT LICENSE" in resource_path("fonts/OFL.txt").read_text(encoding="utf-8")


def test_qt_takes_our_font_in_both_weights():
    assert load_fonts() == FAMILY
    for bold in (False, True):
        info = QFontInfo(font(20, bold=bold))
        assert info.family() in {FAMILY, LATIN}
        assert info.bold() == bold


def test_missing_characters_are_named():
    assert missing_glyphs("青崖坪 Gap 12 ①") == ""
    assert missing_glyphs("青\U00030000崖\U00030000") == "\U00030000"


@pytest.mark.parametrize("index", [2, 3])
def test_english_has_narrow_quotes_and_dots_and_chinese_has_wide_ones(index):
    with TTFont(font_files()[index]) as latin, TTFont(font_files()[index - 2]) as chinese:
        for char in "“”‘’…·":
            widths = [f["hmtx"][f.getBestCmap()[ord(char)]][0] for f in (latin, chinese)]
            assert widths[0] < 990 < widths[1] == 1000
        assert ord("▾") in latin.getBestCmap()  # the triangle of choices, on machines without any other font
    assert families().index(LATIN) != families().index(FAMILY)
