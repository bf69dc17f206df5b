"""Needs: answers of residents and population, as a density surface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from renovate_gui.app.tasks import Task
from renovate_gui.domain.heat import HeatGrid

if TYPE_CHECKING:
    from renovate_gui.app.layers import Layers
    from renovate_gui.store.project import Project

K_RESPONDENTS = 5
"""Cells with fewer respondents are hidden in anything that leaves the program."""


@dataclass(frozen=True, slots=True)
class HeatRequest:
    """What to map. ``subject`` is ``answers`` (demand layers) or an age basis (``residents``, ``age60`` …)."""

    subject: str = "answers"
    categories: tuple[str, ...] = ()  # empty: all
    bandwidth_m: float = 120.0
    is_exact: bool = False  # exact direct sum, for print
    suppress_below: int = 0  # K_RESPONDENTS for anything exported


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """Answers per category, with their weight."""

    category: str
    answers: int
    weight: float


class Needs:
    """Demand of the open project."""

    def __init__(self, project: Project, layers: Layers) -> None:
        self._project = project
        self._layers = layers

    def subjects(self) -> tuple[tuple[str, str], ...]:
        """Return what can be mapped: ``(code, translated title)``; empty when there is neither demand nor population."""
        raise NotImplementedError

    def categories(self) -> tuple[CategoryCount, ...]:
        """Return the demand categories, most answers first."""
        raise NotImplementedError

    def prepare_heat(self, request: HeatRequest) -> Task[HeatGrid]:
        """Prepare the surface from a frozen copy of the inputs; safe to run in any thread."""
        raise NotImplementedError
