"""What a density surface is made of, frozen from the open project: answers, people, or places that a service offers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.analysis.kinds import kind_of
from renovate_gui.app.gap_inputs import counted_layer, freeze_services, headcounts, texts
from renovate_gui.app.terms import term
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.layer import LayerInfo, ObjectArray
from renovate_gui.domain.roles import Role

if TYPE_CHECKING:
    from renovate_gui.app.layers import Layers
    from renovate_gui.app.people_estimate import Estimate

ANSWERS = "answers"
"""The subject that maps the demand layers; age bases and supplies are the others."""

SUPPLY = "supply:"
"""A subject that begins so is the places that facilities of a kind offer."""

_HOUR = re.compile(r"(\d{1,2})\s*[:：时點点hH]\s*(\d{2})?")


@dataclass(frozen=True, slots=True)
class Frozen:
    """Points to map, taken on the calling thread."""

    geometry: ObjectArray
    weight: NDArray[np.float64]
    unit: str  # of the density
    word: str  # what is counted, for a ratio's unit
    area: BaseGeometry | None
    notes: tuple[str, ...]
    is_of_people: bool = True  # few of them must be told apart; facilities are no secret


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which answers count; empty tuples and None mean all."""

    categories: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    hours: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one demand layer, parallel arrays; hours of the day are NaN where nothing is said."""

    geometry: ObjectArray
    category: tuple[str, ...]
    segment: tuple[str, ...]
    hour: NDArray[np.float64]
    weight: NDArray[np.float64]
    bad_weights: int

    def chosen(self, choice: Chosen) -> NDArray[np.bool_]:
        """Return which answers count."""
        keep = _among(self.category, choice.categories) & _among(self.segment, choice.segments)
        if choice.hours is not None:
            start, end = choice.hours
            inside = (self.hour >= start) & (self.hour < end)
            late = (self.hour >= start) | (self.hour < end)  # from 22 to 6
            keep &= inside if start <= end else late
        return keep


def demand_layers(layers: Layers) -> tuple[LayerInfo, ...]:
    """Return the layers of answers that hold any."""
    return tuple(info for info in layers.of_role(Role.DEMAND) if info.feature_count > 0)


def answers_of(layers: Layers, info: LayerInfo) -> Answers:
    """Return one layer's answers; a weight that is no number or below zero counts as 1."""
    table = layers.table(info.id)
    count = len(table)
    category, segment = (texts(layers.field(info.id, name), count) for name in ("category", "segment"))
    column = layers.field(info.id, "weight")
    weight = np.ones(count) if column is None else headcounts(column)
    bad = np.isnan(weight)
    hour = hours_of(layers.field(info.id, "time"), count)
    return Answers(table.geometry, category, segment, hour, np.where(bad, 1.0, weight), int(bad.sum()))


def hours_of(values: NDArray[Any] | None, count: int) -> NDArray[np.float64]:
    """Return the hour of day (0 up to 24) that texts such as ``2026-03-01 07:30``, ``7点`` or ``18`` tell; NaN none."""
    found = np.full(count, np.nan)
    for i, text in enumerate(texts(values, count)):
        match = _HOUR.search(text)
        if match:
            hour = int(match.group(1)) + int(match.group(2) or 0) / 60
        elif text.isdigit() and len(text) <= 2:
            hour = float(text)
        else:
            continue
        if 0 <= hour < 24:
            found[i] = hour
    return found


def freeze_answers(layers: Layers, choice: Chosen) -> Frozen:
    """Return the chosen answers of all demand layers; raise RequestError when there are none."""
    geometry: list[Any] = []
    weights: list[NDArray[np.float64]] = [np.zeros(0)]
    bad = untold = 0
    for info in demand_layers(layers):
        own = answers_of(layers, info)
        keep = own.chosen(choice)
        geometry.extend(own.geometry[keep])
        weights.append(own.weight[keep])
        bad += own.bad_weights
        untold += int(np.isnan(own.hour).sum()) if choice.hours is not None else 0
    if not geometry:
        if not demand_layers(layers):
            raise RequestError(tr("There is no demand layer; import residents' answers and set its role."))
        raise RequestError(tr("There are no answers in these categories."))
    weight = np.concatenate(weights)
    is_weighted = bool((weight != 1.0).any())
    notes = [tr("Answers without a usable weight, which count as 1: {n}.", n=f"{bad:,}")] if bad else []
    if untold:
        notes.append(
            tr("Left out because they do not say at what time of day: {n} answers.", n=f"{untold:,}")
        )
    unit = tr("weighted answers per hectare") if is_weighted else tr("answers per hectare")
    word = tr("weighted answers") if is_weighted else tr("answers")
    return Frozen(objects(geometry), weight, unit, word, study_area(layers), tuple(notes))


def freeze_people(layers: Layers, basis: AgeBasis, estimated: Estimate | None = None) -> Frozen:
    """Return the people of a group where they live, counted or else estimated from totals.

    Raise RequestError when neither a layer nor the estimate tells of them.
    """
    info = counted_by(layers, basis)
    if info is None and is_estimated(estimated, basis):
        assert estimated is not None
        return _freeze_estimate(layers, basis, estimated)
    if info is None:
        raise RequestError(
            tr("No layer has a headcount for “{basis}”; map its column first.", basis=term(basis))
        )
    weight = headcounts(layers.field(info.id, basis.value))
    notes = [tr("People of layer “{layer}”, placed at the middle of each feature.", layer=info.name)]
    missing = int(np.isnan(weight).sum())
    if missing:
        notes.append(tr("Left out for want of a headcount: {n} of the features.", n=f"{missing:,}"))
    unit, word = _people_words(basis)
    return Frozen(
        layers.table(info.id).geometry, np.nan_to_num(weight), unit, word, study_area(layers), tuple(notes)
    )


def is_estimated(estimated: Estimate | None, basis: AgeBasis) -> bool:
    """Return whether an estimate tells of anybody of an age group."""
    return estimated is not None and bool(np.nansum(estimated.people.get(basis, np.zeros(0))) > 0)


def _freeze_estimate(layers: Layers, basis: AgeBasis, estimated: Estimate) -> Frozen:
    info, _ = counted_layer(layers)
    unit, word = _people_words(basis)
    notes = (
        tr("People of layer “{layer}”, placed at the middle of each feature.", layer=info.name),
        *estimated.notes(),
    )
    return Frozen(
        layers.table(info.id).geometry,
        np.nan_to_num(estimated.people[basis]),
        tr("{unit}, estimated", unit=unit),
        tr("{group}, estimated", group=word),
        study_area(layers),
        notes,
    )


def freeze_supply(layers: Layers, kind: str) -> Frozen:
    """Return the places that facilities of a kind offer; raise RequestError when none says how many."""
    services = freeze_services(layers)
    rows = services.of_kind(kind)
    known = kind_of(kind)
    name = kind if known is None else (known.zh if current_language() == "zh_CN" else known.en)
    if len(rows) == 0:
        raise RequestError(tr("The data has no facility of this kind: {kind}.", kind=name))
    places = _capacities(layers, services.keys)[rows]
    good = np.isfinite(places)
    if not good.any():
        raise RequestError(
            tr(
                "No facility of this kind says how many places it has: {kind}; map the column of places.",
                kind=name,
            )
        )
    notes = []
    if not good.all():
        notes.append(
            tr(
                "Left out for want of a number of places: {n} of {total} facilities.",
                n=int((~good).sum()),
                total=len(rows),
            )
        )
    return Frozen(
        services.geometry[rows][good],
        places[good],
        tr("places per hectare"),
        tr("places"),
        study_area(layers),
        tuple(notes),
        is_of_people=False,
    )


def _capacities(layers: Layers, keys: Sequence[str]) -> NDArray[np.float64]:
    """Return the number of places of each facility key ``layer:<id>:<feature>``, NaN unknown."""
    found: dict[str, float] = {}
    for info in layers.of_role(Role.FACILITIES):
        column = layers.field(info.id, "capacity")
        if column is not None:
            numbers = headcounts(column)
            ids = layers.table(info.id).ids
            found.update({f"layer:{info.id}:{i}": n for i, n in zip(ids, numbers.tolist(), strict=True)})
    return np.array([found.get(key, np.nan) for key in keys])


def counted_by(layers: Layers, basis: AgeBasis) -> LayerInfo | None:
    """Return the largest layer of buildings, else parcels, that has people of the basis."""
    for role in (Role.BUILDINGS, Role.PARCELS):
        found = [i for i in layers.of_role(role) if layers.field(i.id, basis.value) is not None]
        for info in sorted(found, key=lambda i: -i.feature_count):
            if np.nansum(headcounts(layers.field(info.id, basis.value))) > 0:
                return info
    return None


def study_area(layers: Layers) -> BaseGeometry | None:
    """Return the union of all study-area polygons, or None."""
    shapes = [
        g
        for info in layers.of_role(Role.STUDY_AREA)
        for g in layers.table(info.id).geometry
        if g is not None and g.area > 0
    ]
    return shapely.make_valid(shapely.union_all(shapes)) if shapes else None


def objects(items: Sequence[Any]) -> ObjectArray:
    """Return geometries as an array."""
    array = np.empty(len(items), dtype=object)
    array[:] = list(items)
    return array


def _among(values: tuple[str, ...], wanted: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.array([not wanted or v in wanted for v in values], dtype=bool)


def _people_words(basis: AgeBasis) -> tuple[str, str]:
    if basis is AgeBasis.HOUSEHOLDS:
        return tr("households per hectare"), tr("households")
    if basis is AgeBasis.DWELLINGS:
        return tr("dwellings per hectare"), tr("dwellings")
    if basis is AgeBasis.RESIDENTS:
        return tr("people per hectare"), tr("people")
    return tr("people per hectare"), tr("people ({group})", group=term(basis))
