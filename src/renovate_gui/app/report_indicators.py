"""The indicators of the urban check-up for a community, 3.1.1–3.1.6 and 3.2.7–3.2.9, each with the list behind it.

The names are those of the check-up; how each is counted here is our own definition and says so. A number whose data is
lacking is no zero: it says what is missing. What is partly known is a range, from what is sure to what is possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from renovate_gui.app.gap_words import joined, kind_title, some_names, unit_words
from renovate_gui.app.report_ground import Basis, Community, measure_words
from renovate_gui.app.report_statements import counts_people
from renovate_gui.app.report_ways import walkways
from renovate_gui.app.shares import percent
from renovate_gui.app.standard_words import ratio_words
from renovate_gui.assets import tr
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.report import Ground, Indicator, IndicatorItem
from renovate_gui.domain.roles import Role
from renovate_gui.domain.standard import Applies, Level, StandardRow, SupplyBasis, Unit
from renovate_gui.domain.verdict import GapResult, Measure, Verdict, placed_share

GROUNDS = ("kids_elders_ground", "fitness_outdoor", "sports_small")
"""Kinds that are public activity grounds."""


def indicators_of(basis: Basis) -> tuple[Indicator, ...]:
    """Return all indicators in the order of their codes."""
    return (
        _provision(basis, "3.1.1", tr("Elderly services not provided to the standard"), "elderly_day_care"),
        _provision(basis, "3.1.2", tr("Childcare not provided to the standard"), "childcare"),
        _provision(basis, "3.1.3", tr("Kindergartens not provided to the standard"), "kindergarten"),
        _school_places(basis),
        _parking(basis),
        _charging(basis),
        _grounds(basis),
        walkways(basis),
        _waste(basis),
    )


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands above a number: its code and name, how it is counted, what it rests on."""

    code: str
    title: str
    unit: str
    definition: str
    ground: Ground

    def fail(self, missing: str) -> Indicator:
        """Return the indicator without a number."""
        return self._made(None, None, (), missing=missing)

    def number(self, low: float, high: float, items: Sequence[IndicatorItem], remark: str = "") -> Indicator:
        """Return the indicator with its bounds."""
        return self._made(low, high, items, remark=remark)

    def counted(self, items: Sequence[IndicatorItem]) -> Indicator:
        """Return the indicator that counts its list, what is not sure in the upper bound only."""
        unsure = [i.title for i in items if not i.is_sure]
        remark = tr("Not sure: {names}.", names=some_names(unsure)) if unsure else ""
        low = float(sum(i.amount for i in items if i.is_sure))
        return self.number(low, float(sum(i.amount for i in items)), items, remark)

    def _made(
        self,
        low: float | None,
        high: float | None,
        items: Sequence[IndicatorItem],
        *,
        missing: str = "",
        remark: str = "",
    ) -> Indicator:
        return Indicator(
            self.code, self.title, self.unit, low, high, tuple(items), self.definition, self.ground,
            missing, remark,
        )  # fmt: skip


# -- 3.1.1 to 3.1.3 -------------------------------------------------------------------------------------------
def _provision(basis: Basis, code: str, title: str, kind: str) -> Indicator:
    result, unit = basis.result(kind), tr("facilities")
    row = result.row if result is not None else None
    network = () if result is None or result.measure is Measure.CIRCLE else (Role.WALK_NETWORK,)
    ground = basis.ground(
        (Role.BUILDINGS, Role.FACILITIES, Role.STUDY_AREA, *network), measure_words(basis.frozen), row
    )
    definition = tr(
        "Our count: communities without any {kind} within the standard's distance of any building, and those inside that are smaller than the standard's least floor area.",
        kind=kind_title(kind),
    )
    head = _Head(code, title, unit, definition, ground)
    if result is None:
        return head.fail(
            tr("Cannot be computed: the standard gives no distance for {kind}.", kind=kind_title(kind))
        )
    if not basis.services.has_layer:
        return head.fail(tr("Cannot be computed: a layer of facilities is missing."))
    made = head.counted(_lacking(basis, result) + _too_small(basis, kind))
    counts = tr(
        "Counts communities where no building has a {kind} within {m} m, and those that are too small; no people.",
        kind=kind_title(kind),
        m=f"{result.limit_m:g}",
    )
    doubt = _doubt(basis, result, kind)
    return replace(made, remark=joined([_coverage(basis, result), made.remark]), counts=counts, doubt=doubt)


def _doubt(basis: Basis, result: GapResult, kind: str) -> str:
    """Return why a number may look better than things are, empty when nothing speaks against it."""
    said = []
    share = _served(basis, result)
    if share is not None and share < 0.5:
        said.append(tr("Doubtful as an all-clear: only {share} are served.", share=percent(share)))
    services = basis.services
    rows = services.of_kind(kind)
    unsure = [
        services.names[i] or kind_title(kind)
        for i in rows
        if services.classified[i].is_broad or services.classified[i].by_name not in {"", kind}
    ]
    if unsure:
        said.append(tr("Whether these are of the kind is doubtful: {names}.", names=some_names(unsure)))
    return joined(said)


def _served(basis: Basis, result: GapResult) -> float | None:
    """Return the share that is served in the communities that are counted, None where nobody lives there."""
    inside = basis.counted
    need, placed = (
        v[inside] if len(v) == len(inside) else v for v in (result.service.need, result.service.placed)
    )
    weight = np.nan_to_num(result.people[inside]) if counts_people(result) else np.ones(int(inside.sum()))
    if not weight.sum() > 0:
        return None
    return float(weight @ placed_share(result.verdict[inside], need, placed) / weight.sum())


def _coverage(basis: Basis, result: GapResult) -> str:
    """Say the share that is served in the communities that are counted: a place may be there for few."""
    served = _served(basis, result)
    if served is None:
        return ""
    values = {
        "share": percent(served),
        "who": tr("people") if counts_people(result) else unit_words(result),
    }
    if not basis.has_communities:
        return tr("Served: {share} of the {who} of the whole project.", **values)
    if len(basis.communities) == 1:
        return tr(
            "Served in {place}: {share} of the {who}.",
            place=tr("“{name}”", name=basis.communities[0].title),
            **values,
        )
    return tr("Served in the communities together: {share} of the {who}.", **values)


def _lacking(basis: Basis, result: GapResult) -> list[IndicatorItem]:
    items = []
    for one in basis.communities:
        verdict = result.verdict[one.places]
        reached = np.isin(verdict, (Verdict.SERVED, Verdict.FULL, Verdict.NOT_FOR_THIS_PERSON))
        if not len(verdict) or reached.any():
            continue
        unknown = int(np.count_nonzero(verdict == Verdict.UNKNOWN))
        values = {"m": f"{result.limit_m:g}", "n": f"{len(verdict):,}"}
        words = (
            tr("none within {m} m of any of {n} parcels", **values)
            if result.counts_parcels
            else tr("none within {m} m of any of {n} buildings", **values)
        )
        if unknown:
            words = tr("{words}; {n} of them cannot be judged", words=words, n=f"{unknown:,}")
        items.append(IndicatorItem(one.title, words, 1.0, one.key, one.feature, is_sure=not unknown))
    return items


def _too_small(basis: Basis, kind: str) -> list[IndicatorItem]:
    least, _ = _least(basis, kind, "gfa_m2")
    if least is None:
        return []
    items = []
    for i in basis.services.of_kind(kind):
        floor = float(basis.floor_m2[i])
        if not basis.inside[i] or floor >= least:
            continue
        known = np.isfinite(floor)
        words = (
            tr(
                "{own} m² of floor, the standard's least is {least} m²",
                own=f"{floor:,.0f}",
                least=f"{least:,.0f}",
            )
            if known
            else tr("floor area not known, the standard's least is {least} m²", least=f"{least:,.0f}")
        )
        key, feature = basis.facility(int(i))
        name = basis.services.names[i] or kind_title(kind)
        items.append(IndicatorItem(name, words, 1.0, key, feature, is_sure=bool(known)))
    return items


def _least(basis: Basis, kind: str, name: str) -> tuple[float | None, StandardRow | None]:
    """Return the least size that a row which applies to existing estates states, and the row."""
    for row in basis.rows_of(kind):
        span = getattr(row, name)
        if span is not None and span[0] is not None and row.applies is not Applies.NEW and not _other(row):
            return float(span[0]), row
    return None, None


def _other(row: StandardRow) -> bool:
    """Return whether a part of a kind asks for something else than one facility (an embedded centre)."""
    return row.part not in ("", "area", "size")


# -- 3.1.4 ----------------------------------------------------------------------------------------------------
def _school_places(basis: Basis) -> Indicator:
    code, title, unit = "3.1.4", tr("Primary school places short"), tr("school places")
    kind = "primary_school"
    row = next((r for r in basis.rows_of(kind) if r.ratio is not None and r.ratio.unit is Unit.PLACES), None)
    if row is None:
        definition = tr(
            "Our count: children aged 6–11 in the communities, each needing a place (no text gives a ratio), less the places of primary schools within the standard's distance of their buildings."
        )
    else:
        definition = tr(
            "Our count: {ratio}, less the places of primary schools within the standard's distance of the communities' buildings.",
            ratio=ratio_words(row),
        )
    ground = basis.ground((Role.BUILDINGS, Role.FACILITIES), measure_words(basis.frozen), row)
    head, need = _Head(code, title, unit, definition, ground), _children(basis, row)
    missing = _no_school_data(basis, kind, need)
    if missing:
        return head.fail(missing)
    items, places, unsaid = _schools(basis, kind)
    most = max(0.0, need - places)
    least = 0.0 if unsaid else most
    remark = tr("{n} children, {places} places.", n=f"{need:,.0f}", places=f"{places:,.0f}")
    if unsaid:
        remark += tr(" Without a number of places: {names}.", names=some_names(unsaid))
    return head.number(least, most, items, remark)


def _children(basis: Basis, row: StandardRow | None) -> float:
    people = basis.frozen.places.people
    wanted = AgeBasis.AGE6_11 if row is None or row.ratio is None else row.ratio.basis
    if not isinstance(wanted, AgeBasis) or wanted not in people:
        return float("nan")
    count = float(np.nansum(people[wanted][basis.counted]))
    return count if row is None or row.ratio is None else row.ratio.wanted(count)


def _no_school_data(basis: Basis, kind: str, need: float) -> str:
    if np.isnan(need):
        return tr("Cannot be computed: the number of children aged 6–11 is missing.")
    rows = basis.services.of_kind(kind)
    if not len(rows):
        return tr("Cannot be computed: no primary school is in the data.")
    if np.isnan(basis.services.capacity[rows]).all():
        return tr("Cannot be computed: the number of places of the primary schools is missing.")
    return ""


def _schools(basis: Basis, kind: str) -> tuple[list[IndicatorItem], float, list[str]]:
    items, places, unsaid = [], 0.0, []
    for i in _near(basis, kind):
        key, feature = basis.facility(int(i))
        name, own = basis.services.names[i] or kind_title(kind), float(basis.services.capacity[i])
        if np.isnan(own):
            unsaid.append(name)
        else:
            places += own
        words = tr("places not stated") if np.isnan(own) else tr("{n} places", n=f"{own:,.0f}")
        amount = 0.0 if np.isnan(own) else own
        items.append(IndicatorItem(name, words, amount, key, feature, is_sure=not np.isnan(own)))
    return items, places, unsaid


def _near(basis: Basis, kind: str) -> np.ndarray:
    """Return the facilities of a kind within the standard's distance of a counted building."""
    frozen, rows = basis.frozen, basis.services.of_kind(kind)
    row = basis.standard.row(kind)
    limit = row.radius_m if row is not None and row.radius_m is not None else np.inf
    points = shapely.point_on_surface(basis.services.geometry[rows])
    if frozen.metres is not None and frozen.request.measure is Measure.NETWORK and np.isfinite(limit):
        pairs = frozen.metres.within(frozen.facility_doors.spots(points, rows), limit)
        near = np.unique(pairs.facility[basis.counted[pairs.place]])
        return np.asarray(rows[near])
    homes = shapely.union_all(frozen.anchors[basis.counted])
    return np.asarray(rows[shapely.distance(points, homes) <= limit])


# -- 3.1.5 and 3.1.6 ------------------------------------------------------------------------------------------
def _parking(basis: Basis) -> Indicator:
    code, title, unit = "3.1.5", tr("Parking spaces short"), tr("spaces")
    row = next((r for r in basis.rows_of("car_park") if r.ratio is not None), None)
    ground = basis.ground((Role.BUILDINGS, Role.FACILITIES), tr("counted"), row)
    definition = tr(
        "Our count: spaces that the ratio asks for, less the spaces of car parks in the communities."
    )
    head = _Head(code, title, unit, definition, ground)
    if row is None or row.ratio is None:
        return head.fail(tr("Cannot be computed: the standard gives no ratio of parking spaces."))
    people = basis.frozen.places.people
    if row.ratio.basis not in people:
        return head.fail(tr("Cannot be computed: the number of dwellings is missing."))
    homes = float(np.nansum(people[AgeBasis(row.ratio.basis)][basis.counted]))
    items, have, missing = _supply(basis, "car_park", tr("Cannot be computed: parking spaces are missing."))
    if missing:
        return head.fail(missing)
    return _short(head, row, row.ratio.wanted(homes), have, items)


def _charging(basis: Basis) -> Indicator:
    code, title, unit = "3.1.6", tr("Charging points for cars short"), tr("charging points")
    row = next((r for r in basis.rows_of("charging_point") if r.ratio is not None), None)
    ground = basis.ground((Role.FACILITIES,), tr("counted"), row)
    definition = tr("Our count: charging points that the ratio asks for, less those in the communities.")
    head = _Head(code, title, unit, definition, ground)
    if row is None or row.ratio is None:
        return head.fail(tr("Cannot be computed: the standard gives no ratio of charging points."))
    if row.ratio.basis is not SupplyBasis.PARKING:
        return head.fail(tr("Cannot be computed: the ratio is not per parking space."))
    if row.applies is Applies.NEW and row.level is not Level.PROJECT:
        return head.fail(
            tr(
                "Cannot be computed: the text asks that spaces of new estates be ready for charging, not for a number of points; set your city's ratio in Standards."
            )
        )
    _, spaces, missing = _supply(basis, "car_park", tr("Cannot be computed: parking spaces are missing."))
    if missing:
        return head.fail(missing)
    items, have, missing = _supply(
        basis, "charging_point", tr("Cannot be computed: charging points are missing.")
    )
    if missing:
        return head.fail(missing)
    return _short(head, row, row.ratio.wanted(spaces), have, items)


def _supply(basis: Basis, kind: str, otherwise: str) -> tuple[list[IndicatorItem], float, str]:
    """Return the facilities of a kind inside the communities, their places, and what is missing to count them."""
    rows = [i for i in basis.services.of_kind(kind) if basis.inside[i]]
    capacity = basis.services.capacity
    if not rows or any(np.isnan(capacity[i]) for i in rows):
        return [], 0.0, otherwise
    items = []
    for i in rows:
        key, feature = basis.facility(int(i))
        name = basis.services.names[i] or kind_title(kind)
        words = tr("{n} in number", n=f"{capacity[i]:,.0f}")
        items.append(IndicatorItem(name, words, float(capacity[i]), key, feature))
    return items, float(sum(i.amount for i in items)), ""


def _short(
    head: _Head, row: StandardRow, wanted: float, have: float, items: list[IndicatorItem]
) -> Indicator:
    gap = max(0.0, wanted - have)
    remark = tr(
        "{wanted} asked for ({ratio}), {have} there.",
        wanted=f"{wanted:,.0f}",
        ratio=ratio_words(row),
        have=f"{have:,.0f}",
    )
    if row.applies is Applies.NEW:
        remark += tr(" The ratio is written for new estates.")
    return head.number(gap, gap, items, remark)


# -- 3.2.7 and 3.2.9 ------------------------------------------------------------------------------------------
def _grounds(basis: Basis) -> Indicator:
    code, title, unit = "3.2.7", tr("Public activity grounds not to the standard"), tr("grounds")
    definition = tr(
        "Our count: activity grounds in the communities with less site area than the standard's least for their kind."
    )
    row = next((r for k in GROUNDS if (r := _least(basis, k, "site_m2")[1]) is not None), None)
    ground = basis.ground((Role.FACILITIES,), tr("site area from its column, else the outline"), row)
    head = _Head(code, title, unit, definition, ground)
    rows = [(k, int(i)) for k in GROUNDS for i in basis.services.of_kind(k) if basis.inside[i]]
    if not rows:
        return head.fail(
            tr(
                "Cannot be computed: no activity ground is in the data; none may be there, or none was mapped."
            )
        )
    items = [item for kind, i in rows if (item := _ground(basis, kind, i)) is not None]
    return head.counted(items)


def _ground(basis: Basis, kind: str, row: int) -> IndicatorItem | None:
    least, _ = _least(basis, kind, "site_m2")
    own = float(basis.site_m2[row])
    if least is None or own >= least:
        return None
    key, feature = basis.facility(row)
    name = basis.services.names[row] or kind_title(kind)
    if np.isnan(own):
        words = tr("site area not known, the standard's least is {least} m²", least=f"{least:,.0f}")
        return IndicatorItem(name, words, 1.0, key, feature, is_sure=False)
    words = tr(
        "{own} m² of site, the standard's least is {least} m²", own=f"{own:,.0f}", least=f"{least:,.0f}"
    )
    return IndicatorItem(name, words, 1.0, key, feature)


def _waste(basis: Basis) -> Indicator:
    code, title, unit = "3.2.9", tr("Communities that do not sort household waste"), tr("communities")
    definition = tr("Our count: communities whose study area says no in the column for sorted waste.")
    ground = basis.ground((Role.STUDY_AREA,), tr("counted"))
    if all(c.sorts_waste is None for c in basis.communities):
        return _Head(code, title, unit, definition, ground).fail(
            tr(
                "Cannot be computed: whether household waste is sorted is missing; add a column “垃圾分类” (yes or no) to the study areas."
            )
        )
    items = tuple(i for c in basis.communities if (i := _unsorted(c)) is not None)
    return _Head(code, title, unit, definition, ground).counted(items)


def _unsorted(one: Community) -> IndicatorItem | None:
    if one.sorts_waste:
        return None
    is_sure = one.sorts_waste is not None
    words = tr("waste is not sorted") if is_sure else tr("not known whether waste is sorted")
    return IndicatorItem(one.title, words, 1.0, one.key, one.feature, is_sure=is_sure)
