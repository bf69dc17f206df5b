"""Words that must exist in two languages at once: the review page carries both and switches without a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from renovate_gui.assets.words import catalogue, in_english


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence of ours with places to fill: an English key of the catalogue and its values."""

    key: str
    values: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Both:
    """A name that its owner wrote in both languages, such as a facility kind."""

    zh: str
    en: str


Text = str | Phrase | Both
"""A user's own words (``str``, shown as written) or words of ours in either language."""


def say(text: Text, language: str) -> str:
    """Return the text in a language without touching the program's own language (exports run in worker threads)."""
    if isinstance(text, str):
        return text
    if isinstance(text, Both):
        return text.zh if language == "zh_CN" else text.en
    found = catalogue(language).get(text.key) or in_english(text.key, text.values)
    for name, value in text.values.items():
        found = found.replace("{" + name + "}", say(value, language))
    return found


def as_json(text: Text) -> Any:
    """Return the text as the review page's script reads it: a string, ``{zh, en}`` or ``{t, v}``.

    ``e`` is the English sentence where it reads otherwise because a count in it is one.
    """
    if isinstance(text, str):
        return text
    if isinstance(text, Both):
        return {"zh": text.zh, "en": text.en}
    made = {"t": text.key, "v": {name: as_json(value) for name, value in text.values.items()}}
    english = in_english(text.key, text.values)
    return made if english == text.key else made | {"e": english}


def keys_of(text: Text) -> set[str]:
    """Return the catalogue keys a text needs, for embedding their translations."""
    if not isinstance(text, Phrase):
        return set()
    return {text.key}.union(*(keys_of(value) for value in text.values.values()))
