"""Tokens of households and copies, and the codes on each side: random, short, with a check; never a name.

A token stands for a building and a stairwell in this project alone and is drawn by chance, so nothing about a home can be
computed from it. It is written ``7K3M-9QXB``: seven characters of an alphabet without those that look alike, and one
that tells a slip of the pen (any single wrong character, any two neighbours changed over).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from renovate_gui.domain.form import FormSheet, SheetCode

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 31, a prime: the check finds what it promises
_RANDOM = 7

Modules = tuple[tuple[bool, ...], ...]


@dataclass(frozen=True, slots=True)
class Household:
    """Whom a form is for; names are not known here."""

    token: str
    building: str
    stairwell: str = ""


@dataclass(frozen=True, slots=True)
class Homes:
    """So many households behind one door."""

    building: str
    stairwell: str
    count: int


@dataclass(frozen=True, slots=True)
class FormRequest:
    """Which comment forms are printed.

    Attributes
    ----------
    paper
        ``A3`` (landscape) or ``A4`` (portrait).
    homes
        Whom forms are printed for; none: open forms.
    copies
        How many numbered open forms; 0: one without a number, to be photocopied.
    """

    paper: str = "A3"
    homes: tuple[Homes, ...] = ()
    copies: int = 0


def new_token(taken: Collection[str] = ()) -> str:
    """Return a token that nobody has yet."""
    while True:
        body = "".join(secrets.choice(ALPHABET) for _ in range(_RANDOM))
        token = _spelt(body + _check(body))
        if token not in taken:
            return token


def token_in(text: str) -> str:
    """Return the token in what somebody typed, spelt as it is printed; an empty text when it is none."""
    plain = "".join(c for c in text.upper() if c in ALPHABET)
    others = [c for c in text.upper() if c not in ALPHABET and c not in " -\t\n"]
    if others or len(plain) != _RANDOM + 1 or _check(plain[:_RANDOM]) != plain[_RANDOM]:
        return ""
    return _spelt(plain)


def _spelt(plain: str) -> str:
    return f"{plain[:4]}-{plain[4:]}"


def _check(body: str) -> str:
    """Return the check: the weighted sum modulo 31, weights 2, 3, 4 … all different and not zero modulo 31."""
    total = sum(weight * ALPHABET.index(c) for weight, c in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]


def households_of(homes: Collection[Homes], taken: Collection[str] = ()) -> tuple[Household, ...]:
    """Return a household with a fresh token for each home."""
    used = set(taken)
    found: list[Household] = []
    for place in homes:
        for _ in range(place.count):
            token = new_token(used)
            used.add(token)
            found.append(Household(token, place.building, place.stairwell))
    return tuple(found)


def code_of(sheet: FormSheet, *, household: str = "", copy: str = "") -> SheetCode:
    """Return what the code of one side says."""
    return SheetCode(sheet.package, sheet.version, sheet.sheet, sheet.scenario, sheet.digest, household, copy)


def modules_of(texts: Sequence[str]) -> list[Modules]:
    """Return QR codes' rows without the white border, True is black: a quarter of each may be spoilt (level Q or H).

    The mask that suits the first text best serves the others, which differ by a few characters: trying all eight for
    each would take most of the time of printing.
    """
    import segno

    found: list[Modules] = []
    mask: int | None = None
    for text in texts:
        made = segno.make(text, error="q", micro=False, boost_error=True, mask=mask)
        mask = made.mask
        found.append(tuple(tuple(bool(cell) for cell in row) for row in made.matrix))
    return found
