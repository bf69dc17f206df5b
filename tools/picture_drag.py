"""Film a drag: real mouse events through the real window, a few frames of it in one picture.

.venv/bin/python tools/picture_drag.py PROJECT OUT.png [--kind elderly_day_care] [--language zh_CN] [--dark]
    [--metres 700] [--east 180] [--scale 6000]

The project is copied first; nothing of it changes. The first service of the kind is taken with the What-if tool.
"""

from __future__ import annotations

import argparse
import cmath
import math
import os
import shutil
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import shapely
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication

from renovate_gui.assets import set_language
from renovate_gui.bootstrap import create_session, open_session
from renovate_gui.ui.application import dress, make_application
from renovate_gui.ui.picture import settle
from renovate_gui.ui.settings import SettingsFile
from renovate_gui.ui.stages.gap_model import GapModel
from renovate_gui.ui.stages.live_model import LiveModel, Phase
from renovate_gui.ui.window import MainWindow
from renovate_gui.ui.workspace import Stage, Tool

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.MouseButton.NoButton


class Hand:
    """The mouse: sends what a person's would, straight to the canvas."""

    def __init__(self, app: QApplication, window: MainWindow) -> None:
        self._app, self._view = app, window.area.view

    def _send(self, kind: QEvent.Type, at: QPoint, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        target = self._view.viewport()
        event = QMouseEvent(
            kind, QPointF(at), QPointF(target.mapToGlobal(at)), button, held, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(target, event)

    def at(self, x: float, y: float) -> QPoint:
        """Return the pixel of a map point."""
        px, py = self._view.port.to_px(x, y)
        return QPoint(round(px), round(py))

    def press(self, at: QPoint) -> None:
        """Press the left button."""
        self._send(QEvent.Type.MouseButtonPress, at, LEFT, LEFT)

    def drag(self, at: QPoint) -> float:
        """Move with the button down; return milliseconds until everything is painted."""
        begun = time.perf_counter()
        self._send(QEvent.Type.MouseMove, at, NONE, LEFT)
        self._app.processEvents()
        return (time.perf_counter() - begun) * 1000

    def release(self, at: QPoint) -> None:
        """Let the button go."""
        self._send(QEvent.Type.MouseButtonRelease, at, LEFT, NONE)


def open_on(
    app: QApplication, window: MainWindow, project: Path, kind: str, scale: float
) -> tuple[float, float]:
    """Open a project on Gaps about a kind; return where its most central service stands."""
    window.projects.open(project)
    settle(app, window)
    window.workspace.set_stage(Stage.GAPS)
    gaps = GapModel.of(window.workspace)
    gaps.choose(kind=kind)
    settle(app, window)
    assert gaps.picture is not None, gaps.problem
    result, session = gaps.picture.main, window.workspace.session
    assert session is not None
    points = []
    for key in result.facility_keys:
        if key.startswith("layer:"):
            _, layer, feature = key.split(":")
            table = session.layers.table(int(layer))
            row = np.flatnonzero(table.ids == int(feature))[0]
            points.append(shapely.point_on_surface(table.geometry[row]))
    places = session.layers.table(result.layer_id).geometry
    middle = shapely.centroid(shapely.box(*shapely.total_bounds(places)))
    home = min(points, key=lambda p: p.distance(middle))
    view = window.area.view
    view.set_scale(scale)
    view.look_at(view.port.centred(home.x, home.y))
    settle(app, window)
    return home.x, home.y


def wait(app: QApplication, until, seconds: float = 30.0) -> None:  # type: ignore[no-untyped-def]
    """Let events run until something is true."""
    end = time.monotonic() + seconds
    while not until() and time.monotonic() < end:
        app.processEvents()
        time.sleep(0.005)


def film(
    app: QApplication, window: MainWindow, home: tuple[float, float], metres: float, turn: float
) -> list[QImage]:
    """Drag along a bow; return pictures: before, not ready yet, on the way, at rest, asked, put back."""
    hand, live = Hand(app, window), LiveModel.of(window.workspace)
    window.workspace.set_tool(Tool.WHAT_IF)
    settle(app, window)
    frames = [window.grab().toImage()]
    x, y = home
    hand.press(hand.at(x, y))
    hand.drag(hand.at(x + 12 * window.area.view.port.m_per_px, y))
    frames.append(window.grab().toImage())
    wait(app, lambda: live.phase is Phase.LIVE)
    took = []
    for step in range(1, 61):
        share = step / 60
        bow = complex(share * metres, 0.25 * metres * math.sin(math.pi * share)) * cmath.exp(1j * turn)
        took.append(hand.drag(hand.at(x + bow.real, y + bow.imag)))
        if step % 15 == 0:
            frames.append(window.grab().toImage())
    wait(app, lambda: not window.jobs.running, 3)
    settle(app, window)
    frames.append(window.grab().toImage())
    hand.release(hand.at(x + bow.real, y + bow.imag))
    settle(app, window)
    frames.append(window.grab().toImage())
    print(
        f"frames: median {np.median(took):.1f} ms, 95th percentile {np.percentile(took, 95):.1f} ms, "
        f"longest {max(took):.1f} ms"
    )
    return frames


def strip(frames: list[QImage], across: int = 2) -> QImage:
    """Return the frames in rows."""
    width, height, gap = frames[0].width(), frames[0].height(), 12
    rows = math.ceil(len(frames) / across)
    whole = QImage(across * (width + gap) + gap, rows * (height + gap) + gap, QImage.Format.Format_RGB32)
    whole.fill(QColor("#8C96A5"))
    with QPainter(whole) as painter:
        for i, frame in enumerate(frames):
            painter.drawImage(gap + i % across * (width + gap), gap + i // across * (height + gap), frame)
    return whole


def main() -> None:
    """Take the film."""
    parser = argparse.ArgumentParser()
    parser.add_argument("project", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--kind", default="elderly_day_care")
    parser.add_argument("--language", default="en")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--metres", type=float, default=700.0)
    parser.add_argument(
        "--east", type=float, default=0.0, help="degrees the way turns from east, anticlockwise"
    )
    parser.add_argument("--scale", type=float, default=6000.0)
    options = parser.parse_args()
    set_language(options.language)
    app = make_application(["film"])
    dress(app, is_dark=options.dark)
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / options.project.name
        shutil.copy(options.project, project)
        window = MainWindow(open_session, create_session, SettingsFile(Path(folder) / "settings.json"))
        window.set_dark(options.dark)
        window.resize(1440, 900)
        window.show()
        home = open_on(app, window, project, options.kind, options.scale)
        frames = film(app, window, home, options.metres, math.radians(options.east))
        strip(frames).save(str(options.out), "PNG")
        window.close()


if __name__ == "__main__":
    main()
