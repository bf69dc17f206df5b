"""Scenes from a real session: order, verdict colours, what leaves the program, and which versions stand still."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest
import shapely

from renovate_gui.app.scene_access import class_words, classes_of
from renovate_gui.app.scene_drawn import FADED, notes_part, proposals_part, replies_parts
from renovate_gui.app.scene_parts import HEAT_RAMP, VERDICT_FILLS, heat_colours
from renovate_gui.app.scenes import SceneRequest, Scenes
from renovate_gui.assets import set_language
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.heat import HeatGrid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.proposal import Note, Proposal, ProposalStatus
from renovate_gui.domain.reply import Answer, Choice, Reply
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role
from renovate_gui.domain.scene import Scene, SceneHeat, SceneLayer
from renovate_gui.domain.style import Hatch, LabelStyle, Marker, Style, StyleClass, StyleKind, Symbol
from renovate_gui.domain.verdict import (
    Explanation,
    GapResult,
    Measure,
    PeopleSource,
    Service,
    Verdict,
    WayProfile,
)


class FakeLayers:
    """Layers held in memory, top first."""

    def __init__(self) -> None:
        self.infos: list[LayerInfo] = []
        self.tables: dict[int, LayerTable] = {}

    def add(
        self, number: int, role: Role, geometry, style: Style | None = None, field_map=None, **columns
    ) -> None:
        kind = geometry[0].geom_type
        info = LayerInfo(
            number, f"u{number}", f"Layer {number}", f"t{number}", role, SLOT_OF_ROLE[role], number, True, kind,
            len(geometry), "EPSG:4326", Datum.WGS84, field_map or {}, style or Style(), None, f"© source {number}",
        )  # fmt: skip
        array = np.empty(len(geometry), dtype=object)
        array[:] = geometry
        made = {k: np.array(v, dtype=object if isinstance(v[0], str) else float) for k, v in columns.items()}
        self.infos.insert(0, info)
        self.tables[number] = LayerTable(np.arange(10, 10 + len(geometry), dtype=np.int64), array, made)

    def all(self):
        return tuple(self.infos)

    def table(self, number):
        return self.tables[number]


class World:
    def __init__(self) -> None:
        self.layers = FakeLayers()
        self.proposal_list: tuple[Proposal, ...] = ()
        self.note_list: tuple[Note, ...] = ()
        self.reply_list: tuple[Reply, ...] = ()
        project = SimpleNamespace(meta=lambda _key: "EPSG:32628", replies=lambda: self.reply_list)
        self.members: frozenset[str] | None = None
        proposals = SimpleNamespace(
            all=lambda: self.proposal_list,
            notes=lambda: self.note_list,
            of=lambda _scenario: [
                p for p in self.proposal_list if self.members is None or p.uuid in self.members
            ],
        )
        self.scenes = Scenes(project, self.layers, None, None, proposals)  # type: ignore[arg-type]

    def build(self, **request) -> Scene:
        return self.scenes.build(SceneRequest(**request))


def boxes(n: int):
    return [shapely.box(i * 10, 0, i * 10 + 8, 8) for i in range(n)]


@pytest.fixture
def world() -> World:
    made = World()
    made.layers.add(1, Role.PARCELS, boxes(2))
    made.layers.add(
        2,
        Role.BUILDINGS,
        boxes(5),
        field_map={"name": "name", "residents": "people"},
        name=list("abcde"),
        people=[1.0] * 5,
    )
    made.layers.add(3, Role.WALK_NETWORK, [shapely.LineString([(0, 9), (50, 9)])])
    made.layers.add(
        4,
        Role.FACILITIES,
        [shapely.Point(5, 5), shapely.Point(25, 5)],
        field_map={"kind": "k"},
        k=["childcare", "clinic"],
    )
    made.layers.add(5, Role.DEMAND, [shapely.Point(9, 9)], text=["secret"])
    made.layers.add(6, Role.OTHER, [shapely.Point(1, 1)], owner=["Ms Li"])
    made.proposal_list = (
        Proposal("a", 1, shapely.Point(5, 5), "Day care"),
        Proposal("b", 2, shapely.LineString([(0, 0), (10, 10)]), "Ramp"),
        Proposal("c", 3, shapely.box(20, 20, 30, 30), "Park", status=ProposalStatus.REJECTED),
        Proposal("d", 4, None, "Rule"),
    )
    made.note_list = (Note("n", shapely.Point(3, 3), "dark"), Note("m", shapely.box(1, 1, 5, 5), "wet"))
    return made


@pytest.fixture
def gap() -> GapResult:
    ids = np.array([14, 10, 11, 12])  # another order than the table's, 13 was not judged
    verdict = np.array([0, 2, 2, 1], dtype=np.int8)
    distance = np.array([1.0, 2, 3, 4])
    return GapResult(
        "childcare", None, 300.0, Measure.NETWORK, 2, ids, verdict, distance, distance, np.zeros(4, np.int64), ("x",),
        ("layer:4:10",), distance, PeopleSource.NONE, AgeBasis.AGE0_2,
    )  # fmt: skip


@pytest.fixture
def heat() -> HeatGrid:
    return HeatGrid(
        np.ones((2, 2)), np.ones((2, 2), np.int64), 0, 0, 10, 100, "people per hectare", (1.0, 2.0, 5.0), 3
    )


def keys(scene: Scene) -> list[str]:
    return [i.key for i in scene.items]


def part(scene: Scene, key: str) -> SceneLayer:
    return next(i for i in scene.items if i.key == key)  # type: ignore[return-value]


def test_layers_stand_bottom_first_with_drawings_on_top(world):
    scene = world.build()
    assert keys(scene) == [f"layer:{n}" for n in (1, 2, 3, 4, 5, 6)] + ["proposals", "notes"]
    assert scene.crs == "EPSG:32628"
    assert scene.attribution == tuple(f"© source {n}" for n in (1, 2, 3, 4, 5, 6))


def test_hidden_layers_and_overlays_are_not_shown(world):
    from dataclasses import replace

    world.layers.infos[0] = replace(world.layers.infos[0], is_visible=False)
    assert "layer:6" not in keys(world.build())
    assert keys(world.build(show_proposals=False, show_notes=False)) == [
        f"layer:{n}" for n in (1, 2, 3, 4, 5)
    ]


def test_the_judged_layer_takes_verdict_colours_by_id(world, gap):
    scene = world.build(gap=gap)
    judged = part(scene, "gap:childcare")
    assert keys(scene)[1] == "gap:childcare"  # in the buildings' place, below streets and facilities
    verdicts = [Verdict.OUT_OF_REACH, Verdict.OUT_OF_REACH, Verdict.FULL, None, Verdict.SERVED]
    fills = [judged.symbols[c].fill for c in judged.class_of]
    assert [f for f, v in zip(fills, verdicts, strict=True) if v is not None] == [
        VERDICT_FILLS[v] for v in verdicts if v is not None
    ]
    assert fills[3] not in VERDICT_FILLS.values(), "what was not counted has no verdict"
    assert [(e.label, e.count) for e in judged.legend] == [
        ("Served (within 300 m)", 1), ("In reach but full", 1), ("Out of reach", 2), ("Not counted", 1),
    ]  # fmt: skip


def test_verdicts_carry_hatches_in_print_only(world, gap):
    printed = part(world.build(gap=gap, is_for_export=True), "gap:childcare").symbols
    assert len({s.hatch for s in printed}) == 5
    assert printed[Verdict.SERVED].hatch is Hatch.NONE
    shown = part(world.build(gap=gap), "gap:childcare").symbols
    assert [s.hatch for s in shown[:4]] == [Hatch.NONE] * 4


def test_facilities_of_the_judged_kind_stand_out(world, gap):
    layer = part(world.build(gap=gap), "layer:4")
    used, other = (layer.symbols[c] for c in layer.class_of)
    assert used.size_px > 2 * other.size_px
    assert other.opacity < 1
    exported = part(world.build(gap=gap, is_for_export=True), "layer:4")
    assert exported.class_of.tolist()[1] == -1


def test_nothing_private_leaves_the_program(world):
    private = Style(
        StyleKind.CATEGORISED, "people", (StyleClass("1", Symbol(), value="1"),), LabelStyle("people")
    )
    from dataclasses import replace

    infos = world.layers.infos
    infos[:] = [replace(i, style=private) if i.id == 2 else i for i in infos]
    world.reply_list = (Reply("r", "p", 1, "", (Answer("a", Choice.AGREE),)),)
    scene = world.build(is_for_export=True, show_replies=True)
    assert keys(scene) == ["layer:1", "layer:2", "layer:3", "layer:4", "proposals", "notes"]
    buildings = part(scene, "layer:2")
    assert buildings.labels is None
    assert all(e.label != "1" for e in buildings.legend)
    named = replace(private, kind=StyleKind.SINGLE, label=LabelStyle("name"))
    infos[:] = [replace(i, style=named) if i.id == 2 else i for i in infos]
    assert part(world.build(is_for_export=True), "layer:2").labels == tuple("abcde")


def test_unchanged_parts_keep_their_version_and_object(world, gap):
    from dataclasses import replace

    first = world.build(gap=gap)
    again = world.build(gap=gap)
    assert all(a is b for a, b in zip(first.items, again.items, strict=True))
    world.proposal_list = (
        replace(world.proposal_list[0], geometry=shapely.Point(6, 6)),
        *world.proposal_list[1:],
    )
    moved = world.build(gap=gap)
    changed = [a.key for a, b in zip(again.items, moved.items, strict=True) if a.version != b.version]
    assert changed == ["proposals"]
    world.layers.tables[3] = replace(world.layers.tables[3])
    edited = world.build(gap=gap)
    assert [a.key for a, b in zip(moved.items, edited.items, strict=True) if a.version != b.version] == [
        "layer:3"
    ]
    new_gap = replace(gap)
    judged = world.build(gap=new_gap)
    assert [a.key for a, b in zip(edited.items, judged.items, strict=True) if a.version != b.version] == [
        "gap:childcare", "layer:4",
    ]  # fmt: skip
    dark = world.build(gap=new_gap, is_dark=True)
    assert all(a.version != b.version for a, b in zip(judged.items, dark.items, strict=True))
    assert len({i.version for i in dark.items}) == len(dark.items)


def test_words_follow_the_language(world, gap):
    world.build(gap=gap)
    set_language("zh_CN")
    labels = [e.label for e in part(world.build(gap=gap), "gap:childcare").legend]
    assert labels == ["有服务（300 米内）", "够得着但已满", "够不着", "未计入"]


def test_the_dark_map_keeps_the_meaning_of_colours(world, gap):
    light, dark = world.build(gap=gap), world.build(gap=gap, is_dark=True)
    assert dark.ground != light.ground
    a, b = part(light, "gap:childcare").symbols, part(dark, "gap:childcare").symbols
    assert [s.fill for s in a[:4]] == [s.fill for s in b[:4]]


def test_heat_lies_over_buildings_and_below_streets(world, heat):
    scene = world.build(heat=heat)
    assert keys(scene)[:4] == ["layer:1", "layer:2", "heat", "layer:3"]
    surface = scene.items[2]
    assert isinstance(surface, SceneHeat)
    assert surface.colours == heat_colours(2)
    assert surface.levels == heat.levels


def test_the_route_has_two_ends_and_may_be_missing(world):
    why = Explanation(
        10,
        "x",
        "childcare",
        Verdict.SERVED,
        "y",
        9,
        8,
        1,
        0,
        300,
        "",
        "",
        np.array([[0.0, 0], [5, 5], [9, 5]]),
    )
    route = part(world.build(explanation=why), "route")
    assert [g.geom_type for g in route.geometry] == ["LineString", "Point", "Point"]
    from dataclasses import replace

    assert "route" not in keys(world.build(explanation=replace(why, route_xy=np.empty((0, 2)))))
    profile = WayProfile(
        why.route_xy,
        np.array([0.0, 7.1, 11.1]),
        np.array([5.0, 5.0, 4.0]),
        np.array([True, False]),
        steepest=(1, 2),
    )
    marked = part(world.build(explanation=replace(why, profile=profile)), "route")
    assert [e.label for e in marked.legend] == ["Walking route", "Stairs on the way", "Steepest stretch"]
    assert [g.geom_type for g in marked.geometry[:3]] == ["LineString", "MultiLineString", "LineString"]


def test_places_per_hundred_take_the_place_of_verdicts_where_they_are_known(world, gap):
    from dataclasses import replace

    count = len(gap.ids)
    access = np.resize(np.array([0.0, 0.1, 0.3, 0.7, 1.2, np.nan]), count)
    known = replace(gap, service=Service(access=access))
    layer = part(world.build(gap=known, shows_access=True), "gap:childcare")
    assert layer.title.endswith("places per 100 in need")
    assert classes_of(np.array([0.0, 0.1, 0.25, 0.7, 1.0, np.nan])).tolist() == [0, 1, 2, 3, 4, 5]
    assert {e.label for e in layer.legend} <= set(class_words())
    plain = part(world.build(gap=gap, shows_access=True), "gap:childcare")
    assert plain.title == part(world.build(gap=gap), "gap:childcare").title


def test_proposals_of_other_scenarios_are_faint_or_left_out_and_never_leave_the_program(world):
    world.members = frozenset({"a"})
    everything = part(world.build(), "proposals")
    strong = {
        n
        for n, c in zip(everything.ids, everything.class_of, strict=True)
        if everything.symbols[c].opacity > 0.5
    }
    assert len(set(everything.ids)) > 1
    assert len(strong) == 1
    for request in ({"show_others": False}, {"is_for_export": True}):
        assert set(part(world.build(**request), "proposals").ids) == strong
    faint = part(world.build(scenario=None), "proposals")
    assert all(faint.symbols[c].opacity < 0.5 for c in faint.class_of)


def test_proposals_carry_their_numbers(world):
    layer = part(world.build(), "proposals")
    assert layer.ids.tolist() == [1, 2, 2, 3, 3]
    glyphs = [layer.symbols[c].glyph for c in layer.class_of if layer.symbols[c].marker is Marker.NUMBER]
    assert glyphs == ["1", "2", "3"]
    assert layer.labels == ("Day care", None, "Ramp", None, "Park")
    fills = {n: layer.symbols[c].fill for n, c in zip(layer.ids, layer.class_of, strict=True)}
    assert fills[1] != fills[3]  # refused ones are grey
    assert [e.shape for e in layer.legend] == ["point", "line", "polygon"]


def test_one_sheet_fades_the_others(world):
    layer = part(world.build(only_proposal="a"), "proposals")
    opacity = {n: layer.symbols[c].opacity for n, c in zip(layer.ids, layer.class_of, strict=True)}
    assert opacity[1] == 1.0
    assert opacity[2] == FADED
    assert layer.labels == ("Day care", None, None, None, None)


def test_notes_of_any_shape_have_one_bubble_each(world):
    layer = part(world.build(), "notes")
    assert layer.ids.tolist() == [1, 2, 2]
    assert layer.labels == ("dark", None, "wet")


def test_nothing_to_draw_is_no_layer():
    assert proposals_part([Proposal("d", 4, None)], strong=None, version=1, is_dark=False) is None
    assert notes_part([], version=1, is_dark=False) is None


@pytest.mark.parametrize("is_dark", [False, True])
def test_names_of_proposals_are_read_on_both_grounds(is_dark: bool) -> None:
    made = Proposal("d", 4, shapely.Point(0, 0), title="口袋公园")
    part = proposals_part([made], strong=None, version=1, is_dark=is_dark)
    assert part is not None
    assert part.label_style is not None
    light, dark = sorted(
        (_luminance(part.label_style.colour), _luminance(part.label_style.halo)), reverse=True
    )
    assert (light + 0.05) / (dark + 0.05) > 7  # WCAG AAA


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_answers_stand_at_their_proposals(world):
    answers = (
        Answer("a", Choice.AGREE, "", (-15.4, 28.1)),
        Answer("b", Choice.OPPOSE),
        Answer("zz", Choice.AGREE),
    )
    world.reply_list = (
        Reply("r1", "p", 1, "", answers),
        Reply("r2", "p", 1, "", (Answer("a", Choice.UNSURE), Answer("a", None))),
    )
    scene = world.build(show_replies=True)
    tally = part(scene, "replies")
    assert tally.labels == ("Agree 1 · Not sure 1", "Oppose 1")
    assert tally.ids.tolist() == [1, 2]
    marks = part(scene, "replies:marks")
    assert 440_000 < marks.geometry[0].x < 480_000
    assert 3_100_000 < marks.geometry[0].y < 3_115_000
    again = world.build(show_replies=True)
    assert part(again, "replies").version == tally.version
    assert "replies" not in keys(world.build())
    assert replies_parts((), {}, lambda x, y: (x, y), version=1, is_dark=False) == ()


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    yield
    set_language("en")


def test_every_density_class_has_its_own_colour_darker_than_the_one_below() -> None:
    assert heat_colours(6) == HEAT_RAMP
    assert heat_colours(0) == ()
    for count in range(1, 13):
        light = [sum(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in heat_colours(count)]
        assert len(light) == count
        assert light == sorted(set(light), reverse=True)
