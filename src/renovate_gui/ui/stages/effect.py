"""What proposals change in the gap analysis, as soon as they are placed."""

from __future__ import annotations

import numpy as np

from renovate_gui.app.measures import Effect, effect_of
from renovate_gui.assets import tr
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.verdict import GapResult, Verdict
from renovate_gui.ui.stages.gap_model import GapModel, GapPicture, counts_people, served, title_of, total
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.numbers import share, signed, whole
from renovate_gui.ui.stages.widgets import Card, appear, say, text


def newly_served_by(with_proposals: GapResult, without: GapResult, uuid: Uuid) -> float:
    """Return the people (buildings without headcounts) whom only this proposal, their nearest, brings within reach."""
    key = f"proposal:{uuid}"
    if key not in with_proposals.facility_keys or len(with_proposals.ids) != len(without.ids):
        return 0.0
    own = with_proposals.nearest == with_proposals.facility_keys.index(key)
    gained = own & (with_proposals.verdict == Verdict.SERVED) & (without.verdict != Verdict.SERVED)
    if counts_people(with_proposals):
        return float(np.nansum(with_proposals.people[gained]))
    return float(np.count_nonzero(gained))


class EffectCard(Card):
    """“+2,140 people within 300 m”, for all proposals or for one."""

    def __init__(self, model: GapModel, look: Look, uuid: Uuid | None = None) -> None:
        super().__init__("hint")
        self._model = model
        self._look = look
        self._uuid = uuid
        self.figure = text("", "figure")
        self.sentence = text("")
        self.doubt = text("", "small")
        self.add(self.figure, self.sentence, self.doubt)
        model.picture_changed.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Show the newest figures."""
        picture, session = self._model.picture, self._model.session
        if session is None or picture is None or picture.without is None or not self._has_effect():
            self.hide()
            return
        name = title_of(session, picture.main.kind)
        gained = picture.gained() or 0.0
        uuid = self._own_uuid()
        own = newly_served_by(picture.main, picture.without, uuid) if uuid else gained
        unit = tr("people") if counts_people(picture.main) else tr("buildings")
        say(self.figure, f"{signed(own)} {unit}" if own else tr("no change"))
        say(self.sentence, self._words(picture, name, is_own=uuid is not None))
        say(self.doubt, self._doubt(picture, gained, is_own=uuid is not None))
        appear(self, on=True)

    def _own_uuid(self) -> Uuid | None:
        """Return the facility whose own share can be told; a new path works through all the others."""
        session = self._model.session
        proposals = session.proposals.all() if session is not None else ()
        own = next((p for p in proposals if p.uuid == self._uuid), None)
        return own.uuid if own is not None and effect_of(own.kind) == Effect.FACILITY else None

    def _has_effect(self) -> bool:
        """Return whether the proposal (or any) changes distances at all."""
        session = self._model.session
        proposals = session.proposals.all() if session is not None else ()
        mine = [p for p in proposals if self._uuid in {None, p.uuid}]
        return any(effect_of(p.kind) != Effect.NONE for p in mine)

    @staticmethod
    def _words(picture: GapPicture, name: str, *, is_own: bool) -> str:
        limit = f"{picture.main.limit_m:,.0f}"
        if is_own:
            return tr("come within {limit} m of {kind} by this proposal.", limit=limit, kind=name)
        return tr("within {limit} m of {kind} by all proposals together.", limit=limit, kind=name)

    @staticmethod
    def _doubt(picture: GapPicture, gained: float, *, is_own: bool) -> str:
        if picture.without is None:
            return ""
        before, after = picture.without, picture.main
        words = tr(
            "{before} % → {after} % of {total}",
            before=share(served(before), total(before)),
            after=share(served(after), total(after)),
            total=whole(total(after)),
        )
        if is_own and gained:
            words += " · " + tr("all proposals together: {n}", n=signed(gained))
        return words
