"""A facility of the survey that was moved or enlarged for a trial becomes a proposal, when a person wants that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapely.geometry.base import BaseGeometry

from renovate_gui.app.proposals import add_title
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import LayerId, new_uuid
from renovate_gui.domain.proposal import Proposal

if TYPE_CHECKING:
    from renovate_gui.app.session import Session

CLOSED_WORD = "closed"
"""What the survey's own column says of a facility that closes; analyses understand it."""


@dataclass(frozen=True, slots=True)
class FacilityTrial:
    """A surveyed facility tried elsewhere or larger.

    Attributes
    ----------
    feature
        Its layer and feature id: the survey itself stays as it is.
    place
        Where the proposal stands, metres in the project's CRS.
    capacity
        Places of the proposal: all of a moved facility, those added of an enlarged one; None unknown.
    """

    feature: tuple[LayerId, int]
    kind: str
    name: str
    place: BaseGeometry
    capacity: float | None


def keep_facility(session: Session, trial: FacilityTrial, *, closes_old: bool) -> Proposal:
    """Draw the trial as a proposal, and mark the old facility closed if asked; one undoable step.

    Raises
    ------
    RequestError
        When the old one shall be closed and its layer has no column that says so.
    """
    layer_id, feature_id = trial.feature
    column = session.layers.get(layer_id).field_map.get("status")
    if closes_old and column is None:
        raise RequestError(
            tr(
                "“{layer}” has no column that says which facilities are closed.",
                layer=session.layers.get(layer_id).name,
            )
        )
    with session.project.action("") as writer:
        number = writer.next_number("proposals")
        proposal = Proposal(
            new_uuid(), number, trial.place, trial.name, kind=trial.kind, capacity=trial.capacity
        )
        writer.title = add_title(number, trial.name)
        writer.put_proposal(proposal)
        if closes_old and column is not None:
            writer.set_values(layer_id, feature_id, {column: CLOSED_WORD})
    return proposal
