"""What the analyses are asked, kept in the project: undoable, there again tomorrow, and the same for everybody.

Which service or subject is looked at is a view of one person and not kept; how it is judged is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

import msgspec

from renovate_gui.app.gap_request import AUTO, GapRequest
from renovate_gui.assets import tr
from renovate_gui.domain.heat import HeatMode
from renovate_gui.domain.travel import CatchmentModel, Direction
from renovate_gui.domain.verdict import Measure

if TYPE_CHECKING:
    from renovate_gui.store.project import Project

T = TypeVar("T")

_GAPS, _HEAT = "parameters.gaps", "parameters.heat"


@dataclass(frozen=True, slots=True)
class GapParameters:
    """How gaps are judged.

    ``limits`` holds own distances in metres by kind; a kind without one has the standard's. ``need_shares`` holds own
    shares of people who need a service by kind. ``walker`` may be ``auto``: by whom the service is for. ``at`` is an hour
    of day ("HH:MM") or empty: whatever has opening hours counts as open.
    """

    measure: Measure = Measure.NETWORK
    walker: str = AUTO
    with_proposals: bool = True
    area: str = "all"
    limits: Mapping[str, float] = field(default_factory=dict)
    direction: Direction = Direction.THERE
    at: str = ""
    counts_capacity: bool = True
    model: CatchmentModel = CatchmentModel.ENHANCED
    need_shares: Mapping[str, float] = field(default_factory=dict)

    def request(self, kinds: tuple[str, ...] = ()) -> GapRequest:
        """Return these parameters as a request for kinds without a distance or share of their own."""
        return GapRequest(
            kinds,
            measure=self.measure,
            walker=self.walker,
            with_proposals=self.with_proposals,
            area=self.area,
            direction=self.direction,
            at=self.at,
            counts_capacity=self.counts_capacity,
            model=self.model,
        )

    def together(self, kinds: tuple[str, ...]) -> GapRequest:
        """Return these parameters as one request for kinds, each with its own distance and share where it has one."""
        return replace(
            self.request(kinds),
            own_limits=tuple((k, self.limits[k]) for k in kinds if k in self.limits),
            own_shares=tuple((k, self.need_shares[k]) for k in kinds if k in self.need_shares),
        )

    def requests(self, kinds: Sequence[str]) -> tuple[GapRequest, ...]:
        """Return the requests for several kinds: one for all that have nothing of their own, one for each other."""
        plain = tuple(k for k in kinds if k not in self.limits and k not in self.need_shares)
        own = [k for k in kinds if k not in plain]
        together = (self.request(plain),) if plain else ()
        return together + tuple(
            replace(self.request((k,)), limit_m=self.limits.get(k), need_share=self.need_shares.get(k))
            for k in own
        )


@dataclass(frozen=True, slots=True)
class HeatParameters:
    """How demand is mapped: bandwidth (metres or neighbours), categories left out, and what it is compared with."""

    bandwidth_m: float = 120.0
    without: tuple[str, ...] = ()
    neighbours: int = 0
    versus: str = ""
    mode: HeatMode = HeatMode.RATIO


class Parameters:
    """Kept parameters of the open project."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def gaps(self) -> GapParameters:
        """Return how gaps are judged."""
        return self._read(_GAPS, GapParameters())

    def heat(self) -> HeatParameters:
        """Return how demand is mapped."""
        return self._read(_HEAT, HeatParameters())

    def set_gaps(self, values: GapParameters) -> None:
        """Keep how gaps are judged (undoable); nothing happens in a project that may only be read."""
        self._write(_GAPS, values, self.gaps(), tr("Change how gaps are judged"))

    def set_heat(self, values: HeatParameters) -> None:
        """Keep how demand is mapped (undoable); nothing happens in a project that may only be read."""
        self._write(_HEAT, values, self.heat(), tr("Change how needs are mapped"))

    def _read(self, key: str, otherwise: T) -> T:
        text = self._project.meta(key)
        if not text:
            return otherwise
        try:
            return msgspec.json.decode(text, type=type(otherwise))
        except msgspec.MsgspecError:  # written by a newer program
            return otherwise

    def _write(self, key: str, values: object, present: object, title: str) -> None:
        if values == present or self._project.is_read_only:
            return
        with self._project.action(title) as writer:
            writer.set_meta(key, msgspec.json.encode(values, order="deterministic").decode())
