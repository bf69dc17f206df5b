"""Verdicts of the gap analysis and the results that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray

from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.standard import Confidence, StandardRow
from renovate_gui.domain.travel import CatchmentModel, Direction


class Verdict(IntEnum):
    """What a building gets from one facility kind; the number is the class index on map and chart."""

    SERVED = 0
    FULL = 1
    OUT_OF_REACH = 2
    NOT_FOR_THIS_PERSON = 3
    UNKNOWN = 4


class Measure(StrEnum):
    """How distance is measured; every figure says which one it used."""

    NETWORK = "network"
    CIRCLE = "circle"


class PeopleSource(StrEnum):
    """Where a headcount comes from, so that every figure can say so."""

    COLUMN = "column"  # the right age column
    ESTIMATED = "estimated"  # no such column: totals shared out to the buildings
    RESIDENTS_ONLY = "residents_only"  # the age column is missing: all residents are counted instead
    NONE = "none"  # no population at all: only buildings are counted


def _none() -> NDArray[np.float64]:
    return np.zeros(0)


@dataclass(frozen=True, slots=True)
class Service:
    """Supply and demand of one facility kind; arrays are empty where nothing is known of it.

    Attributes
    ----------
    need
        People of a place who need the service, shape ``(n,)``; NaN where the headcount is unknown.
    placed
        Of those, how many find room in a facility within reach (hard nearest allocation), shape ``(n,)``.
    capacity
        Places of each facility, shape ``(f,)``; NaN unknown, which counts as room for everybody and is said so.
    taken
        Places taken in each facility, shape ``(f,)``.
    access
        Places per person who needs one (floating catchment), shape ``(n,)``; NaN where nothing can be said.
    model
        Which floating catchment ``access`` is.
    share
        Share of the people of ``share_of`` who need the service, and ``share_source`` where that number comes from.
    share_of
        Whose headcounts the share is taken of, as they were counted; None where no share is known.
    """

    need: NDArray[np.float64] = field(default_factory=_none)
    placed: NDArray[np.float64] = field(default_factory=_none)
    capacity: NDArray[np.float64] = field(default_factory=_none)
    taken: NDArray[np.float64] = field(default_factory=_none)
    access: NDArray[np.float64] = field(default_factory=_none)
    model: CatchmentModel = CatchmentModel.ENHANCED
    share: float = 1.0
    share_source: str = ""
    share_of: AgeBasis | None = None

    @property
    def places(self) -> float:
        """Return the places of the facilities that state how many they have; NaN where none does."""
        known = np.isfinite(self.capacity)
        return float(self.capacity[known].sum()) if known.any() else float("nan")

    @property
    def places_taken(self) -> float:
        """Return how many of these places are taken: never more than there are."""
        return float(self.taken[np.isfinite(self.capacity)].sum()) if len(self.taken) else 0.0

    @property
    def in_unstated(self) -> float:
        """Return the people who go to facilities that do not state how many places they have."""
        return float(self.taken[np.isnan(self.capacity)].sum()) if len(self.taken) else 0.0


def placed_share(
    verdict: NDArray[np.int8], need: NDArray[np.float64], placed: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the share of a place's people that counts as served, shape ``(n,)``.

    1 where the verdict is served, ``placed / need`` where it is full, 0 elsewhere. Empty ``need``: no capacity decided.
    """
    share = np.where(verdict == Verdict.SERVED, 1.0, 0.0)
    if len(need) == len(verdict):
        is_full = verdict == Verdict.FULL
        share[is_full] = placed[is_full] / need[is_full]
    return share


def people_of(
    wanted: Verdict,
    verdict: NDArray[np.int8],
    people: NDArray[np.float64],
    need: NDArray[np.float64],
    placed: NDArray[np.float64],
) -> float:
    """Return the people of a verdict, NaN headcounts left out; see :func:`placed_share` for full facilities."""
    if wanted not in {Verdict.SERVED, Verdict.FULL} or len(need) != len(verdict):
        return float(np.nansum(people[verdict == wanted]))
    rows = (verdict == Verdict.SERVED) | (verdict == Verdict.FULL)
    share = placed_share(verdict[rows], need[rows], placed[rows])
    counted = people[rows] * (share if wanted is Verdict.SERVED else 1.0 - share)
    return float(np.nansum(counted))


@dataclass(frozen=True, slots=True)
class GapResult:
    """The gap of one facility kind over all buildings (or parcels).

    Attributes
    ----------
    layer_id
        The counted layer (buildings, else parcels).
    ids
        Feature ids, shape ``(n,)``; all arrays below are parallel to it.
    verdict
        :class:`Verdict` numbers, ``int8``.
    network_m, circle_m
        Distance to the nearest facility over the network / in a straight line, metres; ``inf`` unreachable, NaN unknown.
    nearest
        Index into ``facility_names`` of the nearest facility by the chosen measure, −1 none.
    people
        Headcount of the age basis per building; NaN when unknown.
    notes
        Plain translated sentences on what the data lacks ("no facility of this kind in the data").
    """

    kind: str
    row: StandardRow | None
    limit_m: float
    measure: Measure
    layer_id: LayerId
    ids: NDArray[np.int64]
    verdict: NDArray[np.int8]
    network_m: NDArray[np.float64]
    circle_m: NDArray[np.float64]
    nearest: NDArray[np.int64]
    facility_names: tuple[str, ...]
    facility_keys: tuple[str, ...]  # "layer:<layer id>:<feature id>" or "proposal:<uuid>"
    people: NDArray[np.float64]
    people_source: PeopleSource
    basis: AgeBasis
    people_error: float = np.nan
    """Relative standard error of the people of served and full buildings together, when people are estimated; NaN when
    they are counted, or when there are none."""
    notes: tuple[str, ...] = ()
    counts: Mapping[str, int] | None = None
    walker: str = ""
    direction: Direction = Direction.THERE
    minutes: NDArray[np.float64] = field(default_factory=_none)
    """Minutes of this walker to the nearest facility that this walker can get to, shape ``(n,)``; ``inf`` none, NaN
    unknown. Of a round trip: there and back together, and where slopes make them differ, ``inf`` also means more than
    :attr:`minutes_limit`; an explanation knows better. Empty by straight line."""
    minutes_limit: float = np.nan
    """Most minutes that count; twice the standard's for a round trip; NaN when minutes do not decide."""
    service: Service = field(default_factory=Service)
    groups: Mapping[AgeBasis, NDArray[np.float64]] = field(default_factory=dict)
    """People of every age group the data has, shape ``(n,)`` each: who gains and who loses."""
    counts_parcels: bool = False
    """Whether parcels are judged, because the data has no buildings."""
    has_no_network: bool = False
    """Whether there is no walking network, so that only straight lines could be measured."""

    def buildings(self, verdict: Verdict) -> int:
        """Return how many buildings have the verdict."""
        return int(np.count_nonzero(self.verdict == verdict))

    def people_of(self, verdict: Verdict) -> float:
        """Return how many people of the age basis have the verdict; 0 where unknown.

        In a building whose facilities are full, those who found room count as served.
        """
        return people_of(verdict, self.verdict, self.people, self.service.need, self.service.placed)

    @property
    def counted_basis(self) -> AgeBasis:
        """Return whom the headcounts really count: all residents where the age group is not known."""
        return AgeBasis.RESIDENTS if self.people_source is PeopleSource.RESIDENTS_ONLY else self.basis

    @property
    def people_total(self) -> float:
        """Return the number of people of the age basis in all buildings."""
        return float(np.nansum(self.people))


@dataclass(frozen=True, slots=True)
class FacilityWay:
    """One facility near a building, and the way there.

    Attributes
    ----------
    metres
        Least metres over the network, ``inf`` none.
    walked_m
        Metres of the walker's own way there, which may go round what the shortest way leads over; NaN none.
    minutes_there, minutes_back
        Of this walker, by the best way in each direction; ``inf`` when this walker cannot get through, NaN unknown.
    stairs
        Stretches of stairs on the walker's way there (on the shortest way when there is none for this walker).
    steps
        Steps on them, estimated from their rise; None without heights.
    steepest
        Steepest stretch but stairs, rise over run; NaN without heights.
    up_m, down_m
        Metres climbed and descended on the way there; NaN without heights.
    rests
        Rests on the way, by the walker's profile.
    capacity, taken
        Places, and places taken by those who live nearer or here; NaN unknown.
    passes
        Whether it lies within the distance and within the minutes.
    entrance
        By which of its entrances the way leads in, in words; empty where none is known.
    """

    name: str
    key: str
    metres: float
    minutes_there: float
    minutes_back: float
    walked_m: float = np.nan
    stairs: int = 0
    steps: int | None = None
    steepest: float = np.nan
    up_m: float = np.nan
    down_m: float = np.nan
    rests: int = 0
    capacity: float = np.nan
    taken: float = np.nan
    passes: bool = False
    entrance: str = ""


@dataclass(frozen=True, slots=True)
class WalkerVerdict:
    """What another person living in the building would get; capacity is not asked."""

    code: str
    title: str
    minutes: float  # to the facility that is quickest for this person; inf: none can be got to
    passes: bool
    reason: str = (
        ""  # why it does not pass, in words: too far on paper, too long, stairs or a slope in the way
    )


@dataclass(frozen=True, slots=True)
class WayProfile:
    """A way in points: where, how far along, how high.

    Attributes
    ----------
    xy, along_m, height_m
        Points of the way from the building to the facility, shapes ``(k, 2)``, ``(k,)``, ``(k,)``; heights NaN where
        unknown.
    is_stairs
        Of the stretch after each point but the last, shape ``(k - 1,)``.
    steepest
        First and last point of the steepest stretch that is no stairs; None without heights.
    """

    xy: NDArray[np.float64]
    along_m: NDArray[np.float64]
    height_m: NDArray[np.float64]
    is_stairs: NDArray[np.bool_]
    steepest: tuple[int, int] | None = None

    @property
    def has_heights(self) -> bool:
        """Whether the heights along the whole way are known."""
        return len(self.height_m) > 1 and bool(np.isfinite(self.height_m).all())


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one building has its verdict: numbers, sentences, a route."""

    feature_id: int
    title: str
    kind: str
    verdict: Verdict
    nearest_name: str
    network_m: float
    circle_m: float
    minutes: float  # of this walker to the facility the sentence is about; NaN when unreachable
    stairs: int  # stretches of stairs on the route
    limit_m: float
    sentence: str
    doubt: str  # what is estimated, unchecked, flat
    route_xy: NDArray[np.float64]  # (k, 2) metres in the project's CRS; (0, 2) when there is none
    minutes_limit: float = np.nan
    direction: Direction = Direction.THERE
    walker: str = ""  # in the reader's language
    ways: tuple[FacilityWay, ...] = ()  # nearest and next, by the walker's minutes
    walkers: tuple[WalkerVerdict, ...] = ()
    walkers_follow: bool = False  # they are being worked out: this explanation is not whole yet
    profile: WayProfile | None = None
    room: str = ""  # load and places per 100 people, in words; empty where nothing is known
    clause: str = ""  # the rule with its layer, in words
    confidence: Confidence | None = None  # None: set by hand
    is_checked: bool = False
    heights: str = ""  # where heights come from, in words
    walked_m: float = (
        np.nan
    )  # metres of this walker's own way, which ``route_xy`` then is; NaN when it is the shortest
    paper_xy: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))
    """The shortest way, ``(k, 2)`` metres, where the walker takes another one; else ``(0, 2)``."""
    entrance: str = ""  # by which entrance the way drawn leads in, in words; empty where none is known
    ways_note: str = ""  # why no more facilities are listed, in words; empty when enough are
