"""Heaps of scans into a project: replies, tray, twice, undo."""

from __future__ import annotations

import importlib.util
import io
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from types import ModuleType

import cv2
import pytest
from PIL import Image

from renovate_gui.app.form_codes import Household, new_token
from renovate_gui.app.session import Session
from renovate_gui.domain.errors import Cancelled, RequestError
from renovate_gui.domain.form import FieldKind, sheet_to_json
from renovate_gui.domain.ids import new_uuid
from renovate_gui.domain.record import Record, RecordKind
from renovate_gui.domain.reply import Channel
from renovate_gui.domain.scan import SheetState

HOMES = (Household(new_token(), "3", "1"), Household(new_token(), "5", "2"))


@pytest.fixture(scope="module")
def g() -> ModuleType:
    """Return the generator of answered and badly scanned forms."""
    path = Path(__file__).parent.parent / "io" / "scan" / "sheets.py"
    spec = importlib.util.spec_from_file_location("scan_sheets", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["scan_sheets"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def session(g: ModuleType, tmp_path: Path) -> Iterator[Session]:
    """Return a project that gave out a package with a form of two sides."""
    with Session.create(tmp_path / "estate.gpkg", title="Estate", crs="EPSG:4549") as made:
        sides = [g.form(sheet=n) for n in (1, 2)]
        blank = io.BytesIO()
        pages = [Image.fromarray(g.printed(s, None, dpi=150)[:, :, ::-1]) for s in sides]
        pages[0].save(blank, format="PDF", save_all=True, append_images=pages[1:], resolution=150)
        held = {
            "key": "00" * 32,
            "proposals": list(g.PROPOSALS),
            "forms": [sheet_to_json(s) for s in sides],
            "households": [asdict(h) for h in HOMES],
        }
        record = Record(
            new_uuid(), RecordKind.FORM, g.PACKAGE, "2026-01-01T00:00:00Z", "us", {}, blank.getvalue()
        )
        with made.project.action("Export") as writer:
            writer.put_package(g.PACKAGE, 3, held)
            writer.put_records([record])
        yield made


def _scan(
    g: ModuleType,
    folder: Path,
    name: str,
    *,
    side: int = 1,
    seed: int = 1,
    household: str = HOMES[0].token,
    quality: int = 90,
    **more,
):
    made = g.answered(g.form(sheet=side), seed, household=household, style="cross", **more)
    picture = g.scanned(made.page, g.Recipe(dpi=150, turn=2, quality=quality))
    cv2.imwrite(str(folder / name), picture)
    return folder / name, made.truth


def _ticked(truth, group: str) -> set[str]:
    return {k.removeprefix(f"{group}:") for k, v in truth.ticked.items() if v and k.startswith(group)}


def test_two_sides_of_a_household_become_one_reply_that_one_undo_takes_back(session, g, tmp_path) -> None:
    first, truth = _scan(g, tmp_path, "a.jpg", side=1, seed=3)
    second, truth2 = _scan(g, tmp_path, "b.png", side=2, seed=4, marks=False)
    other, truth3 = _scan(g, tmp_path, "c.jpg", seed=9, household=HOMES[1].token)
    only_first = {k for k in truth.ticked if not k.startswith(("wish", "answer"))}
    assert only_first
    outcomes = session.scans.prepare_read([first, other]).run()
    assert [o.state for o in outcomes] == [SheetState.TAKEN] * 2, outcomes
    replies = {r.extra.household: r for r in session.project.replies()}
    assert set(replies) == {h.token for h in HOMES}
    reply = replies[HOMES[0].token]
    assert (reply.extra.channel, reply.building, reply.extra.stairwell) == (Channel.PAPER, "3", "1")
    assert {f"{a.proposal}:{a.choice}" for a in reply.answers} == _ticked(truth, "answer")
    assert set(reply.extra.needs) == _ticked(truth, "need")
    assert {reply.wish} - {""} == _ticked(truth, "wish")
    assert len(reply.extra.marks) == len(truth.marks) > 0
    assert all(
        118 < m.geometry.centroid.x < 123 and 30 < m.geometry.centroid.y < 34 for m in reply.extra.marks
    )
    joined = session.scans.prepare_read([second]).run()[0]
    assert joined.reply == reply.id
    again = {r.extra.household: r for r in session.project.replies()}
    assert len(again) == 2
    assert len(again[HOMES[0].token].extra.scans) == 2
    assert set(again[HOMES[0].token].extra.needs) == _ticked(truth, "need") | _ticked(truth2, "need")
    session.undo()
    assert {len(r.extra.scans) for r in session.project.replies()} == {1}
    session.undo()
    assert not session.project.replies()
    assert not session.project.records(RecordKind.SCAN)
    assert truth3.code.household == HOMES[1].token


def test_the_same_sheet_is_told_and_counted_once(session, g, tmp_path) -> None:
    path, _ = _scan(g, tmp_path, "a.jpg")
    again, _ = _scan(g, tmp_path, "again.jpg", quality=60)
    copy = tmp_path / "copy.png"
    Image.open(path).save(copy)
    states = [o.state for o in session.scans.prepare_read([path, path, copy, again]).run()]
    assert states == [SheetState.TAKEN, SheetState.TWICE, SheetState.TWICE, SheetState.TWICE]
    assert [o.state for o in session.scans.prepare_read([path]).run()] == [SheetState.TWICE]
    assert len(session.project.replies()) == 1


def test_the_same_sheet_with_other_answers_asks_and_may_take_the_place(session, g, tmp_path) -> None:
    path, _ = _scan(g, tmp_path, "a.jpg", seed=1)
    other, truth = _scan(g, tmp_path, "b.jpg", seed=2)
    first, second = session.scans.prepare_read([path, other]).run()
    assert (first.state, second.state) == (SheetState.TAKEN, SheetState.ASKS)
    assert "other answers" in second.reason
    assert [s.uuid for s in session.scans.waiting()] == [second.scan]
    session.scans.settle(second.scan, {})
    (reply,) = session.project.replies()
    assert {f"{a.proposal}:{a.choice}" for a in reply.answers} == _ticked(truth, "answer")
    assert session.scans.find(first.scan).state is SheetState.DISCARDED


def test_unclear_boxes_ask_and_settling_makes_the_reply(session, g, tmp_path) -> None:
    from random import Random

    form = g.form()
    page = g.printed(form, g.code_of(form, HOMES[0].token))
    wish = [f for f in form.fields if f.group == "wish"]
    for f in wish[:2]:
        g.tick(page, f.box, "tick", g.PENS["blue"], Random(1))
    text = next(f for f in form.fields if f.kind is FieldKind.TEXT)
    g.write(page, text.box, g.PENS["blue"], Random(3))
    cv2.imwrite(str(tmp_path / "two.jpg"), g.scanned(page, g.Recipe(dpi=150)))
    (outcome,) = session.scans.prepare_read([tmp_path / "two.jpg"]).run()
    assert outcome.state is SheetState.ASKS
    assert not session.project.replies()
    (record,) = session.scans.tray()
    crops = {c.key: c.png for c in session.scans.crops(record.uuid)}
    assert set(crops) == {wish[0].key, wish[1].key, text.key}
    assert all(p.startswith(b"\x89PNG") for p in crops.values())
    with pytest.raises(RequestError, match=r"^1 box"):
        session.scans.settle(record.uuid, {wish[0].key: False})
    with pytest.raises(RequestError, match="only one"):
        session.scans.settle(record.uuid, {wish[0].key: True, wish[1].key: True})
    with pytest.raises(RequestError, match="no such field"):
        session.scans.settle(record.uuid, {"nonsense": True})
    session.scans.settle(record.uuid, {wish[0].key: False, wish[1].key: True})
    assert session.project.replies()[0].wish == "no"
    assert [s.uuid for s in session.scans.to_read()] == [record.uuid]
    session.scans.settle(record.uuid, {text.key: "A bench, please."})
    (reply,) = session.project.replies()
    assert reply.answers[0].comment == "A bench, please."
    assert not session.scans.to_read()


def test_failures_wait_with_their_picture_until_four_points_are_given(session, g, tmp_path) -> None:
    made = g.answered(g.form(), 3, household=HOMES[0].token, style="cross")
    page = made.page
    for b in g.form().corners[:2]:
        a, c = (round((v - 0.5) * g.MM) for v in (b.x, b.y)), (round((v + 9.6) * g.MM) for v in (b.x, b.y))
        cv2.rectangle(page, tuple(a), tuple(c), (255, 255, 255), -1)
    cv2.imwrite(str(tmp_path / "torn.jpg"), g.scanned(page, g.Recipe(dpi=150)))
    (outcome,) = session.scans.prepare_read([tmp_path / "torn.jpg"]).run()
    assert outcome.state is SheetState.FAILED
    assert "corner marks" in outcome.reason
    picture = session.scans.picture(outcome.scan)
    assert 10_000 < len(picture) <= 300_000
    wide = Image.open(io.BytesIO(picture)).width
    dots = wide / 210
    corners = tuple(((b.x + 4.5) * dots, (b.y + 4.5) * dots) for b in g.form().corners)
    fixed = session.scans.fix(outcome.scan, corners)
    assert fixed.state is SheetState.TAKEN, fixed
    (reply,) = session.project.replies()
    assert {f"{a.proposal}:{a.choice}" for a in reply.answers} == _ticked(made.truth, "answer")
    assert not session.scans.tray()


def test_bad_files_and_foreign_sheets_are_told_one_by_one(session, g, tmp_path) -> None:
    good, _ = _scan(g, tmp_path, "good.jpg")
    foreign = g.answered(g.form(g.OTHER), 1, household="H1")
    cv2.imwrite(str(tmp_path / "foreign.jpg"), g.scanned(foreign.page, g.Recipe(dpi=150)))
    Image.new("RGB", (1240, 1754), "white").save(tmp_path / "blank.png")
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "words.jpg").write_text("words " * 100)
    names = ["empty.jpg", "foreign.jpg", "blank.png", "words.jpg", "good.jpg"]
    outcomes = session.scans.prepare_read([tmp_path / n for n in names]).run()
    assert [o.file for o in outcomes] == names
    states = [o.state for o in outcomes]
    refused, failed = SheetState.REFUSED, SheetState.FAILED
    assert states == [refused, failed, SheetState.BLANK, refused, SheetState.TAKEN]
    assert "did not give out" in outcomes[1].reason
    assert all(o.reason and "\n" not in o.reason for o in outcomes[:4])
    assert len(session.project.replies()) == 1
    assert good.exists()


def test_photocopied_open_forms_each_count_and_numbered_ones_once(session, g, tmp_path) -> None:
    form = g.form()
    for name, copy, seed in (("a", "", 1), ("b", "", 2), ("c", new_token(), 3)):
        code = replace(g.code_of(form, ""), household="", copy=copy)
        made = g.answered(form, seed, style="cross", code=code)
        cv2.imwrite(str(tmp_path / f"{name}.jpg"), g.scanned(made.page, g.Recipe(dpi=150)))
    outcomes = session.scans.prepare_read([tmp_path / f"{n}.jpg" for n in "abc"]).run()
    assert [o.state for o in outcomes] == [SheetState.TAKEN] * 3
    assert len({o.reply for o in outcomes}) == 3


def test_a_sheet_is_laid_aside_with_a_reason(session, g, tmp_path) -> None:
    path, _ = _scan(g, tmp_path, "a.jpg")
    (outcome,) = session.scans.prepare_read([path]).run()
    with pytest.raises(RequestError):
        session.scans.discard(outcome.scan, " ")
    session.scans.discard(outcome.scan, "A child drew on it.")
    assert not session.project.replies()
    assert session.scans.find(outcome.scan).reason == "A child drew on it."
    (again,) = session.scans.prepare_read([path]).run()
    assert again.state is SheetState.TWICE
    assert "laid aside: A child drew on it." in again.reason
    session.undo()
    assert len(session.project.replies()) == 1


def test_a_cancelled_heap_leaves_nothing(session, g, tmp_path) -> None:
    paths = [_scan(g, tmp_path, f"{n}.jpg", seed=n)[0] for n in range(2)]
    asked: list[float] = []
    with pytest.raises(Cancelled):
        session.scans.prepare_read(paths).run(lambda f, _w: asked.append(f), lambda: len(asked) > 1)
    assert not session.project.records(RecordKind.SCAN)
    assert not session.project.replies()
