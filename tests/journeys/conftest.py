"""A hand on mouse and keyboard of the real window, and an eye that keeps pictures when somebody wants to look."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QInputMethodEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QScrollArea,
    QWidget,
)

LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
PATIENCE_MS = 30_000
SNAP_LIMIT_M = 100.0  # farther from every way a building counts as off the network


class Hand:
    """Acts on one window as a person does; waits on conditions, never on time."""

    def __init__(self, qtbot: Any, pictures: Path | None, monkeypatch: pytest.MonkeyPatch) -> None:
        self.qtbot, self._pictures, self._monkeypatch = qtbot, pictures, monkeypatch
        self.window: Any = None
        self._step = 0

    # -- windows and dialogs ------------------------------------------------------------------------------------
    def start(self) -> Any:
        """Open the program's window, wired as the program wires it."""
        from renovate_gui.bootstrap import create_session, open_session
        from renovate_gui.ui.application import dress, make_application
        from renovate_gui.ui.window import MainWindow

        dress(make_application([]), is_dark=False)
        self.window = MainWindow(open_session, create_session)
        self.window.resize(1440, 900)
        self.window.show()
        self.come_back()
        return self.window

    def come_back(self) -> None:
        """Work in the main window; without a window manager nobody else makes it the active one again."""
        if QApplication.activeModalWidget() is None and not self.window.isActiveWindow():
            self.window.activateWindow()
            self.wait(self.window.isActiveWindow)

    def stop(self) -> None:
        """Close the window and everything it leaves to be deleted."""
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            self.window = None

    def answer_files(self, method: str, answer: object) -> list[tuple[object, ...]]:
        """Answer the next file dialogs of a kind; return the list in which their arguments are kept."""
        asked: list[tuple[object, ...]] = []

        def dialog(*arguments: object, **_named: object) -> object:
            asked.append(arguments)
            return answer

        self._monkeypatch.setattr(QFileDialog, method, dialog)
        return asked

    def dialog(self, kind: type[QDialog]) -> Any:
        """Return the open dialog of a kind."""
        self.wait(lambda: any(d.isVisible() for d in self.window.findChildren(kind)))
        return next(d for d in self.window.findChildren(kind) if d.isVisible())

    def panel(self, stage: Any) -> Any:
        """Go to a stage by its button on the rail; return its panel."""
        self.click(self.window.rail._buttons[stage])
        assert self.window.workspace.stage == stage
        self.settle()
        return self.window._panels[stage]

    # -- waiting and looking ------------------------------------------------------------------------------------
    def wait(self, condition: Callable[[], object]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    def settle(self) -> None:
        """Wait until no work is going on and the map is painted."""
        QApplication.sendPostedEvents()
        QApplication.processEvents()
        view = self.window.area.view
        self.wait(lambda: not self.window.jobs.running and view.tiles.is_settled)

    def look(self, name: str, widget: QWidget | None = None) -> None:
        """Keep a picture when the environment names a folder for pictures."""
        self.settle()
        self._step += 1
        if self._pictures is not None:
            path = self._pictures / f"{self._step:02} {name}.png"
            assert (widget or self.window).grab().save(str(path)), path

    def words(self, widget: QWidget) -> list[str]:
        """Return what labels and buttons of a widget say, as far as they are shown."""
        parts = (*widget.findChildren(QLabel), *widget.findChildren(QAbstractButton))
        return [p.text() for p in parts if p.isVisibleTo(widget)]

    # -- mouse and keys on widgets ------------------------------------------------------------------------------
    def click(self, widget: QWidget) -> None:
        """Click a widget's middle; it must be there for a person too."""
        self.come_back()
        self._bring_into_view(widget)
        assert widget.isVisible(), f"{widget} cannot be seen"
        assert widget.isEnabled(), f"{widget} is disabled: {widget.toolTip()}"
        self.qtbot.mouseClick(widget, LEFT)

    def press(self, widget: QWidget, words: str) -> None:
        """Click the button that says something."""
        found = [b for b in widget.findChildren(QAbstractButton) if b.isVisible() and words in b.text()]
        assert len(found) == 1, (words, self.words(widget))
        self.click(found[0])

    def type(self, widget: Any, words: str) -> None:
        """Replace a field's words as an input method does, and leave the field."""
        self.click(widget)
        self.wait(widget.hasFocus)
        self.qtbot.keyClick(widget, Qt.Key.Key_A, CTRL)
        event = QInputMethodEvent("", [])
        event.setCommitString(words)
        QApplication.sendEvent(widget, event)
        self.qtbot.keyClick(widget, Qt.Key.Key_Tab)

    def take(self, box: QComboBox, code: object) -> None:
        """Open a drop-down list, choose a line by keyboard, confirm with Enter."""
        self._bring_into_view(box)
        index = box.findData(code)
        assert index >= 0, f"{code} is not offered"
        box.showPopup()
        view = box.view()
        self.wait(view.isVisible)
        view.setCurrentIndex(box.model().index(index, 0))
        self.qtbot.keyClick(view, Qt.Key.Key_Return)
        self.wait(lambda: not view.isVisible())

    def choose(self, button: Any, code: str) -> None:
        """Take a line of a button's menu."""
        self._bring_into_view(button)
        assert button.isEnabled()
        next(a for a in button.menu().actions() if a.data() == code).trigger()

    def keys(self, key: Qt.Key, held: Qt.KeyboardModifier = CTRL, *, on: QWidget | None = None) -> None:
        """Press a key with others held, by default on the map."""
        self.come_back()
        target = on or self.window.area.view
        target.setFocus()
        self.qtbot.keyClick(target, key, held)

    def drop(self, *paths: Path) -> None:
        """Drop files on the window."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(p)) for p in paths])
        at, copy = QPointF(600, 400), Qt.DropAction.CopyAction
        self.window.dropEvent(QDropEvent(at, copy, data, LEFT, NO_KEYS))

    @staticmethod
    def _bring_into_view(widget: QWidget) -> None:
        parent = widget.parentWidget()
        while parent is not None:
            if isinstance(parent, QScrollArea):
                QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
                parent.ensureWidgetVisible(widget)
            parent = parent.parentWidget()

    # -- mouse on the map ---------------------------------------------------------------------------------------
    def go_to(self, x: float, y: float, m_per_px: float) -> None:
        """Drag a place to the middle of the map with the middle button, then turn the wheel there."""
        view = self.window.area.view
        start = QPoint(*(round(v) for v in view.port.to_px(x, y)))
        end = QPoint(view.width() // 2, view.height() // 2)
        held = Qt.MouseButton.MiddleButton
        self.qtbot.mousePress(view.viewport(), held, pos=start)
        self._move(end, held)
        self.qtbot.mouseRelease(view.viewport(), held, pos=end)
        notches = round(math.log(view.port.m_per_px / m_per_px) / math.log(1.25))
        place = QPointF(end)
        event = QWheelEvent(
            place, QPointF(view.viewport().mapToGlobal(end)), QPoint(), QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton, NO_KEYS, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(view.viewport(), event)
        assert view.port.m_per_px == pytest.approx(m_per_px, rel=0.15)

    def click_map(self, x: float, y: float, held: Qt.KeyboardModifier = NO_KEYS) -> None:
        """Click a place on the map; nothing may float above it."""
        area, view = self.window.area, self.window.area.view
        at = QPoint(*(round(v) for v in view.port.to_px(x, y)))
        assert area.childAt(at) in {view, view.viewport()}, f"{area.childAt(at)} lies over {at}"
        self._move(at, Qt.MouseButton.NoButton)
        self.qtbot.mouseClick(view.viewport(), LEFT, held, pos=at)

    def _move(self, at: QPoint, held: Qt.MouseButton) -> None:
        port = self.window.area.view.viewport()
        event = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(at), QPointF(port.mapToGlobal(at)),
            Qt.MouseButton.NoButton, held, NO_KEYS,
        )  # fmt: skip
        QApplication.sendEvent(port, event)


@pytest.fixture
def hand(
    qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Hand]:
    """Return a hand; settings of tests are kept apart from a person's own."""
    monkeypatch.setenv("RENOVATE_CONFIG", str(tmp_path / "config"))
    wanted = os.environ.get("RENOVATE_PICTURES")
    pictures = Path(wanted) / request.node.name.rpartition("[")[2].rstrip("]") if wanted else None
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
    made = Hand(qtbot, pictures, monkeypatch)
    yield made
    made.stop()


def _slow_distances(
    ways: Sequence[Any], homes: Sequence[Any], services: Sequence[Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Metres over the ways to the nearest service, the slow and obvious way: every foot splits its edge.

    Beside them the straight line to the nearest service that no way leads to.
    """
    lines = np.array(list(ways), dtype=object)
    tree = shapely.STRtree(lines)
    cuts: dict[int, list[Any]] = {i: [] for i in range(len(lines))}
    graph = nx.MultiGraph()
    named = {("home", i): p for i, p in enumerate(homes)} | {
        ("service", i): p for i, p in enumerate(services)
    }
    for name, point in named.items():
        edge = int(tree.nearest(point))
        off = lines[edge].distance(point)
        graph.add_node(name)
        if off <= SNAP_LIMIT_M:
            cuts[edge].append((lines[edge].project(point), ("foot", name)))
            graph.add_edge(name, ("foot", name), m=off)
    for i, line in enumerate(lines):
        ends = [("end", *(round(v, 3) for v in c[:2])) for c in (line.coords[0], line.coords[-1])]
        stops = [(0.0, ends[0]), *sorted(cuts[i]), (line.length, ends[1])]
        for (a, one), (b, two) in pairwise(stops):
            graph.add_edge(one, two, m=b - a)
    slow, apart = np.full(len(homes), np.inf), np.full(len(homes), np.inf)
    for j, service in enumerate(services):
        found = nx.single_source_dijkstra_path_length(graph, ("service", j), weight="m")
        walk = np.array([found.get(("home", i), np.inf) for i in range(len(homes))])
        slow = np.minimum(slow, walk)
        apart = np.where(np.isinf(walk), np.minimum(apart, shapely.distance(list(homes), service)), apart)
    slow[[graph.degree(("home", i)) == 0 for i in range(len(homes))]] = np.nan
    return slow, apart


@pytest.fixture
def slow_distances() -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """Return an independent computation of walking distances."""
    return _slow_distances
