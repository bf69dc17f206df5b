"""The fuse box: the only place where real parts are wired together."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from renovate_gui.assets import LANGUAGES, set_language, tr
from renovate_gui.assets.words import preferred_language
from renovate_gui.cli.main import WRONG, run_command
from renovate_gui.cli.parser import COMMANDS
from renovate_gui.cli.report import complain
from renovate_gui.cli.services import Services

if TYPE_CHECKING:
    from renovate_gui.app.form_page import PrintedForm, StampedForm
    from renovate_gui.app.ports import Handout, PrintReport
    from renovate_gui.app.session import Session
    from renovate_gui.domain.scene import Scene

_DEFAULT_STANDARD = "cn-gb50180-2018"
_PLATFORM_WISHED = os.environ.get("QT_QPA_PLATFORM", "")
"""What the person asked Qt for, before commands choose to paint into memory."""


def run(arguments: Sequence[str]) -> int:
    """Decide between window and command, wire the parts, run, and return the exit code."""
    rest, language = split_language(arguments)
    if language and language not in LANGUAGES:
        set_language(preferred_language())
        complain(
            tr("“{lang}” is no language of this program: {known}.", lang=language, known=", ".join(LANGUAGES))
        )
        return WRONG
    set_language(language or preferred_language())
    if language:
        os.environ["RENOVATE_LANG"] = language  # child processes and the window speak it too
    words = [a for a in rest if not a.startswith("-")]
    is_command = bool(words) and words[0] in COMMANDS
    if is_command or (rest and rest[0].startswith("-") and not _is_window_only(rest)):
        return run_command(rest, services())
    return _window([Path(a) for a in words])


def split_language(arguments: Sequence[str]) -> tuple[list[str], str]:
    """Return the arguments without ``--lang X`` or ``--lang=X``, which may stand anywhere, and X."""
    rest: list[str] = []
    language = ""
    waiting = False
    for argument in arguments:
        if waiting:
            language, waiting = argument, False
        elif argument == "--lang":
            waiting = True
        elif argument.startswith("--lang="):
            language = argument.removeprefix("--lang=")
        else:
            rest.append(argument)
    return rest, language or ("?" if waiting else "")


def _is_window_only(arguments: Sequence[str]) -> bool:
    """Whether the arguments hold no option at all but file names behind ``--``."""
    return arguments[0] == "--"


def services() -> Services:
    """Return the real parts for commands; Qt is imported when something is painted, not before."""
    return Services(
        open_session=open_session,
        create_session=create_session,
        printer=LazyPrinter(),
        show_window=_window_apart,
        picture_window=_picture_window,
        has_display=has_display,
    )


def open_session(path: Path, /, *, read_only: bool = False) -> Session:
    """Open a project with the real printer."""
    from renovate_gui.app.session import Session

    session = Session.open(path, printer=LazyPrinter(), read_only=read_only)
    if not session.project.is_read_only:
        from renovate_gui.app.health import back_up_before_first_action

        back_up_before_first_action(session.project)
    elif read_only:
        from renovate_gui.cli.report import remark

        while session.project.saving.notices:
            remark(session.project.saving.notices.pop(0))
    return session


def create_session(
    path: Path, /, *, title: str = "", crs: str = "", standard: str = _DEFAULT_STANDARD
) -> Session:
    """Make a project with the real printer."""
    from renovate_gui.app.session import Session

    return Session.create(path, title=title, crs=crs, standard=standard, printer=LazyPrinter())


def _open_in_window(path: Path, /) -> Session:
    """Open a project for somebody who sees what the disk refuses, and keep it."""
    from renovate_gui.app.session import Session

    return Session.open(path, printer=LazyPrinter(), keeps_unsaved=True)


def _create_in_window(path: Path, /, *, title: str = "") -> Session:
    """Make a project for somebody who sees what the disk refuses, and keep it."""
    from renovate_gui.app.session import Session

    return Session.create(path, title=title, printer=LazyPrinter(), keeps_unsaved=True)


class LazyPrinter:
    """The painter of scenes, made when something is painted: commands that paint nothing never load Qt."""

    def print_handout(self, handout: Handout, path: Path) -> PrintReport:
        """Write a vector PDF with embedded fonts and measure it again."""
        from renovate_gui.render.printer import QtPrinter

        _into_memory()
        return QtPrinter().print_handout(handout, path)

    def print_form(self, form: PrintedForm, path: Path) -> PrintReport:
        """Write the blank sides of a comment form and measure them again."""
        from renovate_gui.render.printer import QtPrinter

        _into_memory()
        return QtPrinter().print_form(form, path)

    def stamp_form(self, form: StampedForm, path: Path) -> PrintReport:
        """Write copies of a blank comment form, each side with its own code."""
        from renovate_gui.render.printer import QtPrinter

        _into_memory()
        return QtPrinter().stamp_form(form, path)

    def paint_png(
        self, scene: Scene, path: Path, *, size: tuple[int, int], bbox: tuple[float, float, float, float]
    ) -> None:
        """Write a picture of the scene with legend, scale bar and attribution."""
        from renovate_gui.render.printer import QtPrinter

        _into_memory()
        QtPrinter().paint_png(scene, path, size=size, bbox=bbox)


def has_display() -> bool:
    """Whether a window can be seen here."""
    if _PLATFORM_WISHED in {"offscreen", "minimal"}:
        return False
    if sys.platform.startswith(("win", "darwin")):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _into_memory() -> None:
    """Let a command's Qt paint into memory: it needs no display, and a broken one must not stop it."""
    from PySide6.QtGui import QGuiApplication

    if QGuiApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


def _window_apart(paths: Sequence[Path]) -> int:
    """Show the window in a process of its own: this one may have painted without a display already."""
    environment = {k: v for k, v in os.environ.items() if k != "QT_QPA_PLATFORM"}
    if _PLATFORM_WISHED:
        environment["QT_QPA_PLATFORM"] = _PLATFORM_WISHED
    command = [sys.executable, "-m", "renovate_gui", *(str(p) for p in paths)]
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603  our own program


def _window(paths: Sequence[Path]) -> int:
    """Show the window."""
    for path in paths:
        if not path.exists():
            complain(tr("“{name}” is neither a command nor a file here.", name=path))
            return WRONG
    if not has_display() and not _PLATFORM_WISHED:
        complain(
            tr("There is no display for the window. “renovate-gui --help” lists the commands that need none.")
        )
        return WRONG
    from renovate_gui.ui.application import run_window

    return run_window(_open_in_window, _create_in_window, paths)


def _picture_window(project: Path, wanted: Mapping[str, Path], size: tuple[int, int]) -> None:
    """Write pictures of the real window, painted into memory."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from renovate_gui.ui.picture import picture_window

    picture_window(open_session, create_session, project, wanted=wanted, size=size)
