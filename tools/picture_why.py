"""Take a picture of a building's explanation in the real window on the sample: route, profile, other walkers.

.venv/bin/python tools/picture_why.py LANGUAGE OUT.png [--dark] [--size 1440x900]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from renovate_gui.app.demo import fill_with_sample, sample_title
from renovate_gui.app.tasks import no_progress
from renovate_gui.assets import set_language
from renovate_gui.bootstrap import create_session, open_session
from renovate_gui.domain.verdict import Verdict
from renovate_gui.ui.application import dress, make_application
from renovate_gui.ui.picture import settle
from renovate_gui.ui.settings import SettingsFile
from renovate_gui.ui.stages.gap_model import GapModel
from renovate_gui.ui.window import MainWindow
from renovate_gui.ui.workspace import Stage


def telling(window: MainWindow) -> tuple[float, float]:
    """Return where a home stands that a facility is near to on paper and far from on its feet: the slowest of them."""
    picture = GapModel.of(window.workspace).picture
    result = picture.main
    rows = np.flatnonzero(result.verdict == Verdict.NOT_FOR_THIS_PERSON)
    row = rows[np.argmax(np.where(np.isfinite(result.minutes[rows]), result.minutes[rows], 0))]
    table = window.workspace.session.layers.table(result.layer_id)
    home = table.geometry[np.flatnonzero(table.ids == result.ids[row])[0]].representative_point()
    return home.x, home.y


def main() -> None:
    """Take the picture."""
    parser = argparse.ArgumentParser()
    parser.add_argument("language", choices=("en", "zh_CN"))
    parser.add_argument("out", type=Path)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--size", default="1440x900")
    options = parser.parse_args()
    set_language(options.language)
    app = make_application(["pictures"])
    with tempfile.TemporaryDirectory() as name:
        project = Path(name) / "sample.gpkg"
        with create_session(project, title=sample_title()) as session:
            fill_with_sample(session, no_progress)
        dress(app, is_dark=options.dark)
        window = MainWindow(open_session, create_session, SettingsFile(Path(name) / "settings.json"))
        window.resize(*map(int, options.size.split("x")))
        window.show()
        window.projects.open(project)
        window.workspace.set_stage(Stage.GAPS)
        settle(app, window)
        x, y = telling(window)
        window.workspace.zoom_requested.emit((x - 220, y - 150, x + 220, y + 150))
        settle(app, window)
        view = window.area.view
        left, top = view.port.to_px(x, y)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(left), round(top)))
        settle(app, window)
        settle(app, window)
        window.grab().save(str(options.out), "PNG")
        window.close()


if __name__ == "__main__":
    main()
