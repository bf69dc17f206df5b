"""Where the floating card of an explanation goes."""

import numpy as np
from PySide6.QtCore import QRectF, QSize

from renovate_gui.domain.verdict import Explanation, Verdict
from renovate_gui.ui.canvas.popups import least_covering, popup_corners

CARD, ROOM = QSize(300, 200), QSize(1000, 800)


def place(at, covered):
    return least_covering(popup_corners(at, CARD, ROOM, beside=18, margin=12), CARD, covered).toTuple()


def test_the_card_stands_right_above_where_nothing_is_in_the_way():
    assert place((400, 400), QRectF()) == (418, 182)


def test_the_card_leaves_the_way_free():
    assert place((400, 400), QRectF(400, 100, 300, 300)) == (418, 418)  # the way runs up and right
    assert place((400, 400), QRectF(400, 100, 300, 600)) == (82, 182)


def test_a_far_corner_is_taken_when_all_places_beside_the_point_lie_on_the_way():
    assert place((500, 400), QRectF(100, 150, 800, 400)) == (688, 588)


def test_the_card_stays_inside():
    x, y = place((995, 795), QRectF(0, 0, 1000, 800))
    assert 12 <= x <= 688
    assert 12 <= y <= 588


def test_closing_the_card_takes_the_route_off_the_list_of_layers(window):
    workspace = window.workspace
    why = Explanation(
        feature_id=1, title="a", kind="childcare", verdict=Verdict.SERVED, nearest_name="b", network_m=20.0,
        circle_m=20.0, minutes=1.0, stairs=0, limit_m=300.0, sentence="", doubt="",
        route_xy=np.array([[0.0, 0.0], [20.0, 0.0]]),
    )  # fmt: skip
    workspace.show_gap(None, why)
    assert not workspace.selection[
        1
    ]  # nothing is selected any more: the selection does not change on closing
    window.area._why.closed.emit()
    assert workspace.explanation is None


def test_the_card_leaves_the_zoom_buttons_free():
    buttons = QRectF(ROOM.width() - 50, 12, 38, 140)
    corners = popup_corners((ROOM.width() / 2, 20.0), CARD, ROOM, beside=18, margin=12)
    way = QRectF(0, 0, ROOM.width() - 60, ROOM.height())
    at = least_covering(corners, CARD, way, buttons)
    assert not QRectF(at, CARD.toSizeF()).intersects(buttons)
    assert QRectF(least_covering(corners, CARD, way), CARD.toSizeF()).intersects(buttons)
