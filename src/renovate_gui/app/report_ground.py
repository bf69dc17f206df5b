"""What a report is made from: one frozen run, its communities, sizes of facilities, and where everything comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.app import standards
from renovate_gui.app.gap_frozen import Frozen
from renovate_gui.app.gap_inputs import (
    Services,
    community_rows,
    has_network,
    headcounts,
    site_areas,
    texts,
)
from renovate_gui.app.standard_words import checked_words, clause_words
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.layer import LayerInfo, ObjectArray
from renovate_gui.domain.report import Ground
from renovate_gui.domain.roles import Role
from renovate_gui.domain.standard import StandardProfile, StandardRow, Wording
from renovate_gui.domain.verdict import GapResult, Measure
from renovate_gui.geo.snapping import anchor_points

if TYPE_CHECKING:
    from renovate_gui.app.gap_inputs import AnyLayers

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
OTHERWISE = "cn-complete-community-2020"
"""Where a kind of the check-up is looked up that the chosen Chinese standard does not name (parking)."""
_YES = frozenset({"yes", "y", "true", "1", "是", "有", "已", "已实施", "实施", "√"})
_NO = frozenset({"no", "n", "false", "0", "否", "无", "未", "未实施", "没有", "×"})


@dataclass(frozen=True, slots=True)
class Community:
    """One community: its study-area feature, else the whole project.

    Attributes
    ----------
    places, services
        Counted buildings and facilities inside, shapes ``(n,)`` and ``(f,)``.
    sorts_waste
        Whether household waste is sorted; None unknown.
    """

    title: str
    key: str
    feature: int
    places: BoolArray
    services: BoolArray
    sorts_waste: bool | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """Everything indicators read.

    Attributes
    ----------
    floor_m2, site_m2
        Floor and site area of each facility, NaN unknown, shape ``(f,)``.
    """

    frozen: Frozen
    results: tuple[GapResult, ...]
    standard: StandardProfile
    communities: tuple[Community, ...]
    floor_m2: FloatArray
    site_m2: FloatArray

    @property
    def services(self) -> Services:
        """Return the facilities."""
        return self.frozen.services

    def result(self, kind: str) -> GapResult | None:
        """Return a kind's result."""
        return next((r for r in self.results if r.kind == kind), None)

    def rows_of(self, kind: str) -> list[StandardRow]:
        """Return the standard's rows of a kind; where it has none and is Chinese, those of the complete community."""
        own = [r for r in self.standard.rows if r.kind == kind]
        if own or not self.standard.id.startswith("cn-"):
            return own
        return [r for r in standards.profile(OTHERWISE).rows if r.kind == kind]

    @property
    def has_communities(self) -> bool:
        """Return whether study areas say what the communities are; else the whole project counts as one."""
        return bool(self.communities[0].key)

    @property
    def inside(self) -> BoolArray:
        """Return which facilities lie in any community, shape ``(f,)``."""
        return np.asarray(np.any([c.services for c in self.communities], axis=0))

    @property
    def counted(self) -> BoolArray:
        """Return which buildings lie in any community, shape ``(n,)``."""
        return np.asarray(np.any([c.places for c in self.communities], axis=0))

    def facility(self, row: int) -> tuple[str, int]:
        """Return selection key and feature of a facility; a proposal has no feature id."""
        kind, _, rest = self.services.keys[row].partition(":")
        if kind != "layer":
            return "", -1
        layer, _, feature = rest.partition(":")
        return f"layer:{layer}", int(feature)

    def ground(self, roles: tuple[Role, ...], measure: str, row: StandardRow | None = None) -> Ground:
        """Return what a number of some layers and a standard's row rests on."""
        return ground_of(self.frozen.asked.layers, roles, measure, row)


def basis_of_report(frozen: Frozen, results: tuple[GapResult, ...], standard: StandardProfile) -> Basis:
    """Return what indicators read of a run."""
    layers, services = frozen.asked.layers, frozen.services
    floor = [_column(layers, info, "floor_area_m2") for info in layers.of_role(Role.FACILITIES)]
    site = [site_areas(layers, info) for info in layers.of_role(Role.FACILITIES)]
    more = np.full(len(services.keys) - sum(map(len, floor)), np.nan)  # proposals state no area
    return Basis(
        frozen,
        results,
        standard,
        communities(frozen),
        np.concatenate([*floor, more]),
        np.concatenate([*site, more]),
    )


def _column(layers: AnyLayers, info: LayerInfo, name: str) -> FloatArray:
    values = layers.field(info.id, name)
    if values is None:
        return np.full(len(layers.table(info.id)), np.nan)
    numbers = headcounts(values)
    return np.where(numbers > 0, numbers, np.nan)


def communities(frozen: Frozen) -> tuple[Community, ...]:
    """Return the communities of the study areas; without any, the whole project is one."""
    layers = frozen.asked.layers
    points = anchor_points(frozen.services.geometry)
    made = [
        community
        for info in layers.of_role(Role.STUDY_AREA)
        for community in _communities_of(frozen, info, points)
    ]
    if made:
        return tuple(made)
    everywhere = np.ones(len(frozen.places.ids), dtype=bool)
    sorts = _only_answer(layers)
    return (Community(tr("the whole project"), "", -1, everywhere, np.ones(len(points), dtype=bool), sorts),)


def _communities_of(frozen: Frozen, info: LayerInfo, points: ObjectArray) -> list[Community]:
    layers = frozen.asked.layers
    table, rows = layers.table(info.id), community_rows(layers, info)
    names = texts(layers.field(info.id, "name"), len(table))
    answers = texts(layers.field(info.id, "waste_sorting"), len(table))
    made = []
    for row in rows:
        shape = table.geometry[row]
        shapely.prepare(shape)
        made.append(
            Community(
                names[row] or f"{info.name} {table.ids[row]}",
                f"layer:{info.id}",
                int(table.ids[row]),
                np.asarray(shapely.intersects(shape, frozen.anchors)),
                np.asarray(shapely.intersects(shape, points)),
                answer(answers[row]),
            )
        )
    return made


def _only_answer(layers: AnyLayers) -> bool | None:
    """Return what the one study area says of sorting waste where no feature is called a community."""
    said = [
        answer(value)
        for info in layers.of_role(Role.STUDY_AREA)
        for value in texts(layers.field(info.id, "waste_sorting"), len(layers.table(info.id)))
    ]
    return said[0] if len(said) == 1 else None


def answer(text: str) -> bool | None:
    """Return yes or no as people write it, None for anything else."""
    word = text.strip().lower()
    return True if word in _YES else False if word in _NO else None


def ground_of(
    layers: AnyLayers, roles: tuple[Role, ...], measure: str, row: StandardRow | None = None
) -> Ground:
    """Return layers with their days of import, the measure, and the clause with who checked it."""
    named = [_layer_words(i) for r in roles for i in layers.of_role(r) if i.feature_count > 0]
    sources = tr(", ").join(dict.fromkeys(named))
    if row is None:
        return Ground(sources, measure)
    words = tr("{clause} ({word})", clause=clause_words(row), word=term(row.obligation))
    if row.wording is Wording.OURS and row.radius_m is not None:
        words = tr("{ground}; no distance in the text", ground=words)
    return Ground(sources, measure, words, row.is_checked, checked_words(row))


def _layer_words(info: LayerInfo) -> str:
    day = info.passport.imported_at[:10] if info.passport is not None else ""
    return tr("“{layer}” of {day}", layer=info.name, day=day) if day else tr("“{name}”", name=info.name)


def measure_words(frozen: Frozen) -> str:
    """Return how distances were measured."""
    if frozen.request.measure is Measure.CIRCLE:
        if not has_network(frozen.asked.layers):
            return tr("in a straight line, there being no walking network")
        return tr("in a straight line")
    return tr("along the walking network")
