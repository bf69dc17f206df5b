"""Live what-if: one thing in hand, everything else as it stands, and the verdicts of every frame.

    gap = Live.prepare(session, request, "proposal:…").run()
    frame = gap.frame(PlaceAt(x, y))        # as often as the pointer moves
    result = gap.result()                   # the whole result of the last frame, at rest

Keys of things: ``layer:<layer id>:<feature id>`` an existing facility or way, ``proposal:<uuid>`` a proposed facility or link,
``new:<kind>`` one that is only being drawn. What a gesture shows is decided by the code of the full analysis; nothing is
stored. A :class:`LiveGap` belongs to the project as it was when it was prepared, and to one thread at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from shapely.geometry.base import BaseGeometry

from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled

if TYPE_CHECKING:
    from renovate_gui.app.gap_request import GapRequest
    from renovate_gui.app.session import Session
    from renovate_gui.domain.live import LiveFrame
    from renovate_gui.domain.verdict import GapResult


@dataclass(frozen=True, slots=True)
class PlaceAt:
    """The facility stands here, metres in the project's CRS."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class CapacityOf:
    """The facility has so many places; NaN: room for everybody."""

    value: float


@dataclass(frozen=True, slots=True)
class FacilityAs:
    """The facility stands here and has so many places: both of one trial."""

    place: PlaceAt
    capacity: CapacityOf


@dataclass(frozen=True, slots=True)
class LinkAs:
    """The link runs like this; ``way`` is its class: ``path``, ``stairs``, ``ramp`` or ``lift``."""

    geometry: BaseGeometry
    way: str


@dataclass(frozen=True, slots=True)
class Without:
    """The facility or link is not there."""


Change: TypeAlias = PlaceAt | CapacityOf | FacilityAs | LinkAs | Without


class LiveGap(Protocol):
    """One thing in hand, judged for the first kind of the request."""

    @property
    def kind(self) -> str:
        """Return the kind that is judged."""
        ...

    def frame(self, change: Change) -> LiveFrame:
        """Return the verdicts with the thing changed; they differ from its state when the gesture was prepared."""
        ...

    def result(self) -> GapResult:
        """Return the whole result of the last frame, as a new analysis would give it."""
        ...


class Live:
    """Prepares gestures."""

    @staticmethod
    def prepare(session: Session, request: GapRequest, key: str) -> Task[LiveGap]:
        """Prepare a gesture for a thread of its own; cancelled between facilities.

        Parameters
        ----------
        request
            What is judged; the frames are of its first kind.
        key
            The thing in hand, see the module.

        Raises
        ------
        RequestError
            At once when nothing can be counted; in the task when the thing has nothing to do with the kind.
        """
        from renovate_gui.app import live_facility, live_link, live_way

        making: Callable[[Progress, Callable[[], None]], LiveGap]
        if live_link.is_link(session, key):
            making = live_link.prepare(session, request, key)
        elif live_way.is_way(session, key):
            making = live_way.prepare(session, request, key)
        else:
            making = live_facility.prepare(session, request, key)

        def work(progress: Progress, is_cancelled: IsCancelled) -> LiveGap:
            def go_on() -> None:
                if is_cancelled():
                    raise Cancelled(tr("The live analysis was cancelled."))

            return making(progress, go_on)

        return Task(tr("Preparing the live analysis"), work)
