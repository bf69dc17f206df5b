"""A difference on the map: told apart by colour, pattern and mark; nothing of the map itself is painted again."""

from __future__ import annotations

import time

import pytest
import shapely
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QLabel, QToolButton
from shapely.affinity import translate

from renovate_gui.domain.difference import ChangeKind, Difference, ObjectChange, ObjectKey, ObjectKind
from renovate_gui.ui.canvas.change_look import colour_of, pattern_of, sign_of
from renovate_gui.ui.canvas.change_paint import ChangePainter
from renovate_gui.ui.canvas.changes import ChangesOverlay, extent_of_changes
from renovate_gui.ui.canvas.viewport import Viewport
from renovate_gui.ui.merge.joining_map import JoiningMap

X, Y = 360_000.0, 3_270_000.0


def change(n: int, kind: ChangeKind, before: object, after: object) -> ObjectChange:
    return ObjectChange(ObjectKey("t", n), ObjectKind.FEATURE, kind, str(n), before=before, after=after)


def three() -> Difference:
    box = shapely.box(X, Y, X + 40, Y + 40)
    far = translate(box, 100, 0)
    gone = translate(box, 0, 100)
    return Difference(
        (
            change(1, ChangeKind.ADDED, None, box),
            change(2, ChangeKind.CHANGED, far, translate(far, 20, 0)),
            change(3, ChangeKind.REMOVED, gone, None),
        )
    )


@pytest.fixture
def overlay(window):
    return ChangesOverlay(window.area.view)


def painted(overlay, port: Viewport) -> QImage:
    return picture(overlay._painter, port)


def picture(parts: ChangePainter, port: Viewport) -> QImage:
    image = QImage(port.width, port.height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as painter:
        parts.paint(painter, port)
    return image


def near(image: QImage, colour: str, box: tuple[int, int, int, int]) -> int:
    wanted, found = QColor(colour), 0
    for x in range(box[0], box[2], 2):
        for y in range(box[1], box[3], 2):
            c = image.pixelColor(x, y)
            found += (
                c.alpha() > 200
                and sum(abs(a - b) for a, b in zip(c.getRgb()[:3], wanted.getRgb()[:3], strict=True)) < 60
            )
    return found


def test_each_kind_has_its_colour_pattern_and_mark() -> None:
    for is_dark in (False, True):
        assert len({colour_of(k, is_dark=is_dark) for k in ChangeKind}) == 3
    assert len({pattern_of(k) for k in ChangeKind}) == 3
    assert {sign_of(k) for k in ChangeKind} == {"+", "~", "−"}


@pytest.mark.parametrize("is_dark", [False, True])
def test_each_kind_is_painted_where_it_happened(overlay, window, is_dark: bool) -> None:
    window.workspace.is_dark = is_dark
    overlay.show(three())
    port = Viewport(cx=X + 80, cy=Y + 70, m_per_px=0.5, width=500, height=500)
    image = painted(overlay, port)
    for kind, centre in (
        (ChangeKind.ADDED, (X + 20, Y + 20)),
        (ChangeKind.CHANGED, (X + 140, Y + 20)),
        (ChangeKind.REMOVED, (X + 20, Y + 120)),
    ):
        px, py = (round(v) for v in port.to_px(*centre))
        box = (max(0, px - 45), max(0, py - 45), min(500, px + 45), min(500, py + 45))
        assert near(image, colour_of(kind, is_dark=is_dark), box) > 20, kind
    overlay.show(None)
    assert near(painted(overlay, port), colour_of(ChangeKind.ADDED, is_dark=is_dark), (0, 0, 500, 500)) == 0


def test_the_chip_counts_and_closes(overlay, window) -> None:
    told: list[bool] = []
    overlay.closed.connect(lambda: told.append(True))
    overlay.show(three())
    assert overlay.chip.isVisible()
    assert overlay.chip.accessibleName() == "Added 1, Changed 1, Removed 1"
    assert overlay.chip.width() > 200
    overlay.chip.close_asked.emit()
    assert told
    assert overlay.difference is None
    assert not overlay.chip.isVisible()


def test_what_one_part_shows_takes_the_other_off_the_map(overlay, window) -> None:
    other = ChangesOverlay(window.area.view)
    overlay.show(three())
    other.show(three())
    assert overlay.difference is None
    assert not overlay.chip.isVisible()


def test_what_is_in_front_covers_the_others_and_gives_way_again(overlay, window) -> None:
    front = ChangesOverlay(window.area.view)
    overlay.show(three())
    front.set_in_front(is_in_front=True)  # a conflict is shown, no difference
    assert not overlay.chip.isVisible()
    assert not any(overlay._painter.counts().values())
    front.show(three())
    assert front.chip.isVisible()
    overlay.show(three())  # read anew after a merge: it stays covered, and takes nothing away
    assert (front.chip.isVisible(), overlay.chip.isVisible()) == (True, False)
    front.show(None)
    front.set_in_front(is_in_front=False)
    assert (front.chip.isVisible(), overlay.chip.isVisible()) == (False, True)
    assert overlay.chip.accessibleName() == "Added 1, Changed 1, Removed 1"


def test_merging_covers_the_step_chosen_in_the_history(overlay, window) -> None:
    joining = JoiningMap(window.area.view, window.workspace)
    overlay.show(three())
    joining.show_difference(three())
    assert (joining.changes.chip.isVisible(), overlay.chip.isVisible()) == (True, False)
    joining.clear()
    assert overlay.chip.isVisible()


def cut_words(chip) -> list[str]:
    return [label.text() for label in chip.findChildren(QLabel) if label.width() < label.sizeHint().width()]


def test_the_chip_is_as_wide_as_its_words(overlay, window, qtbot) -> None:
    chip = overlay.chip
    for counts in ({ChangeKind.ADDED: 2}, {ChangeKind.ADDED: 2, ChangeKind.CHANGED: 3}):
        chip.show_counts(counts)  # the second time while it is in sight
        assert not cut_words(chip)
    label = chip.findChildren(QLabel)[-1]
    label.setStyleSheet("font-size: 30px")  # a font that comes late
    qtbot.waitUntil(lambda: not cut_words(chip), timeout=1000)
    assert chip.rect().contains(label.geometry())
    assert all(chip.rect().contains(part.geometry()) for part in chip.findChildren(QToolButton))


def test_showing_paints_no_tile_again(overlay, window, qtbot) -> None:
    qtbot.waitUntil(lambda: window.area.view.tiles.is_settled)
    overlay.show(three())
    assert window.area.view.tiles.is_settled


def test_another_project_clears_the_map(overlay, window) -> None:
    overlay.show(three())
    window.workspace.set_session(None)
    assert overlay.difference is None


def test_extents_cover_before_and_after() -> None:
    assert extent_of_changes(three(), ObjectKey("t", 2)) == (X + 100, Y, X + 160, Y + 40)
    assert extent_of_changes(Difference((change(1, ChangeKind.ADDED, None, None),))) is None


def test_five_thousand_areas_are_painted_quickly(window, qtbot) -> None:
    boxes = [
        shapely.box(X + 20 * (n % 80), Y + 20 * (n // 80), X + 20 * (n % 80) + 12, Y + 20 * (n // 80) + 12)
        for n in range(5000)
    ]
    kinds = list(ChangeKind)
    parts = ChangePainter(window.area.view)  # not on the map, which paints when it likes
    parts.set_difference(
        Difference(
            tuple(
                change(n, kinds[n % 3], box if n % 3 else None, box if n % 3 < 2 else None)
                for n, box in enumerate(boxes)
            )
        ),
        None,
    )
    port = Viewport(cx=X + 800, cy=Y + 600, m_per_px=1.7, width=1000, height=800)
    began = time.perf_counter()
    first = picture(parts, port)
    fresh = time.perf_counter() - began
    began = time.perf_counter()
    assert picture(parts, port) == first
    picture(parts, port.panned(7, 3))  # while the map moves the older picture stands in
    moving = time.perf_counter() - began
    assert fresh < 1.0
    assert moving < fresh / 2
    qtbot.waitUntil(lambda: not parts._rest.isActive())
    sharp = picture(parts, port.panned(7, 3))
    parts._picture = None
    assert picture(parts, port.panned(7, 3)) == sharp


@pytest.mark.parametrize("width", [820, 1100, 1920])
def test_the_chip_makes_way_for_a_message(window, overlay, width):
    window.resize(width, 760)
    strip, chip = window.area.strip, overlay.chip
    overlay.show(three())
    corner = chip.pos()
    for words in ("Short.", "A long sentence about what became of a project and what can be done now. " * 4):
        window.workspace.message.emit(words, "error")
        assert strip.isVisible()
        assert not chip.geometry().intersects(strip.geometry())
    overlay.show(None)
    overlay.show(three())  # the message stands already
    assert not chip.geometry().intersects(strip.geometry())
    window.resize(width - 60, 760)
    assert not chip.geometry().intersects(strip.geometry())
    strip.hide()
    assert chip.pos() == corner
