"""What the window asks of the live analysis: the values of a gesture, and how it is prepared."""

from __future__ import annotations

from collections.abc import Callable

from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.live import CapacityOf, Change, FacilityAs, LinkAs, Live, LiveGap, PlaceAt, Without
from renovate_gui.app.session import Session
from renovate_gui.app.tasks import Task
from renovate_gui.assets import tr
from renovate_gui.domain.live import LiveFrame
from renovate_gui.domain.verdict import GapResult

Prepare = Callable[[Session, GapRequest, str], Task[LiveGap]]
"""Session, request, and the key of the thing in hand: ``layer:<id>:<feature>``, ``proposal:<uuid>``, ``new:<kind>``."""

prepare: Prepare = Live.prepare


def frame_task(gesture: LiveGap, change: Change) -> Task[LiveFrame]:
    """Return the work of one frame that takes too long for the window's own thread."""
    return Task(tr("Judging it here"), lambda _progress, _is_cancelled: gesture.frame(change))


def rest_task(gesture: LiveGap) -> Task[GapResult]:
    """Return the work that is done when the hand rests."""
    return Task(tr("What this place changes"), lambda _progress, _is_cancelled: gesture.result())


__all__ = [
    "CapacityOf",
    "Change",
    "FacilityAs",
    "LinkAs",
    "LiveGap",
    "PlaceAt",
    "Prepare",
    "Without",
    "frame_task",
    "prepare",
    "rest_task",
]
