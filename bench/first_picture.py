"""Run in a process of its own: open a project, classify, paint its first picture. Prints one JSON object."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

BEGUN = time.perf_counter()
WIDTH, HEIGHT = 1600, 1000


def main() -> None:
    """Measure each part; loading the program's own code counts as its start, as loading QGIS does for QGIS."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication, QImage, QPainter

    from renovate_gui.app import council, gaps, layers, needs, proposals, scenes, survey  # noqa: F401  loaded now
    from renovate_gui.app.scenes import SceneRequest
    from renovate_gui.bootstrap import open_session
    from renovate_gui.render.painter import paint_scene
    from renovate_gui.render.view import MapView

    _app = QGuiApplication(["bench"])
    found = {"start_s": time.perf_counter() - BEGUN}
    start = last = time.perf_counter()

    def part(name: str) -> None:
        nonlocal last
        now = time.perf_counter()
        found[f"{name}_s"], last = now - last, now

    session = open_session(Path(sys.argv[1]))
    part("open and check")
    for info in session.layers.all():
        session.layers.table(info.id)
    part("read")
    scene = session.scenes.build(SceneRequest())
    part("classify")
    extent = scene.extent()
    if extent is None:
        raise SystemExit("error: nothing lies on the map")
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        paint_scene(painter, scene, MapView.fitted(extent, WIDTH, HEIGHT))
    part("paint")
    found["together_s"] = time.perf_counter() - start
    if len(sys.argv) > 2:
        image.save(sys.argv[2])
    session.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
