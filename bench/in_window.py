"""Run in a process of its own: how soon the window is there, and how smoothly a project pans. Prints one JSON object."""

from __future__ import annotations

import time

BEGUN = time.perf_counter()

import json  # noqa: E402  the clock starts before anything else
import os  # noqa: E402  the clock starts before anything else
import sys  # noqa: E402  the clock starts before anything else
import tempfile  # noqa: E402  the clock starts before anything else
from pathlib import Path  # noqa: E402


def main() -> None:
    """Start the window; with a project open it, pan and zoom."""
    project = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from renovate_gui.bootstrap import create_session, open_session
    from renovate_gui.ui.application import dress, make_application
    from renovate_gui.ui.settings import SettingsFile
    from renovate_gui.ui.window import MainWindow

    app = make_application(["bench"])
    dress(app, is_dark=False)
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(open_session, create_session, SettingsFile(Path(folder) / "s.json"))
        window.resize(1600, 1000)
        window.show()
        app.processEvents()
        found = {"start_s": time.perf_counter() - BEGUN}
        if project is not None:
            found |= _pan(app, window, project)
        window.close()
        app.processEvents()
    print(json.dumps(found))


def _pan(app, window, project: Path) -> dict[str, float]:  # type: ignore[no-untyped-def]
    from renovate_gui.ui.picture import settle

    start = time.perf_counter()
    window.projects.open(project)
    window.area.zoom_full()
    app.processEvents()
    first = time.perf_counter() - start
    settle(app, window)
    view = window.area.view
    view.zoom_by(2.0)
    settle(app, window)
    frames = []
    for number in range(120):
        begun = time.perf_counter()
        view.pan_by(7 if number % 60 < 30 else -7, 4)
        app.processEvents()  # paints what pan_by asked for, once
        frames.append((time.perf_counter() - begun) * 1000)
    frames.sort()
    return {
        "open_s": first,
        "frame_median_ms": frames[60],
        "frame_worst_ms": frames[-1],
        "frames_over_16_ms": sum(f > 16.7 for f in frames),
    }


if __name__ == "__main__":
    main()
