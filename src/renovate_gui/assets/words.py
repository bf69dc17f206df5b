"""Translations: one ``tr`` for every floor, the command line and the printed page (docs/adr/0002-words.md)."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from functools import lru_cache

from renovate_gui.assets.paths import resource_path

LANGUAGES = ("zh_CN", "en")
_state = {"language": "en"}
_ONE = frozenset({"1", "+1", "-1", "−1"})


@lru_cache(maxsize=4)
def catalogue(language: str) -> dict[str, str]:
    """Return source text → translation, merged from ``resources/i18n/<language>/*.toml``; empty for English."""
    if language == "en":
        return {}
    words: dict[str, str] = {}
    for path in sorted(resource_path(f"i18n/{language}").glob("*.toml")):
        words.update(tomllib.loads(path.read_text(encoding="utf-8")))
    return words


@lru_cache(maxsize=1)
def singulars() -> dict[str, dict[str, list[str]]]:
    """Return English sentence → place of a count → pairs of what it says of many and of one."""
    path = resource_path("i18n/en/singular.toml")
    found: dict[str, dict[str, list[str]]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def in_english(text: str, values: Mapping[str, object]) -> str:
    """Return the English sentence as it reads of these counts: “1 building” beside “2 buildings”.

    Only a whole one counts as one ("+1" too): of measures people say “1.0 places”. The places stay to be filled.
    """
    for name, pairs in singulars().get(text, {}).items():
        if str(values.get(name)) in _ONE:
            for many, one in zip(pairs[::2], pairs[1::2], strict=True):
                text = text.replace(many, one, 1)
    return text


def set_language(language: str) -> None:
    """Switch every following :func:`tr` to ``zh_CN`` or ``en``."""
    _state["language"] = language if language in LANGUAGES else "en"


def current_language() -> str:
    """Return the language in use."""
    return _state["language"]


def preferred_language() -> str:
    """Return the language of the environment: RENOVATE_LANG, else the locale, else English."""
    wanted = os.environ.get("RENOVATE_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh_CN" if wanted.lower().startswith("zh") else "en"


def tr(text: str, /, **values: object) -> str:
    """Return the text in the reader's language, with ``{name}`` places filled.

    The English source text is the key. A missing translation falls back to the source; a test counts those.
    English has a form of its own for one (:func:`in_english`).
    """
    if not values:
        return catalogue(_state["language"]).get(text, text)
    found = catalogue(_state["language"]).get(text) or in_english(text, values)
    return found.format(**values)
