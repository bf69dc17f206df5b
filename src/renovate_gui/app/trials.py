"""A facility of the survey that was moved or enlarged for a trial becomes a proposal, when a person wants that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapely.geometry.base import BaseGeometry

from renovate_gui.app.proposals import add_title
from renovate_gui.assets import tr
from renovate_gui.domain.ids import LayerId, new_uuid
from renovate_gui.domain.proposal import REPLACES, Proposal

if TYPE_CHECKING:
    from renovate_gui.app.session import Session


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
    """Draw the trial as a proposal, with which the old facility closes if asked; one undoable step.

    The closing is part of the proposal: the survey stays as it is, and what is there today is counted as before.
    """
    layer_id, feature_id = trial.feature
    layer = session.layers.get(layer_id)
    with session.project.action("") as writer:
        number = writer.next_number("proposals")
        proposal = Proposal(
            new_uuid(),
            number,
            trial.place,
            trial.name,
            kind=trial.kind,
            capacity=trial.capacity,
            description=tr("Takes the place of “{name}”, which closes.", name=trial.name)
            if closes_old
            else "",
            extra={REPLACES: f"{layer.uuid}/{feature_id}"} if closes_old else {},
        )
        writer.title = add_title(number, trial.name)
        writer.put_proposal(proposal)
    return proposal
