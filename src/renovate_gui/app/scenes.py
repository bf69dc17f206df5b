"""What the map shows: layers, heat, verdicts, proposals and answers as one scene."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from renovate_gui.app.night import GROUND, GROUND_DARK
from renovate_gui.app.scene_access import access_part
from renovate_gui.app.scene_drawn import (
    PRINTED_TITLES_TO,
    TITLES_TO,
    notes_part,
    proposals_part,
    replies_parts,
)
from renovate_gui.app.scene_parts import (
    PRIVATE_ROLES,
    cells_part,
    gap_part,
    heat_part,
    layer_part,
    public_style,
    quiet_dots,
    route_part,
    with_used_facilities,
)
from renovate_gui.app.scene_shift import shift_part
from renovate_gui.app.scene_votes import Turnout, turnout_part
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.heat import CellMap, HeatGrid
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.reply import Reply
from renovate_gui.domain.roles import Role, Slot
from renovate_gui.domain.scenario import ACTIVE
from renovate_gui.domain.scene import Scene, SceneHeat, SceneLayer
from renovate_gui.domain.verdict import Explanation, GapResult
from renovate_gui.geo.crs import WGS84, transform_point

if TYPE_CHECKING:
    from renovate_gui.app.gaps import Gaps
    from renovate_gui.app.layers import Layers
    from renovate_gui.app.needs import Needs
    from renovate_gui.app.proposals import Proposals
    from renovate_gui.app.scenario_compare import Shift
    from renovate_gui.store.project import Project


@dataclass(frozen=True, slots=True)
class SceneRequest:
    """What to show beside the visible layers."""

    heat: HeatGrid | None = None
    cells: CellMap | None = None  # in the place of a surface
    gap: GapResult | None = None
    shift: Shift | None = None  # in the place of verdicts: who gains and who loses
    turnout: Turnout | None = None  # in the place of all these: how far a vote has come in each building
    explanation: Explanation | None = None
    shows_access: bool = False  # places per 100 people in need instead of verdicts, where they are known
    show_proposals: bool = True
    show_notes: bool = True
    show_replies: bool = False
    show_demand: bool = True  # the dots of single answers
    only_proposal: Uuid | None = None  # others fade (one sheet per proposal)
    scenario: Uuid | None = ACTIVE  # whose proposals stand out; None: nobody's, as it is today
    show_others: bool = True  # proposals of other scenarios, faint
    is_beside: bool = False  # a second picture beside the first: the right side of a swipe
    is_for_export: bool = False  # only aggregates and whitelisted layers: no demand points, no replies
    is_dark: bool = False


_ABOVE_HEAT = frozenset({Role.WALK_NETWORK, Role.FACILITIES, Role.STUDY_AREA, Role.GRIDS})
_Part = TypeVar("_Part", bound="SceneLayer | SceneHeat | None")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A part with what it was made of."""

    made_of: tuple[object, ...]
    values: Hashable
    part: object


QUICK_FEATURES = 20_000
"""So many features can be made ready between two frames or nearly so; more is work for another thread."""


class Scenes:
    """Builds scenes from read models; unchanged layers keep their ``version`` so that painted tiles are reused.

    What the window shows and what leaves the program are made and kept apart: an export in another thread neither
    waits for the window nor makes it paint anew.
    """

    def __init__(
        self, project: Project, layers: Layers, needs: Needs, gaps: Gaps, proposals: Proposals
    ) -> None:
        self._screen = _Builder(project, layers, needs, gaps, proposals)
        self._export = _Builder(project, layers, needs, gaps, proposals)
        self._beside = _Builder(project, layers, needs, gaps, proposals)

    def take_replies_from(self, standing: Callable[[], Sequence[Reply]]) -> None:
        """Show those answers that count, as a ledger says it; without one every reply is shown."""
        for builder in (self._screen, self._export, self._beside):
            builder.standing = standing

    def build(self, request: SceneRequest) -> Scene:
        """Return the scene, bottom layer first; may be called in any thread.

        A part is made anew only when something it is made of is another object or value than before; else the very
        same part, with the same version, is returned.
        """
        builder = self._builder(request)
        with builder.lock:
            return builder.build(request)

    def _builder(self, request: SceneRequest) -> _Builder:
        if request.is_for_export:
            return self._export
        return self._beside if request.is_beside else self._screen

    def is_quick(self, request: SceneRequest) -> bool:
        """Return whether the scene can be built at once: nobody else is at it and little is to be made."""
        builder = self._builder(request)
        return not builder.lock.locked() and builder.features_to_make(request) <= QUICK_FEATURES


class _Builder:
    """Makes scenes and keeps their parts."""

    def __init__(
        self, project: Project, layers: Layers, needs: Needs, gaps: Gaps, proposals: Proposals
    ) -> None:
        self._project = project
        self._layers = layers
        self._needs = needs
        self._gaps = gaps
        self._proposals = proposals
        self.standing: Callable[[], Sequence[Reply]] = project.replies
        self._kept: dict[str, _Kept] = {}
        self._last_version = 0
        self.lock = threading.Lock()

    def features_to_make(self, request: SceneRequest) -> int:
        """Return how many features of layers must be read or styled anew."""
        gap = request.gap
        count = 0
        for info in self._shown(request):
            key = f"layer:{info.id}"
            if request.shift is not None and request.shift.layer_id == info.id:
                key = f"gap:shift:{request.shift.kind}"
            elif gap is not None and gap.layer_id == info.id:
                key = f"gap:{gap.kind}"
            if key not in self._kept or not self._layers.is_loaded(info.id):
                count += info.feature_count
        return count

    def _shown(self, request: SceneRequest) -> list[LayerInfo]:
        return [i for i in reversed(self._layers.all()) if i.is_visible and self._may_show(i, request)]

    def build(self, request: SceneRequest) -> Scene:
        """Return the scene, bottom layer first."""
        shown = self._shown(request)
        items: list[SceneLayer | SceneHeat] = []
        is_heat_placed = request.heat is None and request.cells is None
        for info in shown:
            if not is_heat_placed and (info.slot is not Slot.EXISTING or info.role in _ABOVE_HEAT):
                items.extend(self._heat(request))
                is_heat_placed = True
            items.extend(self._layer(info, request))
        if not is_heat_placed:
            items.extend(self._heat(request))
        items.extend(self._top(request))
        self._forget({item.key for item in items})
        attribution = tuple(dict.fromkeys(i.attribution for i in shown if i.attribution))
        ground = GROUND_DARK if request.is_dark else GROUND
        return Scene(tuple(items), self._project.meta("crs"), ground, attribution)

    @staticmethod
    def _may_show(info: LayerInfo, request: SceneRequest) -> bool:
        if info.geometry_type == "None" or (info.role is Role.DEMAND and not request.show_demand):
            return False
        return not (request.is_for_export and info.role in PRIVATE_ROLES)

    # -- parts ------------------------------------------------------------------------------------------------
    def _layer(self, info: LayerInfo, request: SceneRequest) -> list[SceneLayer | SceneHeat]:
        table, gap = self._layers.table(info.id), request.gap
        look = (request.is_dark, request.is_for_export, current_language())
        turnout = request.turnout
        if turnout is not None and turnout.layer_id == info.id:

            def voted(version: int) -> SceneLayer:
                return turnout_part(turnout, info, table, version=version, is_dark=request.is_dark)

            return [self._keep("gap:votes", (table,), (info.name, turnout, *look), voted)]
        shift = request.shift
        if shift is not None and shift.layer_id == info.id:

            def shifted(version: int) -> SceneLayer:
                return shift_part(
                    shift,
                    info,
                    table,
                    version=version,
                    is_dark=request.is_dark,
                    hatched=request.is_for_export,
                )

            return [self._keep(f"gap:shift:{shift.kind}", (table, shift), (info.name, *look), shifted)]
        if gap is not None and gap.layer_id == info.id:
            by_access = request.shows_access and len(gap.service.access) == len(gap.ids) > 0

            def judged(version: int) -> SceneLayer:
                if by_access:
                    return access_part(gap, info, table, version=version, is_dark=request.is_dark)
                return gap_part(
                    gap, info, table, version=version, is_dark=request.is_dark, hatched=request.is_for_export
                )

            return [self._keep(f"gap:{gap.kind}", (table, gap), (info.name, by_access, *look), judged)]
        is_backdrop = gap is not None and info.role is Role.FACILITIES
        covers = gap is not None or request.heat is not None or request.cells is not None
        is_reminder = info.role is Role.DEMAND and covers

        def plain(version: int) -> SceneLayer:
            style = public_style(info, table) if request.is_for_export else info.style
            part = layer_part(info, table, style, version=version, is_dark=request.is_dark)
            if gap is not None and is_backdrop:
                part = with_used_facilities(
                    part, gap, info, is_dark=request.is_dark, only_used=request.is_for_export
                )
            return quiet_dots(part) if is_reminder else part

        made_of = (table, gap) if is_backdrop else (table,)
        values = (
            info.style,
            info.name,
            tuple(sorted(info.field_map.items())),
            is_reminder,
            *look,
        )
        return [self._keep(f"layer:{info.id}", made_of, values, plain)]

    def _heat(self, request: SceneRequest) -> list[SceneHeat | SceneLayer]:
        heat, cells = request.heat, request.cells
        if cells is not None:
            look = (request.is_dark, current_language())

            def gathered(version: int) -> SceneLayer:
                return cells_part(cells, version=version, is_dark=request.is_dark)

            return [self._keep("cells", (cells,), look, gathered)]
        if heat is None:
            return []

        def made(version: int) -> SceneHeat:
            return heat_part(heat, title=tr("Density"), version=version, is_dark=request.is_dark)

        return [self._keep("heat", (heat,), (request.is_dark, current_language()), made)]

    def _top(self, request: SceneRequest) -> list[SceneLayer | SceneHeat]:
        """Return route, proposals, answers and callouts, bottom first."""
        look = (request.is_dark, current_language())
        parts: list[SceneLayer | SceneHeat | None] = []
        if request.explanation is not None:
            why = request.explanation
            parts.append(
                self._keep(
                    "route", (why,), look, lambda v: route_part(why, version=v, is_dark=request.is_dark)
                )
            )
        proposals, strong = self._shown_proposals(request)
        if request.show_proposals and proposals:
            parts.append(
                self._keep(
                    "proposals",
                    (),
                    (proposals, strong, request.is_for_export, *look),
                    lambda v: proposals_part(
                        proposals,
                        strong=strong,
                        version=v,
                        is_dark=request.is_dark,
                        titles_to=PRINTED_TITLES_TO if request.is_for_export else TITLES_TO,
                    ),
                )
            )
        if request.show_replies and not request.is_for_export:
            parts.extend(self._replies(proposals, request))
        notes = self._proposals.notes() if request.show_notes else ()
        if notes:
            parts.append(
                self._keep(
                    "notes", notes, look, lambda v: notes_part(notes, version=v, is_dark=request.is_dark)
                )
            )
        return [p for p in parts if p is not None]

    def _shown_proposals(self, request: SceneRequest) -> tuple[tuple[Proposal, ...], frozenset[Uuid]]:
        """Return the proposals to be painted, and those of them that stand out."""
        own = () if request.scenario is None else self._proposals.of(request.scenario)
        strong = frozenset(p.uuid for p in own)
        is_alone = not request.show_others or request.is_for_export
        found = own if is_alone else self._proposals.all()
        if request.only_proposal is not None:
            strong &= {request.only_proposal}
        return found, strong

    def _replies(self, proposals: Sequence[Proposal], request: SceneRequest) -> tuple[SceneLayer, ...]:
        replies = tuple(self.standing())
        if not replies:
            return ()
        crs = self._project.meta("crs")
        values = (replies, tuple((p.uuid, p.number, p.geometry) for p in proposals), crs)
        stamp = self._stamp("replies", values, (request.is_dark, current_language()))
        return replies_parts(
            replies,
            {p.uuid: p for p in proposals},
            lambda lon, lat: transform_point(lon, lat, WGS84, crs),
            version=stamp,
            is_dark=request.is_dark,
        )

    # -- versions ---------------------------------------------------------------------------------------------
    def _keep(
        self, key: str, made_of: Sequence[object], values: Hashable, make: Callable[[int], _Part]
    ) -> _Part:
        """Return the kept part while its inputs are the same objects and values, else make it with a new version."""
        kept = self._kept.get(key)
        same = kept is not None and kept.values == values and len(kept.made_of) == len(made_of)
        if kept is not None and same and all(a is b for a, b in zip(kept.made_of, made_of, strict=True)):
            return cast("_Part", kept.part)
        self._last_version += 1
        part = make(self._last_version)
        self._kept[key] = _Kept(tuple(made_of), values, part)
        return part

    def _stamp(self, key: str, made_of: object, values: Hashable) -> int:
        """Return a version that changes when values change (by equality: for small things that are read anew)."""
        kept = self._kept.get(key)
        if kept is None or kept.values != values or kept.made_of != (made_of,):
            self._last_version += 1
            self._kept[key] = kept = _Kept((made_of,), values, self._last_version)
        return cast("int", kept.part)

    def _forget(self, keys: set[str]) -> None:
        # parts of hidden layers and old overlays would hold their tables for ever
        self._kept = {k: v for k, v in self._kept.items() if k in keys or k == "replies"}
