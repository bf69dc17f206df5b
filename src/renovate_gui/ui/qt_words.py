"""Qt's own words: file dialogs, standard buttons and the menus of text fields in the reader's language."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from renovate_gui.assets import current_language

_NAME = "qt_words"


def speak_qt(app: QApplication) -> bool:
    """Let Qt speak the language in use from now on; return whether it can (English is its own)."""
    old = app.findChild(QTranslator, _NAME)
    if old is not None:
        app.removeTranslator(old)
        old.setParent(None)
        old.deleteLater()
    language = current_language()
    QLocale.setDefault(QLocale(language))
    if language == "en":
        return True
    translator = QTranslator(app)
    translator.setObjectName(_NAME)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    return translator.load(f"qtbase_{language}", folder) and app.installTranslator(translator)
