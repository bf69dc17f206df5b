"""Title and values of a feature for the popup, whatever it is: a layer's row, a verdict, a proposal, a note."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from renovate_gui.app.session import Session
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.verdict import GapResult, Verdict
from renovate_gui.ui.canvas.hits import Hit, SceneIndex
from renovate_gui.ui.canvas.selection import drawn_uuids, layer_of_key, selection_of_hits
from renovate_gui.ui.workspace import Workspace

Values = tuple[str, str, Mapping[str, Any]]
_TITLE_FIELDS = ("name", "code", "text", "category", "kind", "use")


def feature_values(workspace: Workspace, index: SceneIndex, hit: Hit) -> Values | None:
    """Return ``(title, layer name, values)`` of a hit, or None when it is gone."""
    session = workspace.session
    if session is None:
        return None
    if hit.key in {"proposals", "notes"}:
        return _drawn(session, hit)
    key, ids = selection_of_hits(workspace, hit.key, (hit,))
    layer_id = layer_of_key(key)
    if layer_id is None or not ids:
        layer = index.layer(hit.key)
        return (layer.title, "", {}) if layer is not None else None
    try:
        info, table = session.layers.get(layer_id), session.layers.table(layer_id)
    except RenovateError:
        return None
    found = np.flatnonzero(table.ids == hit.feature_id)
    if len(found) == 0:
        return None
    row = int(found[0])
    values = {name: column[row] for name, column in table.columns.items()}
    if workspace.gap is not None and workspace.gap.layer_id == layer_id:
        values = {**gap_values(workspace.gap, hit.feature_id), **values}
    return row_title(info, table, row), info.name, values


def row_title(info: LayerInfo, table: LayerTable, row: int) -> str:
    """Return what people call a feature: its name or code, else its layer and number."""
    for field in _TITLE_FIELDS:
        column = table.columns.get(info.field_map.get(field, ""))
        value = column[row] if column is not None else None
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, float) and np.isfinite(value):
            return f"{info.name} {value:g}"
    return tr("{layer}, no. {n}", layer=info.name, n=row + 1)


def gap_values(gap: GapResult, feature_id: int) -> dict[str, Any]:
    """Return verdict, distances and nearest facility of a building by translated name."""
    found = np.flatnonzero(gap.ids == feature_id)
    if len(found) == 0:
        return {}
    row = int(found[0])
    near = int(gap.nearest[row])
    return {
        tr("Verdict"): term(Verdict(int(gap.verdict[row]))),
        tr("Walking distance, m"): _finite(gap.network_m[row]),
        tr("Straight line, m"): _finite(gap.circle_m[row]),
        tr("Nearest facility"): gap.facility_names[near] if 0 <= near < len(gap.facility_names) else None,
    }


def _finite(value: float) -> float | None:
    return round(float(value)) if np.isfinite(value) else None


def _drawn(session: Session, hit: Hit) -> Values | None:
    uuids = drawn_uuids(session, hit.key)
    if hit.feature_id not in uuids:
        return None
    if hit.key == "notes":
        note = next(n for n in session.proposals.notes() if n.uuid == uuids[hit.feature_id])
        return note.text or tr("Callout"), tr("Callouts"), {}
    proposal = session.proposals.get(uuids[hit.feature_id])  # type: ignore[arg-type]
    return _proposal_title(proposal), tr("Proposals"), _proposal_values(proposal)


def _proposal_title(proposal: Proposal) -> str:
    return f"{proposal.number} · {proposal.title or tr('Untitled')}"


def _proposal_values(proposal: Proposal) -> dict[str, Any]:
    values: dict[str, Any] = {tr("Status"): term(proposal.status), tr("Priority"): term(proposal.priority)}
    if proposal.category is not None:
        values[tr("Category")] = term(proposal.category)
    if proposal.description:
        values[tr("Description")] = proposal.description
    if proposal.cost is not None:
        values[tr("Cost, yuan")] = f"{proposal.cost:,}"
    if proposal.governance.operator:
        values[tr("Run by")] = proposal.governance.operator
    return values
