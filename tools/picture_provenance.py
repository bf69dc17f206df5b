"""Take pictures of “Where the figures come from” in the real window, on the sample.

.venv/bin/python tools/picture_provenance.py LANGUAGE FOLDER [--dark]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from renovate_gui.app.demo import fill_with_sample, sample_title
from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.needs import HeatRequest
from renovate_gui.app.session import Session
from renovate_gui.assets import set_language, tr
from renovate_gui.bootstrap import create_session, open_session
from renovate_gui.domain.roles import Role
from renovate_gui.ui.application import dress, make_application
from renovate_gui.ui.picture import settle
from renovate_gui.ui.provenance.dialog import LAYERS, ProvenanceDialog
from renovate_gui.ui.settings import SettingsFile
from renovate_gui.ui.window import MainWindow
from renovate_gui.ui.workspace import Stage

WHO = {"en": "Li Min", "zh_CN": "李敏"}


def fill(path: Path, language: str) -> None:
    """Make the sample, keep three figures, and change a layer that two of them rest on."""
    with create_session(path, title=sample_title()) as session:
        fill_with_sample(session, lambda _share, _words: None)
        keep(session, WHO[language])
        info = session.layers.of_role(Role.BUILDINGS)[0]
        session.layers.delete_features(info.id, [int(session.layers.table(info.id).ids[0])])


def keep(session: Session, who: str) -> None:
    """Keep two gaps and a density."""
    with patch("renovate_gui.app.provenance.user_name", lambda: who):
        session.provenance.keep_gaps(GapRequest(), tr("Service gaps")).run()
        session.provenance.keep_heat(HeatRequest(), tr("Residents' answers")).run()


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("language", choices=list(WHO))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dark", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    set_language(options.language)
    app = make_application(["pictures"])
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / f"{sample_title()}.gpkg"
        fill(path, options.language)
        dress(app, is_dark=options.dark)
        window = MainWindow(open_session, create_session, SettingsFile(Path(name) / "settings.json"))
        window.workspace.is_dark = options.dark
        window.resize(1440, 900)
        window.show()
        window.projects.open(path)
        for stage in (Stage.NEEDS, Stage.GAPS):
            window.workspace.set_stage(stage)
            settle(app, window)
            window.grab().save(str(options.folder / f"{stage.value}.png"), "PNG")
        window.show_provenance()
        dialog = window.findChildren(ProvenanceDialog)[-1]
        dialog.compute_all()
        take(app, window, dialog, options.folder / "figures.png")
        dialog.cards[-1].fold.click()
        settle(app, window)
        take(app, window, dialog, options.folder / "details.png")
        dialog.show_tab(LAYERS)
        take(app, window, dialog, options.folder / "layers.png")
        dialog.reject()
        window.close()


def take(app: QApplication, window: MainWindow, dialog: ProvenanceDialog, out: Path) -> None:
    """Let everything come to rest, and write what the dialog shows."""
    settle(app, window)
    settle(app, window)
    dialog.grab().save(str(out), "PNG")


if __name__ == "__main__":
    main()
