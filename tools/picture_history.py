"""Take pictures of the History dock and of a merge in the real window, on two copies of the sample that grew apart.

.venv/bin/python tools/picture_history.py LANGUAGE FOLDER [--dark] [--size 1440x900]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication
from shapely.affinity import translate

from renovate_gui.app.demo import fill_with_sample, sample_title
from renovate_gui.app.session import Session
from renovate_gui.assets import set_language
from renovate_gui.bootstrap import create_session, open_session
from renovate_gui.ui.application import dress, make_application
from renovate_gui.ui.picture import settle
from renovate_gui.ui.settings import SettingsFile
from renovate_gui.ui.window import MainWindow
from renovate_gui.ui.workspace import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = {
    "en": (
        "Li Min",
        "Chen Jie",
        "As shown to the council on 12 May",
        "asked by the council",
        "Lamp by the steps",
    ),
    "zh_CN": ("李敏", "陈洁", "5 月 12 日议事会展示稿", "议事会要求", "台阶旁增设路灯"),
}


def as_person(name: str) -> AbstractContextManager[object]:
    """Let the history say that somebody else does what follows."""
    stack = ExitStack()
    for room in ("history", "versions"):
        stack.enter_context(patch(f"renovate_gui.store.{room}.user_name", lambda: name))
    return stack


def grow_apart(folder: Path, language: str) -> tuple[Path, Path]:
    """Make the sample, give a copy away, and change both so that two things disagree."""
    me, other, shown, why, lamp = WORDS[language]
    mine, theirs = folder / f"{sample_title()}.gpkg", folder / f"{other}.gpkg"
    with as_person(me), create_session(mine, title=sample_title()) as session:
        fill_with_sample(session, lambda _share, _words: None)
        one, two, *_ = session.proposals.all()
        session.proposals.set_geometry(two.uuid, translate(two.geometry, 14, 6))
        session.project.name_version(shown, why=why)
        session.save_copy(theirs)
        work(session, one.uuid, Decimal(150_000), (22, -15), note=lamp)
    with as_person(other), open_session(theirs) as session:
        work(session, one.uuid, Decimal(182_000), (-26, 27), note="")
    return mine, theirs


def work(session: Session, uuid: str, cost: Decimal, shift: tuple[int, int], *, note: str) -> None:
    """Move a proposal, price it, and say something."""
    found = next(p for p in session.proposals.all() if p.uuid == uuid)
    session.proposals.set_geometry(found.uuid, translate(found.geometry, *shift))
    session.proposals.update(replace(next(p for p in session.proposals.all() if p.uuid == uuid), cost=cost))
    if note:
        session.proposals.add(translate(found.geometry, 30, 40), title=note)


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("language", choices=list(WORDS))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--size", default="1440x900")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    set_language(options.language)
    app = make_application(["pictures"])
    with tempfile.TemporaryDirectory() as name:
        mine, theirs = grow_apart(Path(name), options.language)
        dress(app, is_dark=options.dark)
        window = MainWindow(open_session, create_session, SettingsFile(Path(name) / "settings.json"))
        window.resize(*map(int, options.size.split("x")))
        window.show()
        window.projects.open(mine)
        window.workspace.set_stage(Stage.PROPOSALS)
        settle(app, window)
        take(app, window, options.folder / "window-history.png", history)
        window.dock.close_asked.emit()
        take(app, window, options.folder / "window-merge.png", lambda w: w.joining.merge_with(theirs))
        window.close()


def history(window: MainWindow) -> None:
    """Show what the second step changed."""
    window.show_dock("history")
    dock = window.dock.page("history")
    dock.refresh()
    steps = window.workspace.session.history()
    rows = dock.side.model
    keys = [rows.row(i).key for i in range(rows.rowCount())]
    dock.side.choose(next(k for k in keys if steps[0].uuid in str(k)))


def take(app: QApplication, window: MainWindow, out: Path, act: Callable[[MainWindow], object]) -> None:
    """Do something, let the window come to rest, and write what it shows."""
    act(window)
    settle(app, window)
    settle(app, window)
    window.grab().save(str(out), "PNG")


if __name__ == "__main__":
    main()
