"""A figure that somebody relies on, with everything it was computed from, so that it can be computed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from renovate_gui.domain.ids import Uuid


class FigureSubject(StrEnum):
    """What a kept figure is about."""

    GAPS = "gaps"
    HEAT = "heat"


@dataclass(frozen=True, slots=True)
class Figure:
    """A kept figure.

    Attributes
    ----------
    state
        The state of the project's history that it was computed in.
    parameters
        What was asked, as JSON values.
    inputs
        By layer uuid (``proposals`` for what is drawn): name, source file, its SHA-256, and the digest of the content
        used.
    software
        Versions of the program and of the libraries that compute, and the kind of machine.
    numbers
        The results by name; ``digest`` is the SHA-256 over all values of every building or cell, bit by bit.
    """

    uuid: Uuid
    subject: FigureSubject
    title: str
    at: str  # ISO 8601, UTC
    who: str
    state: str
    parameters: Mapping[str, Any]
    inputs: Mapping[str, Mapping[str, str]]
    software: Mapping[str, str]
    numbers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """One number then and now."""

    name: str
    then: float | int | str | None
    now: float | int | str | None


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What computing a figure again gave.

    Attributes
    ----------
    is_same
        Every number agrees: to the last bit with the same software on the same kind of machine, else counts exactly
        and other numbers to ``tolerance`` (relative).
    differences
        The numbers that do not agree.
    is_exact
        The comparison was bit by bit.
    changed_inputs
        Names of layers that have changed in the project since; the figure was computed from them as they were then.
    """

    figure: Figure
    is_same: bool
    is_exact: bool
    tolerance: float
    differences: tuple[NumberCheck, ...] = ()
    changed_inputs: tuple[str, ...] = ()
