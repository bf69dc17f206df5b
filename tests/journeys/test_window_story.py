"""The whole story in the real window, with mouse and keys: raw layers in, a council package out, answers back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from PySide6.QtCore import Qt

from renovate_gui.assets import current_language, set_language, tr
from renovate_gui.domain.proposal import ActionCategory, FundSource, RenewalTier
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import GapResult, Verdict
from renovate_gui.ui.stages.import_dialog import ImportDialog
from renovate_gui.ui.stages.numbers import share, whole
from renovate_gui.ui.workspace import Stage, Tool

TITLE = "听江邻里日间照料站 {{7*7}}"


@dataclass(frozen=True)
class Case:
    """A community, the language it is worked on in, and what must be found in it."""

    name: str
    language: str
    services: dict[str, int]
    buildings: int
    correct: Callable[[Any, Any], None]
    has_people: bool = False

    def sources(self, request: pytest.FixtureRequest, folder: Path) -> Path:
        """Return what is dropped on the window: a copy, for the program must not write beside a source."""
        if self.name == "sample":
            place = shutil.copytree(request.getfixturevalue("sample"), folder / "青崖坪 资料")
            table = place / "qingyaping_demand.csv"  # as tables mostly come: its headings state no datum
            table.write_bytes(table.read_bytes().replace(b"lon_cgcs2000,lat_cgcs2000", b"lon,lat", 1))
            return place
        file = request.getfixturevalue("shared") / "data" / self.name / f"{self.name}.gpkg"
        return Path(shutil.copy(file, folder))


def row_of(dialog: Any, name: str) -> int:
    return next(i for i, p in enumerate(dialog.table.plans) if p.source.name == name)


def answer_coordinates(hand: Any, dialog: Any) -> None:
    """The answers' table does not say its coordinate system: the program asks and will not guess."""
    row = row_of(dialog, "qingyaping_demand")
    assert not dialog.import_button.isEnabled()
    assert "qingyaping_demand" in dialog.import_button.toolTip()
    box = dialog.table.cellWidget(row, 4)
    hand.type(box.lineEdit(), "EPSG:4490")
    assert dialog.table.plans[row].crs == "EPSG:4490"


def correct_a_role(hand: Any, dialog: Any) -> None:
    """The blocks between the streets are no cadastral parcels: only a base map."""
    row = row_of(dialog, "blocks")
    assert dialog.table.plans[row].role == Role.PARCELS
    hand.take(dialog.table.cellWidget(row, 3), Role.BASEMAP.value)
    assert dialog.table.plans[row].role == Role.BASEMAP


def correct_a_column(hand: Any, dialog: Any) -> None:
    """The blocks have no names; their number will do."""
    row = row_of(dialog, "blocks")
    dialog.table.setCurrentCell(row, 1)
    assert "name" not in dialog.table.plans[row].field_map
    hand.take(dialog.detail.fields.combos["name"], "block_id")
    assert dialog.table.plans[row].field_map["name"] == "block_id"


CASES = (
    Case("sample", "zh_CN", {"elderly_day_care": 2}, 900, answer_coordinates, has_people=True),
    Case("nanjing-wulaocun", "zh_CN", {"elderly_day_care": 0, "childcare": 1}, 1278, correct_a_role),
    Case("laspalmas-riscos", "en", {"elderly_day_care": 6, "childcare": 6}, 4856, correct_a_column),
)


@pytest.mark.journey
@pytest.mark.qt_log_ignore("This plugin does not support")  # the platform without a display says so of much
@pytest.mark.parametrize(
    "case",
    [pytest.param(c, id=c.name, marks=pytest.mark.xdist_group(f"window-{c.name}")) for c in CASES],
)
def test_a_planner_goes_from_raw_layers_to_the_council(
    case: Case, hand: Any, slow_distances: Any, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    set_language(case.language)
    story = Story(hand, case, tmp_path, slow_distances)
    story.arrive(case.sources(request, tmp_path))
    story.see_needs()
    story.see_gaps()
    story.propose()
    story.switch_language_and_back()
    story.undo_close_and_open_elsewhere()
    story.go_to_the_council()
    story.answers_come_back()


@dataclass
class Story:
    """One sitting."""

    hand: Any
    case: Case
    folder: Path
    slow_distances: Callable[..., tuple[np.ndarray, np.ndarray]]
    states: list[object] = field(default_factory=list)

    @property
    def session(self) -> Any:
        return self.hand.window.workspace.session

    # -- survey -------------------------------------------------------------------------------------------------
    def arrive(self, source: Path) -> None:
        """An empty window says what to do; files are dropped, one proposal corrected, the rest accepted."""
        hand, window = self.hand, self.hand.start()
        assert tr("Drop a folder of map files here") in hand.words(window.start)
        hand.look("empty window")
        project = self.folder / "老院子 更新" / "老院子 project.gpkg"
        project.parent.mkdir()
        asked = hand.answer_files("getSaveFileName", (str(project), ""))
        hand.drop(source)
        dialog = hand.dialog(ImportDialog)
        hand.wait(lambda: dialog.table.plans)
        assert len(asked) == 1
        assert self.session.project.path == project
        self.case.correct(hand, dialog)
        hand.look("import dialog", dialog)
        hand.click(dialog.import_button)
        hand.wait(lambda: not dialog.is_busy and not dialog.import_button.isVisible())
        hand.look("import summary", dialog)
        for info in self.session.layers.all():
            passport = info.passport
            assert passport.rows_read == passport.rows_shown + passport.rows_refused == info.feature_count
        hand.press(dialog, tr("Done"))
        hand.wait(lambda: window.area.scene is not None and window.area.scene.items)
        (buildings,) = self.session.layers.of_role(Role.BUILDINGS)
        assert buildings.feature_count == self.case.buildings
        shown = {i.key for i in window.area.scene.items}
        assert {f"layer:{i.id}" for i in self.session.layers.all() if i.is_visible} <= shown
        hand.look("map")

    # -- needs --------------------------------------------------------------------------------------------------
    def see_needs(self) -> None:
        """Heat per hectare that follows the bandwidth; without answers and headcounts a plain sentence."""
        hand, panel = self.hand, self.hand.panel(Stage.NEEDS)
        heat = hand.window.workspace.heat
        if not self.case.has_people:
            assert heat is None
            assert any(tr("Go to Survey") in w for w in hand.words(panel))
            hand.look("needs without data")
            return
        hand.look("needs")
        assert heat.unit in {
            tr("answers per hectare"),
            tr("weighted answers per hectare"),
            tr("people per hectare"),
        }
        assert heat.total == pytest.approx(self.mass(heat), rel=0.02)
        hand.keys(Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, on=panel.bandwidth._slider)
        hand.keys(Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, on=panel.bandwidth._slider)
        hand.wait(
            lambda: hand.window.workspace.heat.bandwidth_m == panel.bandwidth.value() > heat.bandwidth_m
        )
        wider = hand.window.workspace.heat
        assert np.nanmax(wider.values) < np.nanmax(heat.values)  # the same people, spread farther
        assert wider.total == heat.total
        assert wider.total == pytest.approx(self.mass(wider), rel=0.02)
        hand.look("needs wider")

    @staticmethod
    def mass(heat: Any) -> float:
        """Return the surface's volume: it must hold everybody, edge-corrected or not."""
        return float(np.nansum(heat.values)) * heat.cell_m**2 / 10_000

    # -- gaps ---------------------------------------------------------------------------------------------------
    def see_gaps(self) -> None:
        """Both services, counted as the slow and obvious way counts; a click on a building explains it."""
        hand, panel = self.hand, self.hand.panel(Stage.GAPS)
        for kind in ("childcare", "elderly_day_care"):
            hand.click(segment(panel, kind))
            hand.wait(lambda k=kind: panel._model.picture is not None and panel._model.picture.main.kind == k)
            hand.settle()
            result = hand.window.workspace.gap
            self.check_against_the_slow_way(result)
            self.check_what_is_said(panel, result)
            hand.look(f"gaps {kind}")
        result = hand.window.workspace.gap
        if not self.case.services["elderly_day_care"]:
            self.ask_why(result, Verdict.OUT_OF_REACH)
            return
        self.ask_why(result, Verdict.SERVED)
        self.ask_why(result, Verdict.OUT_OF_REACH)

    def check_what_is_said(self, panel: Any, result: GapResult) -> None:
        said = self.hand.words(panel)
        for verdict in (Verdict.SERVED, Verdict.OUT_OF_REACH):
            assert whole(result.buildings(verdict)) in said
        if result.people_total:
            assert whole(result.people_of(Verdict.OUT_OF_REACH)) in said
        count = result.people_of if result.people_total else result.buildings
        everybody = result.people_total or len(result.ids)
        if result.facility_names:
            assert f">{share(count(Verdict.SERVED), everybody)}<" in panel.headline.text()
        else:
            assert panel.headline.isHidden()
            assert panel.statement.text() == tr("None: {kind}", kind=kind_name(result))
            assert whole(len(result.ids)) in panel.sentence.text()
        (same,) = self.session.gaps.prepare(panel._model.choice.request()).run()
        assert np.array_equal(same.verdict, result.verdict)

    def check_against_the_slow_way(self, result: GapResult, *, extra: Sequence[Any] = ()) -> None:
        """Every distance to the micrometre, every count exactly."""
        homes, ways, services = self.raw(result.kind)
        if result.kind in self.case.services:
            assert len(services) == self.case.services[result.kind]
        slow, apart = self.slow_distances(ways, homes, [*services, *extra])
        assert len(result.ids) == len(homes) == self.case.buildings
        if services or extra:
            np.testing.assert_allclose(result.network_m, slow, atol=1e-6, rtol=0)
            # on paper: who is served, and whom only stairs, slopes or room keep from it
            on_paper = (Verdict.SERVED, Verdict.FULL, Verdict.NOT_FOR_THIS_PERSON)
            assert sum(result.buildings(v) for v in on_paper) == np.count_nonzero(slow <= result.limit_m)
            doubtful = ~(slow <= result.limit_m) & (apart <= result.limit_m)  # perhaps only a way is missing
            assert result.buildings(Verdict.UNKNOWN) == np.count_nonzero(doubtful)
        else:
            assert result.buildings(Verdict.SERVED) == 0

    def raw(self, kind: str) -> tuple[list[Any], list[Any], list[Any]]:
        """Return homes, ways and services of a kind, straight from the layers' rows."""
        tables = {
            role: self.session.layers.table(self.session.layers.of_role(role)[0].id)
            for role in (Role.BUILDINGS, Role.WALK_NETWORK, Role.FACILITIES)
        }
        shapes = tables[Role.BUILDINGS].geometry
        homes = [g.centroid if g.centroid.within(g) else g.representative_point() for g in shapes]
        places = tables[Role.FACILITIES]
        column = "kind" if "kind" in places.columns else "category"
        words = {kind, {"elderly_day_care": "eldercare"}.get(kind, kind)}
        services = [g for g, k in zip(places.geometry, places.columns[column], strict=True) if k in words]
        ways = [part for g in tables[Role.WALK_NETWORK].geometry for part in shapely.get_parts(g)]
        return homes, ways, services

    def ask_why(self, result: GapResult, verdict: Verdict) -> None:
        """Click a building on the map: a card with four numbers, and its route on the map."""
        hand, view = self.hand, self.hand.window.area.view
        row, spot = self.pick(result, verdict)
        hand.go_to(spot.x, spot.y, 0.4)
        hand.settle()
        hand.click_map(spot.x, spot.y)
        hand.wait(lambda: hand.window.workspace.explanation is not None)
        hand.settle()
        explanation = hand.window.workspace.explanation
        assert explanation.feature_id == result.ids[row]
        assert explanation.verdict == verdict
        card = hand.window.area._why
        assert card.isVisible()
        hand.wait(lambda: explanation.sentence in hand.words(card))
        assert card.height() > 120, "the words have room"
        if np.isfinite(explanation.network_m):
            route = shapely.LineString(explanation.route_xy)
            if len(explanation.paper_xy):  # the walker takes another way than the shortest: both are drawn
                paper = shapely.LineString(explanation.paper_xy)
                assert paper.length == pytest.approx(explanation.network_m, abs=0.01)
                assert route.length == pytest.approx(explanation.walked_m, abs=0.01)
            else:
                assert route.length == pytest.approx(explanation.network_m, abs=1.0)
            assert any(i.key == "route" for i in hand.window.area.scene.items)
        hand.look(f"why {verdict.name.lower()}")
        hand.keys(Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
        hand.wait(lambda: not card.isVisible())
        assert view.isVisible()

    def pick(self, result: GapResult, verdict: Verdict) -> tuple[int, Any]:
        """Return a big building with the verdict, the farther one with a way, and a place on it."""
        table = self.session.layers.table(result.layer_id)
        metres = np.where(np.isfinite(result.network_m), result.network_m, 0)
        good = (result.verdict == verdict) & (shapely.area(table.geometry) > 150)
        order = np.argsort(-np.where(good, metres, -1.0), kind="stable")
        index = self.hand.window.area.view.index
        for row in order[: np.count_nonzero(good)]:
            spot = shapely.point_on_surface(table.geometry[row])
            hits = index.at(spot.x, spot.y, 3.0)
            if hits and hits[0].key.startswith(("gap", "layer")) and hits[0].feature_id == result.ids[row]:
                return int(row), spot
        raise AssertionError(f"no building to click with {verdict}")

    # -- proposals ----------------------------------------------------------------------------------------------
    def propose(self) -> None:
        """A day-care centre, a ramp, a pocket park and a callout; coverage follows at once."""
        hand, window = self.hand, self.hand.window
        before = window.workspace.gap.buildings(Verdict.SERVED)
        panel = hand.panel(Stage.PROPOSALS)
        window.workspace.changed.connect(lambda _event: self.states.append(self.state()))
        x, y = self.good_place()
        hand.go_to(x, y, 0.4)
        hand.settle()
        hand.choose(panel._draw.kinds[Tool.DRAW_POINT], "elderly_day_care")
        assert window.workspace.tool == Tool.DRAW_POINT
        hand.click_map(x, y)
        hand.wait(lambda: window.workspace.gap.buildings(Verdict.SERVED) > before)
        hand.settle()
        (centre,) = self.session.proposals.all()
        assert centre.kind == "elderly_day_care"
        self.check_against_the_slow_way(window.workspace.gap, extra=[centre.geometry])
        hand.look("day care placed")
        self.fill(panel.form)
        hand.look("day care described")
        self.draw_the_rest(panel, x, y)

    def good_place(self) -> tuple[float, float]:
        """Return a vacant room, or else a spot beside a path amid the buildings that nobody serves."""
        result = self.hand.window.workspace.gap
        table = self.session.layers.table(result.layer_id)
        out = result.verdict == Verdict.OUT_OF_REACH
        centres = shapely.centroid(table.geometry[out])
        middle = shapely.Point(np.median(shapely.get_coordinates(centres), axis=0))
        (places,) = self.session.layers.of_role(Role.FACILITIES)
        rooms = self.session.layers.table(places.id)
        if self.case.name == "sample":
            vacant = rooms.geometry[rooms.columns["kind"] == "vacant_room"]
            reach = [np.count_nonzero(shapely.distance(centres, v) < 200) for v in vacant]
            spot = vacant[int(np.argmax(reach))]
        else:
            nearest = centres[int(np.argmin(shapely.distance(centres, middle)))]
            spot = shapely.transform(nearest, lambda xy: xy + 1.5)
        return spot.x, spot.y

    def fill(self, form: Any) -> None:
        """Write what, who, how much and from which fund; attach a photo."""
        hand = self.hand
        hand.type(form.lines["title"], TITLE)
        hand.take(form._category, ActionCategory.WELFARE.value)
        hand.click(form._tier._buttons[RenewalTier.ENHANCED.value])
        hand.type(form.lines["description"], "底层空置房改造，十二床位。=1+1")
        for name, words in (
            ("operator", "街道办事处"),
            ("rule", "60 岁以上优先"),
            ("fee", "免费"),
            ("upkeep", "物业"),
        ):
            hand.type(form.lines[name], words)
        hand.type(form.lines["responsible"], "王工（建筑师）")
        hand.type(form.lines["capacity"], "24")
        hand.type(form.funds.cost, "35.5万")
        hand.click(form.funds.add_button)
        amount = form.funds._edits[0]
        hand.type(amount, "300,000")
        hand.click(form.funds.add_button)
        asked = hand.answer_files("getOpenFileNames", ([str(self.photo())], ""))
        hand.press(form.photos, tr("Attach photos …"))
        assert asked
        made = form.proposal()
        assert made.title == TITLE
        assert (made.category, made.tier) == (ActionCategory.WELFARE, RenewalTier.ENHANCED)
        assert made.governance.operator == "街道办事处"
        assert made.cost == Decimal(355_000) == made.funded
        assert [f.amount for f in made.funds] == [Decimal(300_000), Decimal(55_000)]
        assert {f.source for f in made.funds} <= set(FundSource)
        assert made.capacity == 24
        assert len(self.session.proposals.photos(made.uuid)) == 1
        assert self.session.proposals.missing(made) == ()
        hand.wait(lambda: tr("Complete: it can go to the council.") in hand.words(form))

    def photo(self) -> Path:
        from PIL import Image

        path = self.folder / "照片 1.jpg"
        exif = Image.Exif()
        exif[0x010F] = "Secret camera"
        Image.new("RGB", (640, 480), "#7A9E7E").save(path, exif=exif)
        return path

    def draw_the_rest(self, panel: Any, x: float, y: float) -> None:
        """Draw a line, an area and a callout with the buttons of the panel."""
        hand, window = self.hand, self.hand.window
        shapes = (
            (Tool.DRAW_LINE, [(x - 40, y - 20), (x - 20, y - 28), (x + 8, y - 28)]),
            (Tool.DRAW_POLYGON, [(x + 20, y + 15), (x + 48, y + 15), (x + 48, y + 40), (x + 20, y + 40)]),
            (Tool.DRAW_NOTE, [(x - 30, y + 30)]),
        )
        for tool, corners in shapes:
            hand.press(panel, tr("All proposals"))
            hand.click(panel._draw.buttons[tool])  # the day care was chosen for points alone
            assert window.workspace.tool == tool
            for corner in corners:
                hand.click_map(*corner, Qt.KeyboardModifier.AltModifier)  # no snapping: just here
            if len(corners) > 1:
                hand.keys(Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
            assert window.workspace.tool == Tool.SELECT
        hand.settle()
        hand.type(panel.form.words, "这里夜里太暗。")
        kinds = [(p.kind, p.geometry.geom_type) for p in self.session.proposals.all()]
        assert kinds == [("elderly_day_care", "Point"), ("ramp", "LineString"), ("pocket_park", "Polygon")]
        (note,) = self.session.proposals.notes()
        assert note.text == "这里夜里太暗。"
        corners = shapely.get_coordinates(self.session.proposals.all()[2].geometry)[:4]
        np.testing.assert_allclose(corners, shapes[1][1], atol=0.4)  # within the pixel that was clicked
        hand.press(panel, tr("All proposals"))
        hand.look("proposals")

    # -- language, undo, another day ----------------------------------------------------------------------------
    def switch_language_and_back(self) -> None:
        """Every stage in the other language and back, by key."""
        hand, window = self.hand, self.hand.window
        first = current_language()
        told = self.titles()
        hand.keys(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        assert current_language() != first
        assert not set(told) & set(self.titles())
        for stage in Stage:
            panel = hand.panel(stage)
            assert panel.title() in hand.words(panel)
            hand.look(f"other language {stage.value}")
        hand.click(window.status._language)
        assert current_language() == first
        hand.panel(Stage.PROPOSALS)
        assert self.titles() == told

    def titles(self) -> list[str]:
        window = self.hand.window
        return [
            window.windowTitle(),
            *(b.text() for b in window.rail._buttons.values()),
            window.actions_["edit.undo"].text(),
        ]

    def state(self) -> object:
        proposals = self.session.proposals.all()
        photos = [p.id for one in proposals for p in self.session.proposals.photos(one.uuid)]
        return proposals, self.session.proposals.notes(), photos

    def undo_close_and_open_elsewhere(self) -> None:
        """Three steps back, the program closed, the project moved, opened, a fourth step back; then all again."""
        hand = self.hand
        states = list(self.states)
        assert len(states) >= 15
        for back in (2, 3, 4):
            hand.keys(Qt.Key.Key_Z)
            hand.wait(lambda n=back: self.state() == states[-n])
        hand.look("three undone")
        old = self.session.project.path
        hand.stop()
        moved = self.folder / "搬 家 之后" / "别处 的 项目.gpkg"
        moved.parent.mkdir()
        old.rename(moved)
        assert [p.name for p in old.parent.iterdir() if p.name.startswith(old.stem)] == []
        window = hand.start()
        hand.answer_files("getOpenFileName", (str(moved), ""))
        hand.press(window.start, tr("Open project …"))
        hand.wait(lambda: self.session is not None and window.area.scene is not None)
        assert not self.session.project.is_read_only
        hand.look("the next day")
        assert self.state() == states[-4]
        hand.keys(Qt.Key.Key_Z)
        assert self.state() == states[-5]
        for back in (4, 3, 2, 1):
            hand.keys(Qt.Key.Key_Y)
            assert self.state() == states[-back]

    # -- council ------------------------------------------------------------------------------------------------
    def go_to_the_council(self) -> None:
        """The package by its button, checked from outside."""
        from renovate_gui.app.council import verify

        hand, panel = self.hand, self.hand.panel(Stage.COUNCIL)
        (self.folder / "出 包").mkdir()
        hand.type(panel.export_form.target, str(self.folder / "出 包"))
        if self.case.name != "sample":
            hand.click(panel.export_form.papers["A3"])  # once on both papers is enough
        hand.click(panel.export_button)
        hand.wait(lambda: panel._report is not None or panel._error)
        assert panel._error == ""
        hand.look("package written")
        path = panel._report.path
        for name in ("handout.pdf", "review.html", "register.xlsx", "register.csv", "manifest.json"):
            assert (path / name).is_file(), name
        checked = verify(path)
        assert (checked.ok, checked.problems) == (True, ())
        page = (path / "review.html").read_text(encoding="utf-8")
        assert "{{7*7}}" in page
        assert "Secret camera" not in page

    def answers_come_back(self) -> None:
        """A resident's file is taken in, a forged one is refused; tally, comments and map show the answers."""
        from renovate_gui.app.demo_replies import write_sample_replies

        hand, panel = self.hand, self.hand.window._panels[Stage.COUNCIL]
        first, second = write_sample_replies(self.session, self.folder / "回执")
        text = second.read_text(encoding="utf-8")
        assert '"agree"' in text
        second.write_text(text.replace('"agree"', '"oppose"', 1), encoding="utf-8")
        hand.answer_files("getOpenFileNames", ([str(first), str(second)], ""))
        panel.show_page("answers")
        hand.settle()
        hand.click(panel.replies.import_button)
        hand.wait(lambda: self.session.council.replies() and not hand.window.jobs.running)
        hand.settle()
        assert len(self.session.council.replies()) == 1
        answers = json.loads(first.read_text(encoding="utf-8"))["answers"]
        tallies = {t.proposal: (t.agree, t.oppose, t.unsure) for t in self.session.council.tallies()}
        for answer in answers:
            assert sum(tallies[answer["proposal"]]) == 1
            assert tallies[answer["proposal"]][("agree", "oppose", "unsure").index(answer["choice"])] == 1
        said = hand.words(panel)
        assert "✓ reply-1.json" in said
        assert "✕ reply-2.json" in said
        comments = [a["comment"] for a in answers if a["comment"]]
        table = panel.replies.comments
        assert [table.item(i, 2).text() for i in range(table.rowCount())] == comments != []
        assert any("repl" in i.key for i in hand.window.area.scene.items)
        panel.ensureWidgetVisible(table)
        hand.look("answers")
        hand.qtbot.mouseClick(
            table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualItemRect(table.item(0, 2)).center()
        )
        assert hand.window.workspace.selection[0] == "proposals"
        hand.look("answer on the map")


def segment(panel: Any, kind: str) -> Any:
    from renovate_gui.ui.stages.controls import Segments

    return next(s._buttons[kind] for s in panel.findChildren(Segments) if kind in s._buttons)


def kind_name(result: GapResult) -> str:
    from renovate_gui.app.measures import measure_title

    return measure_title(result.kind)
