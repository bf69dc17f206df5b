"""The argument parser and the values it reads: one line and exit code 2 for a mistake."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from typing import NoReturn

from renovate_gui.assets import tr
from renovate_gui.cli.report import complain


class Parser(argparse.ArgumentParser):
    """An argument parser that answers a mistake with one line and exit code 2."""

    words_below: Callable[[], str] | None = None
    """What stands below the options in the help; made only when somebody asks for it."""

    def format_help(self) -> str:
        """Return the help text."""
        if self.words_below is not None:
            self.formatter_class = argparse.RawDescriptionHelpFormatter
            self.epilog = self.words_below()
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments."""
        complain(f"{plain_mistake(message)} ({self.prog} --help)")
        raise SystemExit(2)


def plain_mistake(message: str) -> str:
    """Return argparse's message in the reader's language; one that is not known stays as it is."""
    for pattern, say in _MISTAKES:
        found = pattern.fullmatch(message)
        if found is not None:
            return say(*found.groups())
    return message


_MISTAKES: tuple[tuple[re.Pattern[str], Callable[..., str]], ...] = (
    (
        re.compile(r"the following arguments are required: (.*)", re.DOTALL),
        lambda names: tr("This is missing: {names}", names=names),
    ),
    (
        re.compile(r"unrecognized arguments: (.*)", re.DOTALL),
        lambda words: tr("This is not understood: {words}", words=words),
    ),
    (
        re.compile(r"argument (.*?): invalid choice: (.*) \(choose from (.*)\)", re.DOTALL),
        lambda name, value, known: tr(
            "{option}: {value} is none of {known}", option=name, value=value, known=known.replace("'", "")
        ),
    ),
    (
        re.compile(r"argument (.*?): expected (?:one|at least one|\d+) arguments?", re.DOTALL),
        lambda name: tr("{option}: its value is missing", option=name),
    ),
    (
        re.compile(r"ambiguous option: (.*) could match (.*)", re.DOTALL),
        lambda word, known: tr("“{word}” may mean {known}", word=word, known=known),
    ),
    (re.compile(r"argument (\S+): (.*)", re.DOTALL), lambda name, reason: f"{name}: {reason}"),
)


def pair(text: str) -> tuple[str, str]:
    """Return ``FIELD=COLUMN`` as a pair."""
    name, sign, column = text.partition("=")
    if not sign or not name:
        raise argparse.ArgumentTypeError(tr("“{value}” is not FIELD=COLUMN", value=text))
    return name, column


def choice(text: str) -> tuple[str, str]:
    """Return ``ID=SIDE`` as a pair."""
    name, _, side = text.rpartition("=")
    if not name or side not in ("mine", "theirs", "both"):
        raise argparse.ArgumentTypeError(tr("“{value}” is not ID=mine, ID=theirs or ID=both", value=text))
    return name, side


def numbers_of(text: str, separator: str, count: int) -> Sequence[float]:
    """Return so many finite numbers of a text; raise ValueError when there are others."""
    parts = text.replace("×", separator).split(separator)
    numbers = [float(p) for p in parts]
    if len(numbers) != count or not all(abs(n) < 1e9 for n in numbers):
        raise ValueError(text)
    return numbers


def size(text: str) -> tuple[int, int]:
    """Return ``WIDTHxHEIGHT`` in pixels."""
    try:
        width, height = (int(n) for n in numbers_of(text.lower(), "x", 2))
    except ValueError:
        raise argparse.ArgumentTypeError(tr("“{value}” is no size such as 1600x1000", value=text)) from None
    if not (100 <= width <= 20_000 and 100 <= height <= 20_000):
        raise argparse.ArgumentTypeError(tr("a picture is 100 to 20,000 pixels wide and high"))
    return width, height


def bbox(text: str) -> tuple[float, float, float, float]:
    """Return ``X_MIN,Y_MIN,X_MAX,Y_MAX`` in metres."""
    try:
        x_min, y_min, x_max, y_max = numbers_of(text, ",", 4)
    except ValueError:
        raise argparse.ArgumentTypeError(tr("“{value}” is not X1,Y1,X2,Y2", value=text)) from None
    if x_min >= x_max or y_min >= y_max:
        raise argparse.ArgumentTypeError(tr("“{value}” is an empty extent", value=text))
    return x_min, y_min, x_max, y_max
