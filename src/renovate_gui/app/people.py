"""People: totals typed in or held by a layer, shared out to the buildings that have no residents' column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from renovate_gui.app.people_estimate import ALL, COMMUNITY, Estimate, Totals, estimate
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.roles import Role

if TYPE_CHECKING:
    from renovate_gui.app.layers import Layers
    from renovate_gui.domain.layer import LayerInfo
    from renovate_gui.store.project import Project

SETTING = "people.estimate"
HOLDERS = (Role.PARCELS, Role.GRIDS, Role.STUDY_AREA)
"""Roles of layers whose areas may hold totals."""
_MOST = 1e8


@dataclass(frozen=True, slots=True)
class Holder:
    """A layer that may hold totals, and the age groups it has columns for."""

    layer: LayerInfo
    bases: tuple[AgeBasis, ...]


def read_totals(text: str) -> Totals | None:
    """Return the totals of a setting; None when there are none or a newer program wrote them."""
    if not text:
        return None
    try:
        found = msgspec.json.decode(text, type=Totals)
        [AgeBasis(basis) for basis in found.people]
    except (msgspec.MsgspecError, ValueError):
        return None
    return found


class People:
    """The totals of the open project and what they make of its buildings."""

    def __init__(self, project: Project, layers: Layers) -> None:
        self._project = project
        self._layers = layers

    def totals(self) -> Totals | None:
        """Return the totals that are shared out, None when there are none."""
        return read_totals(self._project.meta(SETTING))

    def set_totals(self, totals: Totals) -> None:
        """Share totals out from now on (undoable); raise RequestError when they cannot be."""
        self._checked(totals)
        if totals == self.totals():
            return
        text = msgspec.json.encode(totals, order="deterministic").decode()
        with self._project.action(tr("Estimate residents from totals")) as writer:
            writer.set_meta(SETTING, text)

    def clear(self) -> None:
        """Estimate residents no longer (undoable)."""
        if self._project.meta(SETTING):
            with self._project.action(tr("Do not estimate residents")) as writer:
                writer.set_meta(SETTING, "")

    def holders(self) -> tuple[Holder, ...]:
        """Return the layers whose areas hold totals in columns."""
        found = []
        for info in self._layers.all():
            bases = tuple(b for b in AgeBasis if b.value in info.field_map)
            if info.role in HOLDERS and bases and info.feature_count > 0:
                found.append(Holder(info, bases))
        return tuple(found)

    def counted_bases(self) -> tuple[AgeBasis, ...]:
        """Return the age groups that the buildings have columns for."""
        buildings = [i for i in self._layers.of_role(Role.BUILDINGS) if i.feature_count > 0]
        if not buildings:
            return ()
        largest = max(buildings, key=lambda info: info.feature_count)
        return tuple(b for b in AgeBasis if b.value in largest.field_map)

    def preview(self, totals: Totals) -> Estimate:
        """Return what totals would give; raise RequestError when they cannot be shared out."""
        return self._checked(totals)

    def estimate(self) -> Estimate | None:
        """Return the estimate of the project's totals, None when it has none."""
        totals = self.totals()
        return None if totals is None else estimate(self._layers, totals)

    def _checked(self, totals: Totals) -> Estimate:
        if not totals.layer:
            _check_typed(totals)
        found = estimate(self._layers, totals)
        if found.problem:
            raise RequestError(found.problem)
        if not found.people:
            raise RequestError(
                tr("The buildings have columns for all these age groups; there is nothing to estimate.")
            )
        if not any(np.nansum(v) > 0.0 for v in found.people.values()):
            raise RequestError(
                tr(
                    "There is no residential building inside the areas that the totals count; check the use and the floors of the buildings."
                )
            )
        return found


def _check_typed(totals: Totals) -> None:
    if totals.area not in {ALL, COMMUNITY}:
        raise RequestError(tr("“{area}” is no area; choose “all” or “community”.", area=totals.area))
    for name, value in totals.people.items():
        if not (np.isfinite(value) and 0 <= value < _MOST):
            raise RequestError(tr("{age} must be a number of 0 or more.", age=term(AgeBasis(name))))
    if not any(v > 0 for v in totals.people.values()):
        raise RequestError(tr("Say at least how many residents there are."))
    for part, whole in _INSIDE:
        small, large = totals.people.get(part.value), totals.people.get(whole.value)
        if small is not None and large is not None and small > large:
            raise RequestError(
                tr(
                    "{part} ({small}) cannot be more than {whole} ({large}).",
                    part=term(part),
                    small=f"{small:,.0f}",
                    whole=term(whole),
                    large=f"{large:,.0f}",
                )
            )


_AGES = (AgeBasis.AGE0_2, AgeBasis.AGE3_5, AgeBasis.AGE6_11, AgeBasis.AGE60, AgeBasis.AGE65, AgeBasis.AGE80)
_INSIDE = (
    *((age, AgeBasis.RESIDENTS) for age in (*_AGES, AgeBasis.DISABLED)),
    (AgeBasis.AGE65, AgeBasis.AGE60),
    (AgeBasis.AGE80, AgeBasis.AGE60),
    (AgeBasis.AGE80, AgeBasis.AGE65),
)
