"""What residents are asked beside the proposals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """One entry to rank or to tick, in both languages: a page or form may carry both."""

    code: str
    zh: str
    en: str

    def title(self, language: str) -> str:
        """Return its words in a language (``zh_CN`` or ``en``)."""
        return self.zh if language == "zh_CN" else self.en


@dataclass(frozen=True, slots=True)
class Questions:
    """Three lists: a menu to rank, needs to tick, who shall look after the place later."""

    menu: tuple[Question, ...] = ()
    needs: tuple[Question, ...] = ()
    management: tuple[Question, ...] = ()
