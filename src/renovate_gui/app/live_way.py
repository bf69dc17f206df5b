"""A surveyed way in hand: it can be left out, and is there again when the hand lets go; nothing is stored.

Both states are whole analyses, made when the gesture is prepared; a frame shows one beside the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.links import is_lift, is_stairs
from renovate_gui.analysis.live_totals import counted, headcount, shares, shifts
from renovate_gui.app.gap_frozen import Frozen
from renovate_gui.app.gap_inputs import text_of
from renovate_gui.app.gap_run import groups_of, run_gaps
from renovate_gui.app.live import Change, Without
from renovate_gui.app.measures import measure_title
from renovate_gui.app.tasks import Progress, never, no_progress
from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.live import LiveFrame
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import Verdict

if TYPE_CHECKING:
    from renovate_gui.app.gap_request import GapRequest
    from renovate_gui.app.session import Session
    from renovate_gui.domain.verdict import GapResult

GoOn = Callable[[], None]

_LAYER = "layer:"


def is_way(session: Session, key: str) -> bool:
    """Return whether a key names a surveyed way of the walking network."""
    layer, _, feature = key.removeprefix(_LAYER).partition(":")
    if not key.startswith(_LAYER) or not layer.isdigit() or not feature.isdigit():
        return False
    return any(i.id == LayerId(int(layer)) for i in session.layers.of_role(Role.WALK_NETWORK))


def way_title(session: Session, layer_id: LayerId, feature_id: int) -> str:
    """Return what a way is called: its name, else its layer and number, and what it is."""
    row = np.flatnonzero(session.layers.table(layer_id).ids == feature_id)
    name, way = (_word(session.layers.field(layer_id, f), row) for f in ("name", "way"))
    if is_stairs([way])[0]:
        way = measure_title("stairs")
    elif is_lift([way])[0]:
        way = measure_title("lift")
    return " · ".join(
        part for part in (name or f"{session.layers.get(layer_id).name} {feature_id}", way) if part
    )


def _word(values: NDArray[Any] | None, row: NDArray[np.int64]) -> str:
    return "" if values is None or len(row) == 0 else text_of(values[row[0]])


def prepare(session: Session, request: GapRequest, key: str) -> Callable[[Progress, GoOn], WayGap]:
    """Return what makes a gesture with a way; reads the registry now and everything else when called."""
    one = replace(request, kinds=request.kinds[:1])
    freezing = session.gaps.prepare_frozen(replace(one, closed=(*one.closed, key)))

    def make(progress: Progress, go_on: GoOn) -> WayGap:
        without = freezing.run(progress)
        go_on()
        found = []
        for frozen in (_opened(without), without):
            found.append(run_gaps(frozen, progress=no_progress, is_cancelled=never).results[0])
            go_on()
        return WayGap(without, found[0], found[1])

    return make


def _opened(frozen: Frozen) -> Frozen:
    assert frozen.opened is not None
    return frozen.opened


class WayGap:
    """A prepared gesture with one way; see :class:`renovate_gui.app.live.LiveGap`.

    Parameters
    ----------
    frozen
        The inputs without the way.
    with_it, without_it
        The whole analyses of both states.
    """

    def __init__(self, frozen: Frozen, with_it: GapResult, without_it: GapResult) -> None:
        self._groups, self._need = groups_of(frozen), _need(with_it)
        self._with, self._without = with_it, without_it
        self._last = with_it
        self._number = 0

    @property
    def kind(self) -> str:
        """Return the kind that is judged."""
        return self._with.kind

    def frame(self, change: Change) -> LiveFrame:
        """Return the verdicts without the way."""
        if not isinstance(change, Without):
            raise TypeError("a surveyed way is only left out")
        self._last, self._number = self._without, self._number + 1
        before, now, need = self._with, self._without, self._need
        rows = np.arange(len(now.ids))
        changed = np.flatnonzero(now.verdict != before.verdict)
        return LiveFrame(
            number=self._number,
            changed=changed,
            verdict=now.verdict[changed],
            buildings=counted(now.verdict),
            people=headcount(now.verdict, now.people, need, _placed(now)),
            shifts=shifts(
                self._groups,
                rows,
                shares(before.verdict, need, _placed(before)),
                shares(now.verdict, need, _placed(now)),
            ),
            apart=int(
                np.count_nonzero((now.verdict == Verdict.UNKNOWN) & (before.verdict != Verdict.UNKNOWN))
            ),
        )

    def result(self) -> GapResult:
        """Return the whole result of the last frame."""
        return self._last


def _need(result: GapResult) -> NDArray[np.float64] | None:
    return result.service.need if len(result.service.need) else None


def _placed(result: GapResult) -> NDArray[np.float64] | None:
    return result.service.placed if len(result.service.placed) else None
