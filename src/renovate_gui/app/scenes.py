"""What the map shows: layers, heat, verdicts, proposals and answers as one scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from renovate_gui.domain.heat import HeatGrid
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.scene import Scene
from renovate_gui.domain.verdict import Explanation, GapResult

if TYPE_CHECKING:
    from renovate_gui.app.gaps import Gaps
    from renovate_gui.app.layers import Layers
    from renovate_gui.app.needs import Needs
    from renovate_gui.app.proposals import Proposals
    from renovate_gui.store.project import Project


@dataclass(frozen=True, slots=True)
class SceneRequest:
    """What to show beside the visible layers."""

    heat: HeatGrid | None = None
    gap: GapResult | None = None
    explanation: Explanation | None = None
    show_proposals: bool = True
    show_notes: bool = True
    show_replies: bool = False
    only_proposal: Uuid | None = None  # others fade (one sheet per proposal)
    is_for_export: bool = False  # only aggregates and whitelisted layers: no demand points, no replies
    is_dark: bool = False


class Scenes:
    """Builds scenes from read models; unchanged layers keep their ``version`` so that painted tiles are reused."""

    def __init__(
        self, project: Project, layers: Layers, needs: Needs, gaps: Gaps, proposals: Proposals
    ) -> None:
        self._project = project
        self._layers = layers
        self._needs = needs
        self._gaps = gaps
        self._proposals = proposals

    def build(self, request: SceneRequest) -> Scene:
        """Return the scene, bottom layer first."""
        raise NotImplementedError
