"""The sample community through every stage: what ``renovate-gui demo`` does and what the window's sample button may use."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from renovate_gui.app.tasks import IsCancelled, Progress, never
from renovate_gui.assets import current_language, sample_path, tr
from renovate_gui.domain.proposal import (
    ActionCategory,
    FundShare,
    FundSource,
    Governance,
    Priority,
    ProposalStatus,
    RenewalTier,
)
from renovate_gui.domain.roles import Role
from renovate_gui.domain.style import Hatch, Style, StyleClass, StyleKind, Symbol

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.app.survey import ImportPlan
    from renovate_gui.domain.layer import LayerInfo
    from renovate_gui.domain.proposal import Proposal

_FILES = (
    "qingyaping_base.gpkg",
    "qingyaping_grids.shp",
    "qingyaping_facilities.geojson",
    "qingyaping_demand.csv",
)
_HIDDEN_AT_FIRST = {Role.GRIDS, Role.PARCELS}
_ANSWERS_PER_PROPOSAL = 8
_NEAR_M = 260.0
_DEMAND_OF_KIND = {
    "elderly_day_care": "养老照护",
    "canteen": "养老照护",
    "childcare": "托育服务",
    "ramp": "梯道与坡道",
    "handrail": "梯道与坡道",
    "pocket_park": "公共空间",
    "lift": "加装电梯",
    "lighting": "照明",
    "waste_sorting": "环境卫生",
    "programme": "文化活动",
}


@dataclass(frozen=True, slots=True)
class SampleReport:
    """What was put into the project."""

    layers: int
    proposals: int
    notes: int


def sample_title() -> str:
    """Return the invented community's name."""
    return tr("Qingyaping (invented community)")


def fill_with_sample(session: Session, progress: Progress, is_cancelled: IsCancelled = never) -> SampleReport:
    """Import the sample's layers with their passports, style them, and place its proposals and callouts.

    Parameters
    ----------
    session
        A new, empty project.
    """
    plans = sample_plans(session)
    for number, plan in enumerate(plans):
        progress(0.8 * number / len(plans), tr("Import “{name}”", name=plan.name))
        info = session.survey.prepare_import(plan).run(is_cancelled=is_cancelled)
        _dress(session, info)
    progress(0.85, tr("Placing the proposals"))
    drawn = tomllib.loads(sample_path("proposals.toml").read_text(encoding="utf-8"))
    place = _placer(session, str(drawn["crs"]))
    placed = [_place_proposal(session, row, place) for row in drawn["proposals"]]
    for row in drawn["notes"]:
        session.proposals.add_note(place(row["geometry"]), _said(row, "text"))
    for row in drawn["photos"]:
        picture = sample_path(f"photos/{row['file']}")
        session.proposals.attach_photo(placed[row["proposal"] - 1].uuid, picture, _said(row, "caption"))
    session.parameters.set_gaps(replace(session.parameters.gaps(), need_shares=drawn["need_shares"]))
    session.project.begin_history()  # what a person does next is the first step
    progress(1.0, tr("The sample community is in the project"))
    return SampleReport(len(plans), len(placed), len(drawn["notes"]))


# -- layers ---------------------------------------------------------------------------------------------------
def sample_plans(session: Session) -> tuple[ImportPlan, ...]:
    """Return the import plans of the sample's files: the program's own proposals, named for the reader."""
    reports = session.survey.prepare_inspect([sample_path(name) for name in _FILES]).run()
    plans = [_named(plan) for plan in session.survey.propose(reports) if plan.is_wanted]
    # the study area first: the project takes its coordinate system from the first layer
    return tuple(sorted(plans, key=lambda p: p.role is not Role.STUDY_AREA))


def _named(plan: ImportPlan) -> ImportPlan:
    from renovate_gui.app.terms import term

    fields = dict(plan.field_map)
    if current_language() == "en":  # names stand in two columns
        for name in ("name", "category"):
            if f"{name}_en" in plan.source.columns and name in fields:
                fields[name] = f"{name}_en"
    name = tr("Contour lines") if plan.role is Role.HEIGHTS else term(plan.role)
    return replace(plan, name=name, field_map=fields)


def _dress(session: Session, info: LayerInfo) -> None:
    """Give a layer the look of a hill quarter where the look of its role is not enough."""
    if info.role is Role.BASEMAP:
        session.layers.set_style(info.id, _ground_style())
    elif info.role is Role.HEIGHTS:
        line = Symbol(fill=None, stroke="#D9CFB8", stroke_px=0.7)
        session.layers.set_style(info.id, Style(classes=(StyleClass(tr("Contour lines, 5 m"), line),)))
    elif info.role in _HIDDEN_AT_FIRST:
        session.layers.set_visible(info.id, visible=False)


def _ground_style() -> Style:
    def area(
        value: str, label: str, fill: str, hatch: Hatch = Hatch.NONE, lines: str = "#FFFFFF"
    ) -> StyleClass:
        symbol = Symbol(fill=fill, stroke=None, stroke_px=0.0, hatch=hatch, hatch_colour=lines)
        return StyleClass(label, symbol, value=value)

    return Style(
        StyleKind.CATEGORISED,
        "use",
        (
            area("water", tr("Water"), "#CFE0EA"),
            area("beach", tr("River bank"), "#EAE4D5"),
            area("forest", tr("Wooded hill"), "#E4ECDC"),
            area("park", tr("Park"), "#D3E5C8"),
            area("green", tr("Green"), "#DEEAD4"),
            area("plaza", tr("Square"), "#F0E8DA"),
            area("school", tr("School ground"), "#EBE5EF"),
            area("sports", tr("Sports ground"), "#E3C9B5"),
            area("vacant", tr("Leftover plot"), "#F1E7C4", Hatch.DIAGONAL, "#D9C88F"),
            area("allotment", tr("Allotments"), "#E2E5C2"),
            area("industrial", tr("Storage"), "#E6E3E3"),
            area("road", tr("Street"), "#FFFFFF"),
            StyleClass(tr("Other"), Symbol(fill="#F7F5F0", stroke=None, stroke_px=0.0)),
        ),
    )


# -- proposals ------------------------------------------------------------------------------------------------
def _placer(session: Session, crs: str) -> Callable[[str], BaseGeometry]:
    """Return what turns the file's WKT into a geometry of the project."""
    from renovate_gui.geo import crs as systems

    target = session.settings().crs

    def place(wkt: str) -> BaseGeometry:
        geometry = np.array([shapely.from_wkt(wkt)], dtype=object)
        found: BaseGeometry = systems.transform(geometry, crs, target)[0]
        return found

    return place


def _said(row: Mapping[str, Any], key: str) -> Any:
    """Return a text in the reader's language."""
    return row[f"{key}_en"] if current_language() == "en" else row[key]


def _place_proposal(
    session: Session, row: Mapping[str, Any], place: Callable[[str], BaseGeometry]
) -> Proposal:
    geometry = place(row["geometry"])
    proposal = session.proposals.add(geometry, title=_said(row, "title"), kind=row["kind"])
    full = replace(
        proposal,
        category=ActionCategory(row["category"]),
        tier=RenewalTier(row["tier"]),
        description=_said(row, "description"),
        governance=Governance(**_said(row, "governance")),
        cost=Decimal(row["cost"]),
        funds=tuple(FundShare(FundSource(k), Decimal(v)) for k, v in row["funds"].items()),
        capacity=float(row["capacity"]) if "capacity" in row else None,
        priority=Priority(row["priority"]),
        status=ProposalStatus(row["status"]),
        responsible=_said(row, "responsible"),
        answers=_answered_demand(session, row["kind"], geometry),
    )
    session.proposals.update(full)
    return full


def _answered_demand(session: Session, kind: str, geometry: BaseGeometry) -> tuple[str, ...]:
    """Return the nearest wishes of the proposal's theme: ``<layer uuid>/<feature id>``."""
    category = _DEMAND_OF_KIND.get(kind)
    if category is None:
        return ()
    found: list[tuple[float, str]] = []
    for info in session.layers.of_role(Role.DEMAND):
        table = session.layers.table(info.id)
        distance = shapely.distance(table.geometry, geometry)
        fits = (table.columns["category"] == category) & (distance <= _NEAR_M)
        found += [(float(distance[i]), f"{info.uuid}/{table.ids[i]}") for i in np.flatnonzero(fits)]
    return tuple(key for _, key in sorted(found)[:_ANSWERS_PER_PROPOSAL])
