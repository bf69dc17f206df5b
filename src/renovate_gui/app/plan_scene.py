"""Maps as they are printed: public facilities only, legend words of roles instead of layer names, no idle labels."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.kinds import classify
from renovate_gui.app.gap_inputs import texts
from renovate_gui.app.plan_content import PlanContent
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import Role
from renovate_gui.domain.scene import Scene, SceneHeat, SceneLayer
from renovate_gui.io.package.screening import blacked

if TYPE_CHECKING:
    from renovate_gui.app.scenes import SceneRequest, Scenes

# services that no standard names, yet everybody may see on a map; what else a table may list stays off
_ALSO_PUBLIC = frozenset(
    {"convenience", "fresh_food", "elevator", "lift", "parking", "bank", "post", "playground", "library", "police",
     "fire_station", "charging", "电梯", "停车场", "停车", "银行", "邮局", "派出所", "消防站", "充电站", "图书馆"}
)  # fmt: skip


def printed_scene(content: PlanContent, scenes: Scenes, request: SceneRequest) -> Scene:
    """Return a scene for paper and page."""
    infos = {f"layer:{info.id}": info for info in content.layers}
    scene = scenes.build(request)
    items: list[SceneLayer | SceneHeat] = []
    for item in scene.items:
        if isinstance(item, SceneLayer) and item.key in infos:
            items.append(_printed(content, infos[item.key], item))
        elif isinstance(item, SceneLayer) and item.key == "proposals":
            items += _handed_out(content, item)
        elif isinstance(item, SceneLayer) and item.key.startswith("layer:"):
            continue  # kept out of a public notice
        else:
            items.append(item)
    if content.privacy.texts_masked:
        items = [_blacked(i) if isinstance(i, SceneLayer) else i for i in items]
    return replace(scene, items=tuple(items))


def _blacked(layer: SceneLayer) -> SceneLayer:
    """Return a layer whose labels tell no more than the texts beside the map."""
    if layer.labels is None:
        return layer
    return replace(layer, labels=tuple(w and blacked(w) for w in layer.labels))


def _handed_out(content: PlanContent, layer: SceneLayer) -> list[SceneLayer]:
    """Return the proposals' layer without those that stay out of the package; nothing when none is left."""
    stays = np.isin(layer.ids, [p.number for p in content.proposals])
    if stays.all():
        return [layer]
    if not stays.any():
        return []
    labels = layer.labels
    if labels is not None:
        labels = tuple(words if kept else None for words, kept in zip(labels, stays, strict=True))
    numbers = np.where(stays, layer.class_of, np.int16(-1)).astype(np.int16)
    count = len(np.unique(layer.ids[stays]))
    legend = tuple(
        replace(entry, count=count) if number == 0 else entry for number, entry in enumerate(layer.legend)
    )
    return [replace(layer, class_of=numbers, labels=labels, legend=legend)]


def _printed(content: PlanContent, info: LayerInfo, layer: SceneLayer) -> SceneLayer:
    words = layer.title if info.role is Role.OTHER else term(info.role)
    legend = tuple(replace(e, label=words) if e.label == info.name else e for e in layer.legend)
    if info.role is Role.FACILITIES:
        known = _class_words()
        legend = tuple(replace(e, label=known.get(e.label.lower(), e.label)) for e in legend)
    layer = replace(layer, title=words, legend=legend)
    if info.role is Role.STUDY_AREA:
        return replace(layer, labels=None)  # its name stands under the sheet's title
    table = content.tables.get(info.id)
    if info.role is not Role.FACILITIES or table is None or len(table) != len(layer.class_of):
        return layer
    return _only(layer, public_facilities(info, table))


def _class_words() -> dict[str, str]:
    """Return words for the broad classes of map data, which no standard names."""
    return {
        "open_space": tr("Open space"),
        "transit": tr("Bus or rail stop"),
        "school": tr("School"),
        "clinic": tr("Clinic"),
        "fresh_food": tr("Fresh food"),
        "convenience": tr("Convenience shop"),
        "toilets": tr("Public toilet"),
        "culture": tr("Culture"),
        "eldercare": tr("Care for the elderly"),
        "elevator": tr("Lift"),
    }


def public_facilities(info: LayerInfo, table: LayerTable) -> NDArray[np.bool_]:
    """Return per row whether it is a public service; vacant rooms or grid workers' posts, say, are none.

    A row counts by its kind; only where that is empty does its name tell.
    """
    kinds, names = (_texts(info, table, field) for field in ("kind", "name"))
    by_kind = classify(kinds, [""] * len(table))
    by_name = classify([""] * len(table), names)
    rows = zip(kinds, by_kind, by_name, strict=True)
    return np.array(
        [bool(k.codes) or value.lower() in _ALSO_PUBLIC if value else bool(n.codes) for value, k, n in rows],
        dtype=bool,
    )


def _texts(info: LayerInfo, table: LayerTable, field: str) -> list[str]:
    return [t.strip() for t in texts(table.columns.get(info.field_map.get(field, "")), len(table))]


def _only(layer: SceneLayer, public: NDArray[np.bool_]) -> SceneLayer:
    if public.all():
        return layer
    numbers = np.where(public, layer.class_of, np.int16(-1)).astype(np.int16)
    kept = {layer.symbols[i] for i in np.unique(numbers[numbers >= 0])}
    return replace(layer, class_of=numbers, legend=tuple(e for e in layer.legend if e.symbol in kept))
