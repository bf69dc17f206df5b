"""3.2.8: the length of walkways that are not fit for wheels, way by way."""

from __future__ import annotations

import numpy as np

from renovate_gui.analysis.stepfree import unfit_lengths
from renovate_gui.analysis.walkers import walker
from renovate_gui.app.gap_inputs import texts
from renovate_gui.app.gap_words import joined
from renovate_gui.app.report_ground import Basis
from renovate_gui.assets import tr
from renovate_gui.domain.report import Indicator, IndicatorItem
from renovate_gui.domain.roles import Role

_LEAST_M = 0.05
"""Shorter remains of a way are rounding of heights, and no item."""


def walkways(basis: Basis) -> Indicator:
    """Return the length of unfit walkways with the ways behind it."""
    wheels = walker("wheelchair")
    grade = wheels.max_grade if wheels is not None and wheels.max_grade is not None else 1 / 12
    code, title, unit = "3.2.8", tr("Walkways not fit for all"), "m"
    definition = tr(
        "Our count, in the whole walking network: stairs whose ends no step-free way joins, however long, and stretches steeper than {grade} %. Width, surface and obstacles are not in the data.",
        grade=f"{100 * grade:.1f}",
    )
    ground = basis.ground((Role.WALK_NETWORK, Role.HEIGHTS), tr("plan length along the ways"))
    facts = basis.frozen.facts
    if facts is None:
        missing = tr("Cannot be computed: a walking network is missing.")
        return Indicator(code, title, unit, None, None, (), definition, ground, missing)
    found = unfit_lengths(facts, grade)
    items = _items(basis, found.stairs_m, found.steep_m)
    total = float(sum(i.amount for i in items))
    whole = float(facts.network.length_m[facts.network.source >= 0].sum())
    remark = tr(
        "Of all {n} m of the walking network, in the communities and outside them.", n=f"{whole:,.0f}"
    )
    high: float | None = total
    if not found.has_heights:
        high = None
        unknown = tr("No heights in the data: slopes are not known, so this is the least.")
        remark = joined([remark, unknown])
    return Indicator(code, title, unit, total, high, items, definition, ground, remark=remark)


def _items(basis: Basis, stairs_m: np.ndarray, steep_m: np.ndarray) -> tuple[IndicatorItem, ...]:
    """Return the ways of the source with unfit lengths, the longest first."""
    facts, places = basis.frozen.facts, _sources(basis)
    assert facts is not None
    source = facts.network.source
    known = (source >= 0) & (source < len(places))
    stairs = np.bincount(source[known], weights=stairs_m[known], minlength=len(places))
    steep = np.bincount(source[known], weights=steep_m[known], minlength=len(places))
    made = []
    for row in np.flatnonzero(stairs + steep > _LEAST_M):
        title, key, feature = places[row]
        words = _words(float(stairs[row]), float(steep[row]))
        made.append(IndicatorItem(title, words, float(stairs[row] + steep[row]), key, feature))
    return tuple(sorted(made, key=lambda i: (-i.amount, i.key, i.feature)))


def _words(stairs: float, steep: float) -> str:
    parts = []
    if stairs > 0:
        parts.append(tr("{n} m of stairs without a step-free way round", n=f"{stairs:,.0f}"))
    if steep > 0:
        parts.append(tr("{n} m too steep", n=f"{steep:,.0f}"))
    return tr(", ").join(parts)


def _sources(basis: Basis) -> list[tuple[str, str, int]]:
    """Return title, selection key and feature of every row that the network was made from."""
    layers = basis.frozen.asked.layers
    found = []
    for info in layers.of_role(Role.WALK_NETWORK):
        if info.feature_count == 0:
            continue
        table = layers.table(info.id)
        names = texts(layers.field(info.id, "name"), len(table))
        codes = texts(layers.field(info.id, "code"), len(table))
        found += [
            (names[i] or f"{info.name} {codes[i] or i + 1}", f"layer:{info.id}", int(feature))
            for i, feature in enumerate(table.ids)
        ]
    return found
