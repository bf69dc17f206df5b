"""What siting is asked and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from renovate_gui.app.gaps import GapRequest
from renovate_gui.domain.ids import LayerId

NEW_COST = Decimal(600_000)
UPGRADE_COST = Decimal(200_000)
PLACE_COST = Decimal(20_000)
"""Yuan for a new place, for an existing facility that takes the service in, and for one more place in an existing one.
Planning defaults of ours without a source; whoever has real prices sets them."""

CENTRE_AREA_M2 = 600.0
CENTRE_KINDS = 3
"""An embedded service centre has at least 600 m² and three services (城市社区嵌入式服务设施建设导则（试行）, 2023)."""

USUAL_IN_CENTRE = ("elderly_day_care", "childcare", "canteen")
"""Services of which the guideline wants two in a centre (elderly, childcare, meals; after-school care has no kind)."""

HOSTS = frozenset(
    {
        "community_station", "culture_station", "culture_centre", "elderly_street_centre", "elderly_day_care",
        "canteen", "health_station", "kindergarten",
    }
)  # fmt: skip
"""Kinds of existing facilities that may take another service in (a planning default of ours)."""

ENLARGE_BY = 10
"""Places that an enlargement brings (a planning default of ours)."""


class SitingModel(StrEnum):
    """What a plan shall be best at."""

    MCLP = "mclp"  # serve most people with a number of sites
    LSCP = "lscp"  # serve everybody who can be served with the fewest sites
    P_MEDIAN = "p-median"  # make the way shortest on average
    CAPACITATED = "capacitated"  # most people who find a place, every facility having so many
    BUDGET = "budget"  # most people for a sum of money: new, enlarged, upgraded


class Means(StrEnum):
    """How a site comes to be."""

    NEW = "new"
    ENLARGE = "enlarge"
    UPGRADE = "upgrade"


@dataclass(frozen=True, slots=True)
class Prices:
    """Yuan for each means; enlarging is paid by the place."""

    new: Decimal = NEW_COST
    upgrade: Decimal = UPGRADE_COST
    place: Decimal = PLACE_COST


@dataclass(frozen=True, slots=True)
class SitingRequest:
    """What to find.

    Attributes
    ----------
    kinds
        The services; more than one either ``together``, every site holding all of them (an embedded centre), or
        scattered, each site holding one.
    add
        How many sites; with a budget and for the fewest sites it does not matter.
    candidates
        ``vacant`` (rooms that stand empty), ``land`` (public or vacant land), ``grid`` (over the study area), or
        ``layer:NAME``.
    exclude
        Layers where nothing may stand; ``NAME:50`` keeps 50 m away from them as well.
    steepest
        Steepest ground that may be built on, rise over run; None: any.
    weight_column
        A column of the candidates' layer, 0 to 1, how suitable each is; empty: all alike.
    places
        Places of a new site; None: room for everybody.
    plans
        How many plans that are nearly as good are wanted.
    futures
        In how many plausible futures to try the plans; 0: none.
    exact
        Prove the best plan, or tell how far from the best possible it may be.
    gap
        How service is judged; its kinds do not matter.
    """

    kinds: tuple[str, ...] = ("elderly_day_care",)
    together: bool = False
    add: int = 1
    model: SitingModel = SitingModel.MCLP
    budget: Decimal | None = None
    prices: Prices = field(default_factory=Prices)
    candidates: str = "vacant"
    exclude: tuple[str, ...] = ()
    steepest: float | None = None
    cell_m: float = 100.0
    weight_column: str = ""
    places: float | None = None
    enlarge_by: int = ENLARGE_BY
    plans: int = 3
    futures: int = 0
    seed: int = 1
    exact: bool = False
    time_limit_s: float = 30.0
    gap: GapRequest = field(default_factory=GapRequest)
    with_hints: bool = True


@dataclass(frozen=True, slots=True)
class Site:
    """One place of a plan.

    Attributes
    ----------
    kinds
        The services it will hold.
    places
        Places it brings for each service; None room for everybody.
    chosen_in
        In how many futures it was chosen; −1 where none were tried.
    doubt
        What speaks against it (a room too small for a centre), else empty.
    """

    key: str
    title: str
    means: Means
    kinds: tuple[str, ...]
    point: BaseGeometry
    cost: Decimal | None
    places: float | None = None
    chosen_in: int = -1
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """One answer.

    Attributes
    ----------
    newly_served
        People (buildings where nobody is counted) served with the plan and not without, exactly as the gap analysis
        counts them once the plan is on the map.
    at_most
        No plan serves more; None while no bound is known.
    gap
        How far from the best possible at most, as a share; None while no bound is known.
    is_proven
        Nothing better exists under this model.
    mean_m
        Mean way to the nearest facility, metres; of the p-median only.
    near_best_in
        In how many futures the plan is within 2 % of the best one there; −1 where none were tried.
    new_rows
        Rows of places that become served, by kind.
    """

    sites: tuple[Site, ...]
    newly_served: float
    served: float
    total: float
    cost: Decimal | None
    at_most: float | None = None
    gap: float | None = None
    is_proven: bool = False
    mean_m: float | None = None
    near_best_in: int = -1
    new_ids: tuple[int, ...] = ()
    by_kind: Mapping[str, float] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """Return the share served with the plan, of everybody."""
        return self.served / self.total if self.total > 0 else 0.0

    @property
    def cost_per_newly_served(self) -> Decimal | None:
        """Return the yuan for each newly served person, None without cost or effect."""
        if self.cost is None or not self.newly_served > 0:
            return None
        return (self.cost / Decimal(repr(self.newly_served))).quantize(Decimal(1))


@dataclass(frozen=True, slots=True)
class Hint:
    """A step that may be worth taking, computed.

    Attributes
    ----------
    words
        One sentence with its number.
    request
        What to ask to follow it, None when there is nothing more to find.
    sites
        What to put on the map to follow it at once.
    """

    words: str
    request: SitingRequest | None = None
    sites: tuple[Site, ...] = ()


@dataclass(frozen=True, slots=True)
class SitingResult:
    """All answers to a request.

    Attributes
    ----------
    layer_id
        The counted layer, whose features ``Plan.new_ids`` are.
    counts_people
        Whether people are counted, else buildings.
    candidates, excluded
        How many places were looked at, and how many beside them were ruled out.
    futures
        How many futures were tried.
    """

    request: SitingRequest
    plans: tuple[Plan, ...]
    layer_id: LayerId
    counts_people: bool
    candidates: int
    excluded: int
    seconds: float
    is_exact: bool
    futures: int = 0
    notes: tuple[str, ...] = ()
    hints: tuple[Hint, ...] = ()
    stamp: tuple[object, ...] = ()
