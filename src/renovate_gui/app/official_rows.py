"""What a receiving system can be told: our layers and fields, named one by one; nothing of residents is among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from renovate_gui.analysis.kinds import classify
from renovate_gui.app import plan_facts as plan
from renovate_gui.app.measures import Effect, effect_of, measure_type
from renovate_gui.app.plan_content import PlanContent
from renovate_gui.assets import tr
from renovate_gui.domain.layer import LayerInfo, LayerTable, ObjectArray
from renovate_gui.domain.proposal import Proposal, ProposalStatus
from renovate_gui.domain.roles import Role
from renovate_gui.io.package.officials.fitting import Ref
from renovate_gui.io.package.tables import Value
from renovate_gui.io.package.texts import say

FIELDS: Mapping[str, str] = {
    "facilities.id": "text", "facilities.name": "text", "facilities.kind": "text", "facilities.kind_name": "text",
    "facilities.floor_area_m2": "real", "facilities.site_area_m2": "real", "facilities.capacity": "real",
    "facilities.radius_m": "real", "facilities.people": "integer", "facilities.state": "text",
    "facilities.plan": "text", "facilities.remark": "text",
    "proposals.id": "text", "proposals.number": "integer", "proposals.title": "text", "proposals.kind": "text",
    "proposals.kind_name": "text", "proposals.category": "text", "proposals.category_name": "text",
    "proposals.tier": "text", "proposals.tier_name": "text", "proposals.description": "text",
    "proposals.operator": "text", "proposals.rule": "text", "proposals.fee": "text", "proposals.upkeep": "text",
    "proposals.cost": "real", "proposals.funded": "real", "proposals.capacity": "real",
    "proposals.priority": "text", "proposals.priority_name": "text", "proposals.status": "text",
    "proposals.status_name": "text", "proposals.area_m2": "real", "proposals.length_m": "real",
    "proposals.plan": "text",
    "parcels.id": "text", "parcels.code": "text", "parcels.name": "text", "parcels.use": "text",
    "parcels.use_code": "text", "parcels.area_m2": "real",
    "study_area.id": "text", "study_area.name": "text", "study_area.area_m2": "real",
}  # fmt: skip
"""``layer.field`` → ``text``, ``integer`` or ``real``."""

_LAND_USE_DIGITS = 2  # a land-use code has two digits at least: 07, 0701


@dataclass(frozen=True, slots=True)
class OurLayer:
    """One layer of ours, as rows of ``layer.field`` values; shapes in the project's metric CRS."""

    name: str
    geometry: ObjectArray
    ids: tuple[str, ...]
    rows: tuple[Mapping[str, Value], ...]
    names: tuple[str, ...]
    refs: tuple[Ref, ...]


@dataclass(slots=True)
class _Rows:
    shapes: list[Any]
    ids: list[str]
    rows: list[Mapping[str, Value]]
    names: list[str]
    refs: list[Ref]

    def add(self, shape: Any, identity: str, row: Mapping[str, Value], name: str, ref: Ref) -> None:
        self.shapes.append(shape)
        self.ids.append(identity)
        self.rows.append(row)
        self.names.append(name)
        self.refs.append(ref)


def our_layer(content: PlanContent, name: str, language: str) -> OurLayer:
    """Return one of our layers (the part of a source before the dot), words in the receiver's language."""
    made = _Rows([], [], [], [], [])
    _MAKERS[name](content, made, language)
    shapes = np.empty(len(made.shapes), dtype=object)
    shapes[:] = made.shapes
    prefixed = tuple({f"{name}.{key}": value for key, value in row.items()} for row in made.rows)
    return OurLayer(name, shapes, tuple(made.ids), prefixed, tuple(made.names), tuple(made.refs))


def _facilities(content: PlanContent, made: _Rows, language: str) -> None:
    for info in content.of_role(Role.FACILITIES):
        _surveyed(content, info, content.tables[info.id], made, language)
    for p in content.proposals:
        if effect_of(p.kind) is Effect.FACILITY and _is_drawn(p.geometry):
            row = _planned(content, p, language)
            made.add(p.geometry, str(p.uuid), row, _called(p), ("proposals", p.uuid))


def _surveyed(content: PlanContent, info: LayerInfo, table: LayerTable, made: _Rows, language: str) -> None:
    names = _column(info, table, "name")
    stated = _column(info, table, "kind")
    kinds = classify(stated, names)
    numbers = {k: _column(info, table, k) for k in ("capacity", "floor_area_m2", "site_area_m2")}
    codes = _column(info, table, "code")
    for row, (identity, shape) in enumerate(zip(table.ids, table.geometry, strict=True)):
        if not _is_drawn(shape):
            continue
        found = kinds[row]
        kind = found.by_name or min(found.codes, default="")
        called = _text(names[row]) or _text(codes[row]) or str(identity)
        values: dict[str, Value] = {
            "id": f"{info.uuid}/{int(identity)}",
            "name": _text(names[row]),
            "kind": kind or None,
            "kind_name": _kind_name(kind, language) if kind else _text(stated[row]),  # else as surveyed
            "radius_m": _radius(content, kind),
            "people": None,
            "state": "现状",
            "plan": None,
            "remark": None,
            **{k: _number(v[row]) for k, v in numbers.items()},
        }
        made.add(
            shape, str(values["id"]), values, f"{info.name} · {called}", (f"layer:{info.id}", int(identity))
        )


def _planned(content: PlanContent, p: Proposal, language: str) -> dict[str, Value]:
    gain = next((g for g in plan.gains(content, p) if g.people is not None and not g.is_hidden), None)
    is_area = p.geometry is not None and p.geometry.geom_type.endswith("Polygon")
    return {
        "id": str(p.uuid),
        "name": p.title or None,
        "kind": p.kind,
        "kind_name": _kind_name(p.kind, language) or None,
        "floor_area_m2": None,
        "site_area_m2": p.geometry.area if is_area and p.geometry is not None else None,
        "capacity": p.capacity,
        "radius_m": _radius(content, p.kind),
        "people": round(gain.people) if gain is not None and gain.people is not None else None,
        "state": "现状" if p.status is ProposalStatus.BUILT else "规划",
        "plan": content.scenario.name if content.scenario else None,
        "remark": p.description or None,
    }


def _proposals(content: PlanContent, made: _Rows, language: str) -> None:
    for p in content.proposals:
        if not _is_drawn(p.geometry):
            continue
        made.add(p.geometry, str(p.uuid), _proposal(content, p, language), _called(p), ("proposals", p.uuid))


def _proposal(content: PlanContent, p: Proposal, language: str) -> dict[str, Value]:
    g, shape = p.governance, p.geometry
    assert shape is not None
    dimension = int(shapely.get_dimensions(shape))
    return {
        "id": str(p.uuid),
        "number": p.number,
        "title": p.title or None,
        "kind": p.kind or None,
        "kind_name": _kind_name(p.kind, language) or None,
        "category": p.category.value if p.category else None,
        "category_name": say(plan.category_name(p.category), language) if p.category else None,
        "tier": p.tier.value if p.tier else None,
        "tier_name": say(plan.word(p.tier), language) if p.tier else None,
        "description": p.description or None,
        "operator": g.operator or None,
        "rule": g.rule or None,
        "fee": g.fee or None,
        "upkeep": g.upkeep or None,
        "cost": p.cost,
        "funded": p.funded if p.funds else None,
        "capacity": p.capacity,
        "priority": p.priority.value,
        "priority_name": say(plan.word(p.priority), language),
        "status": p.status.value,
        "status_name": say(plan.word(p.status), language),
        "area_m2": shape.area if dimension == 2 else None,
        "length_m": shape.length if dimension == 1 else None,
        "plan": content.scenario.name if content.scenario else None,
    }


def _parcels(content: PlanContent, made: _Rows, _language: str) -> None:
    for info in content.of_role(Role.PARCELS):
        table = content.tables[info.id]
        codes, names, uses = (_column(info, table, k) for k in ("code", "name", "use"))
        for row, (identity, shape) in enumerate(zip(table.ids, table.geometry, strict=True)):
            if not _is_drawn(shape):
                continue
            use, digits = _split_use(_text(uses[row]))
            called = _text(names[row]) or _text(codes[row]) or str(identity)
            values = {"id": f"{info.uuid}/{int(identity)}", "code": _text(codes[row]), "name": _text(names[row]),
                      "use": use, "use_code": digits, "area_m2": shape.area}  # fmt: skip
            made.add(
                shape,
                str(values["id"]),
                values,
                f"{info.name} · {called}",
                (f"layer:{info.id}", int(identity)),
            )


def _study_area(content: PlanContent, made: _Rows, _language: str) -> None:
    for info in content.of_role(Role.STUDY_AREA):
        table = content.tables[info.id]
        names = _column(info, table, "name")
        for row, (identity, shape) in enumerate(zip(table.ids, table.geometry, strict=True)):
            if _is_drawn(shape):
                key = f"{info.uuid}/{int(identity)}"
                values: dict[str, Value] = {
                    "id": key,
                    "name": _text(names[row]),
                    "area_m2": shape.area or None,
                }
                made.add(shape, key, values, f"{info.name} · {_text(names[row]) or identity}", (f"layer:{info.id}", int(identity)))  # fmt: skip


_MAKERS: Mapping[str, Callable[[PlanContent, _Rows, str], None]] = {
    "facilities": _facilities,
    "proposals": _proposals,
    "parcels": _parcels,
    "study_area": _study_area,
}


def _split_use(text: str | None) -> tuple[str | None, str | None]:
    """Return name and code of a land use that is written as ``0701 城镇住宅用地``, as one of them, or not at all."""
    if text is None:
        return None, None
    head = text.split()[0] if text.split() else ""
    has_code = len(head) >= _LAND_USE_DIGITS and head.isascii() and head.isdigit()
    if not has_code:
        return text, None
    return text[len(head) :].strip() or None, head


def _column(info: LayerInfo, table: LayerTable, name: str) -> list[Any]:
    column = info.field_map.get(name)
    found = table.columns.get(column) if column is not None else None
    return [None] * len(table) if found is None else list(found)


def _text(value: Any) -> str | None:
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return None
    return str(int(value)) if isinstance(value, float) and float(value).is_integer() else str(value)


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None


def _kind_name(code: str, language: str) -> str:
    found = measure_type(code)
    if found is None:
        return say(plan.kind_name(code), language)
    return found.zh if language == "zh_CN" else found.en


def _radius(content: PlanContent, kind: str) -> float | None:
    return next((float(r.limit_m) for r in content.gaps_today if r.kind == kind), None)


def _called(p: Proposal) -> str:
    return tr("proposal {number} “{title}”", number=p.number, title=p.title)


def _is_drawn(shape: Any) -> bool:
    return shape is not None and not shape.is_empty and shape.geom_type != "GeometryCollection"
