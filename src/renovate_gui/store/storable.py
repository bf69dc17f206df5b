"""Text as SQLite can hold it."""

from __future__ import annotations


def storable(text: str) -> str:
    """Return the text with a question mark for every half of a surrogate pair, which UTF-8 does not know."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
