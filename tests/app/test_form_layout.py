"""The comment form's layout: nothing overlaps, nothing leaves its margins, every proposal is asked once."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renovate_gui.app.form_blocks import Asked
from renovate_gui.app.form_layout import lay_out
from renovate_gui.app.form_map import frame_of, round_scale
from renovate_gui.app.form_page import Align, FormSide, Words
from renovate_gui.app.form_paper import EDGE, FORM_PAPERS, FormPaper, FormWords
from renovate_gui.app.form_text import line_mm, width_mm, wrapped
from renovate_gui.app.questions import default_questions
from renovate_gui.assets import set_language
from renovate_gui.domain.form import Box, FieldKind, sheet_from_json, sheet_to_json
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.questions import Question, Questions
from renovate_gui.domain.scene import Scene

EMPTY = Scene((), "EPSG:4545")
WORDS = st.one_of(
    st.text("甲乙丙（），。养老设施与道路坡道", min_size=1, max_size=60),
    st.text("abcdefgh WMIil-", min_size=1, max_size=90),
)


def form_words(
    titles: list[str],
    questions: Questions | None = None,
    extent: tuple[float, float, float, float] = (0.0, 0.0, 1200.0, 900.0),
    **other: str,
) -> FormWords:
    asked = tuple(Asked(Uuid(f"p{i}"), i, t) for i, t in enumerate(titles, 1))
    given = {
        "community": "青崖坪",
        "contact": "社区办公室一楼",
        "attribution": "OSM",
        "language": "zh_CN",
    } | other
    return FormWords(
        package=Uuid("0" * 8 + "-0000-4000-8000-" + "0" * 12),
        version=3,
        community=given["community"],
        date="2026-11-24",
        until="2026-12-08",
        contact=given["contact"],
        seal="7F3A-91C2",
        attribution=given["attribution"],
        scenario="",
        language=given["language"],
        asked=asked,
        questions=questions or default_questions(),
        extent=extent,
        crs="EPSG:4545",
        base=EMPTY,
        marks=lambda _numbers: EMPTY,
    )


def shape(box: Box) -> shapely.Polygon:
    return shapely.box(box.x, box.y, box.x + box.width, box.y + box.height)


def room_of(words: Words) -> shapely.Polygon:
    """Return what a line of words covers: capitals' height, not the whole line."""
    left = words.x - {Align.LEFT: 0.0, Align.CENTRE: words.width / 2, Align.RIGHT: words.width}[words.align]
    high = line_mm(words.size) * 0.30
    return shapely.box(left, words.y - high, left + words.width, words.y + high)


def overlaps(a: shapely.Geometry, b: shapely.Geometry) -> bool:
    return bool(a.intersection(b).area > 0.01)


def check(side: FormSide, paper: FormPaper) -> None:
    page = shapely.box(5.0, 5.0, paper.width - 5.0, paper.height - 5.0)
    inner = shapely.box(EDGE - 0.01, EDGE - 1.01, paper.width - EDGE + 0.01, paper.height - EDGE + 0.01)
    sheet = side.sheet
    fields = [(f.key, shape(f.box)) for f in sheet.fields]
    marks = [shape(b).buffer(1.5, join_style="mitre") for b in sheet.corners]  # with their white cell
    code = shape(sheet.code).buffer(2.9, join_style="mitre")  # four modules at 41 in the code's width
    assert all(page.covers(m) for m in marks)
    for name, field in fields:
        assert inner.covers(field), name
        assert not any(overlaps(field, m) for m in marks), name
        assert not overlaps(field, code), name
    for (a, one), (b, two) in combinations(fields, 2):
        assert not overlaps(one, two), (a, b)
    assert len({f.key for f in sheet.fields}) == len(fields)
    written = [(w.text, room_of(w)) for w in side.words]
    for text, room in written:
        assert inner.covers(room), text
        assert not any(overlaps(room, field) for _, field in fields), text
        assert not any(overlaps(room, m) for m in marks), text
        assert not overlaps(room, code), text
    for (a, one), (b, two) in combinations(written, 2):
        assert not overlaps(one, two), (a, b)


def answered(sides: tuple[FormSide, ...]) -> Counter[tuple[Uuid | None, str]]:
    return Counter(
        (f.proposal, f.option)
        for s in sides
        for f in s.sheet.fields
        if f.kind is FieldKind.TICK and f.group == "answer"
    )


@pytest.mark.parametrize("paper", ["A3", "A4"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("count", [0, 1, 3, 7, 12, 30])
def test_sides_hold_everything_once(paper: str, language: str, count: int) -> None:
    set_language(language)
    titles = [f"第 {n} 项：街角小广场与坡道整修" if n % 2 else f"Ramp {n}" for n in range(count)]
    sides = lay_out(form_words(titles, language=language), FORM_PAPERS[paper])
    for number, side in enumerate(sides, 1):
        check(side, FORM_PAPERS[paper])
        assert (side.sheet.sheet, side.sheet.sheets) == (number, len(sides))
    ticks = answered(sides)
    assert len(ticks) == 3 * count
    assert set(ticks.values()) <= {1}
    groups = Counter(f.group for s in sides for f in s.sheet.fields)
    asked = default_questions()
    assert groups["wish"] == 3
    assert groups["rank"] == len(asked.menu)
    assert groups["need"] == len(asked.needs)
    assert groups["management"] == len(asked.management)
    assert groups["comment"] == count + 2  # on each proposal, on the wish, on anything else
    numbers = sorted(int(b.text) for s in sides for b in s.badges if b.is_round)
    assert numbers == list(range(1, count + 1))


def test_an_old_hand_finds_its_place() -> None:
    set_language("zh_CN")
    for paper in FORM_PAPERS.values():
        for side in lay_out(form_words(["供销社托育室"] * 12), paper):
            assert all(
                min(f.box.width, f.box.height) >= 5.0
                for f in side.sheet.fields
                if f.kind in (FieldKind.TICK, FieldKind.RANK)
            )
            assert side.sheet.code.width >= 24.0
            for field in side.sheet.fields:
                if field.kind is not FieldKind.TICK:
                    continue
                beside = [
                    w
                    for w in side.words
                    if 0 < w.x - (field.box.x + field.box.width) < 4.0
                    and abs(w.y - field.box.y - field.box.height / 2) < 7.0
                ]
                assert beside
                assert all(w.size >= 14.0 for w in beside)


def test_proposals_stand_beside_their_map() -> None:
    for paper in FORM_PAPERS.values():
        for side in lay_out(form_words([f"T{n}" for n in range(14)]), paper):
            if any(f.proposal for f in side.sheet.fields):
                assert side.sheet.frame is not None
                assert any(f.kind is FieldKind.MAP for f in side.sheet.fields)
            assert (side.marks is None) == (side.sheet.frame is None)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    titles=st.lists(WORDS, max_size=16),
    entries=st.lists(WORDS, max_size=12),
    paper=st.sampled_from(["A3", "A4"]),
    community=WORDS,
    contact=WORDS,
    language=st.sampled_from(["zh_CN", "en"]),
)
def test_nothing_overlaps_whatever_is_said(
    titles: list[str], entries: list[str], paper: str, community: str, contact: str, language: str
) -> None:
    set_language(language)
    asked = tuple(Question(f"q{i}", w, w) for i, w in enumerate(entries))
    words = form_words(
        titles, Questions(asked, asked, asked), community=community, contact=contact, language=language
    )
    sides = lay_out(words, FORM_PAPERS[paper])
    for side in sides:
        check(side, FORM_PAPERS[paper])
    assert len(answered(sides)) == 3 * len(titles)


def test_a_layout_is_the_same_after_the_project_kept_it() -> None:
    for side in lay_out(form_words(["a", "b"]), FORM_PAPERS["A3"]):
        kept = sheet_from_json(sheet_to_json(side.sheet))
        assert kept == side.sheet
        assert kept.digest == side.sheet.digest


@given(
    text=WORDS,
    room=st.floats(15.0, 120.0),
    size=st.floats(8.0, 24.0),
    bold=st.booleans(),
)
def test_lines_are_no_wider_than_their_room(text: str, room: float, size: float, bold: bool) -> None:
    lines = wrapped(text, room, size, bold=bold)
    assert all(width_mm(line, size, bold=bold) <= room + 0.01 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert len(wrapped(text, room, size, bold=bold, most=2)) <= 2


@given(st.floats(50.0, 400_000.0))
def test_scales_are_round_and_never_too_large(smallest: float) -> None:
    found = round_scale(smallest)
    assert smallest <= found * (1 + 1e-9)
    assert found <= max(smallest * 1.34, 100.0)


def test_the_map_s_frame_is_true_to_scale() -> None:
    box = Box(10.0, 56.0, 226.0, 217.0)
    frame = frame_of((500.0, 700.0, 1500.0, 1300.0), box, "EPSG:4545")
    assert frame.metres_per_mm * 1000 == 5000
    x, y = frame.to_world(*frame.to_page(1234.5, 987.6))
    assert (x, y) == pytest.approx((1234.5, 987.6))
    for corner in ((500.0, 700.0), (1500.0, 1300.0)):
        at_x, at_y = frame.to_page(*corner)
        assert box.x <= at_x <= box.x + box.width
        assert box.y <= at_y <= box.y + box.height
