"""Templates for sheets: kept with undo, refused in one sentence, shared as files; the atlas and the further sheets."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.app import sheet_atlas, sheet_parts
from renovate_gui.app.layouts import Layouts, block_words, why_not
from renovate_gui.app.session import Session
from renovate_gui.assets import set_language
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.ids import new_uuid
from renovate_gui.domain.layout import (
    PAPERS,
    BlockKind,
    LayoutBox,
    faults,
    from_values,
    standard_layout,
    to_values,
)
from renovate_gui.domain.proposal import FundShare, FundSource, Proposal

PNG = b"\x89PNG\r\n\x1a\nlogo"
ROOM = LayoutBox(9, 27.9, 279, 158.3)


@pytest.fixture
def session(tmp_path: Path):
    set_language("en")
    with Session.create(tmp_path / "p.gpkg") as made:
        yield made


@pytest.mark.parametrize("paper", PAPERS)
def test_the_template_to_begin_with_can_be_printed(paper: str) -> None:
    assert why_not(standard_layout(paper, new_uuid(), "a")) == ""


def test_a_template_is_kept_used_once_for_a_paper_and_undone(session: Session) -> None:
    first = replace(session.layouts.begin("A4", "one"), logo=PNG, is_used=True)
    session.layouts.put(first)
    assert session.layouts.all() == (first,)
    second = replace(session.layouts.begin("A4", "two"), is_used=True)
    session.layouts.put(second)
    assert session.layouts.in_use("A4") == second
    assert session.layouts.in_use("A3") is None
    assert [x.is_used for x in session.layouts.all()] == [False, True]
    with pytest.raises(RequestError, match="one"):
        session.layouts.put(session.layouts.begin("A3", "one"))
    session.project.undo()
    assert session.layouts.all() == (first,)
    session.layouts.delete(first.uuid)
    assert session.layouts.all() == ()


def moved(kind: BlockKind, box: LayoutBox):
    layout = standard_layout("A4", new_uuid(), "a")
    block = next(b for b in layout.blocks if b.kind is kind)
    return layout.with_block(replace(block, box=box))


def test_what_cannot_be_printed_is_said_in_one_sentence(session: Session) -> None:
    layout = standard_layout("A4", new_uuid(), "a")
    map_box = layout.blocks[0].box
    hidden = layout.with_block(replace(layout.blocks[0], is_visible=False))
    wrong = (
        (moved(BlockKind.LOGO, replace(map_box, width=20, height=20)), "overlaps"),
        (moved(BlockKind.NOTES, LayoutBox(2, 100, 50, 20)), "beyond the page"),
        (moved(BlockKind.SCALE, LayoutBox(200, 160, 3, 20)), "smaller than 8 mm"),
        (moved(BlockKind.SCALE, LayoutBox(float("nan"), 160, 30, 20)), "smaller"),
        (hidden, "cannot be hidden"),
        (replace(layout, blocks=(*layout.blocks, layout.blocks[-1])), "twice"),
        (replace(layout, least_pt=3.0), "between 9 and 40"),
        (replace(layout, paper="B7"), "B7"),
        (replace(layout, name=" "), "a name"),
        (replace(layout, logo=b"GIF89a"), "no PNG"),
    )
    for bad, words in wrong:
        assert words in why_not(bad)
        with pytest.raises(RequestError):
            session.layouts.put(bad)
    assert session.layouts.all() == ()


@given(st.tuples(*[st.floats(0, 300)] * 4), st.tuples(*[st.floats(0, 300)] * 4))
def test_overlap_is_mutual_and_means_common_ground(a: tuple[float, ...], b: tuple[float, ...]) -> None:
    one, two = LayoutBox(*a), LayoutBox(*b)
    assert one.overlaps(two) == two.overlaps(one)
    common = shapely.box(one.x, one.y, one.right, one.bottom).intersection(
        shapely.box(two.x, two.y, two.right, two.bottom)
    )
    if common.area > 40:
        assert one.overlaps(two)
    if one.right < two.x or one.bottom < two.y:
        assert not one.overlaps(two)


def test_values_say_all_of_a_template() -> None:
    layout = replace(standard_layout("A3", new_uuid(), "名"), is_used=True)
    assert from_values(layout.uuid, json.loads(json.dumps(to_values(layout)))) == layout
    assert faults(layout, LayoutBox(0, 0, 420, 297)) == ()


def test_a_file_gives_the_template_to_another_project(session: Session, tmp_path: Path) -> None:
    layout = replace(session.layouts.begin("A4", "版式"), logo=PNG, is_used=True)
    file = tmp_path / "版式.json"
    Layouts.save_file(layout, file)
    read = Layouts.read_file(file)
    assert replace(read, uuid=layout.uuid, is_used=True) == layout
    assert not read.is_used


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda v: v["blocks"][0].update(field="owner_phone"), "owner_phone"),
        (lambda v: v["blocks"][0].update(field="{{ 7*7 }}"), "{{ 7*7 }}"),
        (lambda v: v["blocks"][0].update(box_mm=[1, 2, 3]), "no template"),
        (lambda v: v["blocks"][0].update(box_mm=[0, 0, 9, 9]), "beyond the page"),
        (lambda v: v.update(format="other"), "no template"),
        (lambda v: v.update(version=9), "newer"),
        (lambda v: v.update(blocks=7), "no template"),
        (lambda v: v.update(logo_png="%%%"), "no template"),
        (lambda v: v.pop("paper"), "no template"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(session: Session, tmp_path: Path, change, words: str) -> None:
    file = tmp_path / "t.json"
    Layouts.save_file(session.layouts.begin("A4", "a"), file)
    values = json.loads(file.read_text(encoding="utf-8"))
    change(values)
    file.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(DataError, match=r"t\.json") as caught:
        Layouts.read_file(file)
    assert words in str(caught.value)


def test_no_template_at_all_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "t.json"
    with pytest.raises(DataError, match="cannot be read"):
        Layouts.read_file(file)
    for text in ("[]", "{", "\x00"):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match="no template"):
            Layouts.read_file(file)


def test_every_block_has_words() -> None:
    set_language("zh_CN")
    assert len({block_words(k) for k in BlockKind}) == len(BlockKind)


# -- further sheets -------------------------------------------------------------------------------------------
def content(proposals: tuple[Proposal, ...] = (), **more: object) -> SimpleNamespace:
    who = SimpleNamespace(
        language="en",
        distribution="council",
        reply_until="2026-12-07",
        contact="Room 1",
        community="C",
        date="D",
    )
    return SimpleNamespace(
        identity=who, open_proposals=proposals, proposals=proposals, earlier=None, digest={}, **more
    )


def test_costs_add_up_and_name_what_is_missing() -> None:
    set_language("en")
    one = Proposal(
        new_uuid(),
        1,
        None,
        title="A",
        cost=Decimal(100),
        funds=(FundShare(FundSource.DISTRICT, Decimal(70)),),
    )
    two = Proposal(new_uuid(), 2, None, title="B", cost=Decimal("50.5"))
    three = Proposal(new_uuid(), 3, None, title="C")
    (sheet,) = sheet_parts.costs_sheet(content((one, two, three)), "", None, (0, 0, 1, 1))  # type: ignore[arg-type]
    assert sheet.table is not None
    rows = sheet.table.rows
    assert rows[0][2:] == ("CNY 100", "District budget CNY 70", "CNY 30")
    assert rows[2][2:] == ("not said", "not said", "–")
    assert "CNY 150.5" in rows[3][2]
    assert rows[3][3:] == ("CNY 70 promised", "CNY 80.5")
    assert sheet_parts.costs_sheet(content((three,)), "", None, (0, 0, 1, 1)) == ()  # type: ignore[arg-type]


def test_you_said_stands_on_the_sheet_of_its_number_only() -> None:
    set_language("en")
    said = [SimpleNamespace(number=3, said="more shade", did="two trees", state="done")]
    (found,) = sheet_parts.said_and_done(said, 3)  # type: ignore[arg-type]
    assert found.words == "more shade → two trees (done)"
    assert sheet_parts.said_and_done(said, 4) == ()  # type: ignore[arg-type]


def test_the_atlas_says_what_is_near_and_planned_and_counts_nobody() -> None:
    set_language("en")
    near = Proposal(new_uuid(), 1, shapely.Point(100, 0), title="A")
    far = Proposal(new_uuid(), 2, shapely.Point(900, 0), title="B")
    found = sheet_atlas._near(content((far, near)), shapely.Point(0, 0))  # type: ignore[arg-type]
    assert [(p.number, d) for p, d in found] == [(1, 100.0)]
    assert sheet_atlas._planned(found).words.startswith("1 proposal within 300 m")
    assert sheet_atlas._planned([]).words == "Nothing within 300 m in a straight line."
    result = SimpleNamespace(
        ids=np.array([7, 8, 9]), measure=sheet_atlas.Measure.NETWORK, network_m=np.array([123.0, np.inf, np.nan]),
        circle_m=np.zeros(3), nearest=np.array([0, -1, 0]), facility_names=("Pool",), minutes=np.array([2.04, np.inf, np.nan]),
    )  # fmt: skip
    words = [sheet_atlas._nearest(result, i) for i in (7, 8, 9, 10)]  # type: ignore[arg-type]
    assert words == [
        "Pool: about 120 m on foot, 2.0 minutes",
        "none that can be reached",
        "not known",
        "not known",
    ]
