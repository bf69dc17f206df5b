"""What proposals change in the gap analysis, as soon as they are placed."""

from __future__ import annotations

import numpy as np

from renovate_gui.app.gap_inputs import counting_proposals
from renovate_gui.app.gap_words import joined, limit_words, room_words, unit_words
from renovate_gui.app.live_joining import loose_ends
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
        if uuid is not None:
            model.look_at(uuid)
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
        own = self._share(picture, picture.without, gained)
        if own is None:  # being worked out: the sum of all would be taken for this one's share
            self.hide()
            return
        unit = tr("people") if counts_people(picture.main) else unit_words(picture.main)
        say(self.figure, f"{signed(own)} {unit}" if own else tr("no change"))
        words = joined([self._words(picture, name, is_own=self._uuid is not None), self._loose()])
        if self._uuid is not None and not own:
            limit = limit_words(picture.main)
            words = tr(
                "This proposal brings nobody else within {limit} of {kind}{room}.",
                limit=limit,
                kind=name,
                room=room_words(picture.main),
            )
            words = joined([words, self._loose()])
        say(self.sentence, words)
        say(self.doubt, self._doubt(picture, gained, is_own=self._uuid is not None))
        appear(self, on=True)

    def _loose(self) -> str:
        """Return which ends of this way join nothing: why it brings nobody, perhaps."""
        session, uuid = self._model.session, self._uuid
        return "" if session is None or uuid is None else loose_ends(session, uuid)

    def _share(self, picture: GapPicture, without: GapResult, gained: float) -> float | None:
        """Return what all bring, or this one: a facility those who go to it, a link those whom no other one brings."""
        if self._uuid is None:
            return gained
        session = self._model.session
        proposals = session.proposals.of() if session is not None else ()
        kind = next((p.kind for p in proposals if p.uuid == self._uuid), "")
        if effect_of(kind) == Effect.FACILITY:
            return newly_served_by(picture.main, without, self._uuid)
        return picture.added_by(self._uuid)

    def _has_effect(self) -> bool:
        """Return whether the proposal (or any) changes distances at all; a rejected one does not."""
        session = self._model.session
        proposals = session.proposals.of() if session is not None else ()
        mine = [p for p in counting_proposals(proposals) if self._uuid in {None, p.uuid}]
        return any(effect_of(p.kind) != Effect.NONE for p in mine)

    @staticmethod
    def _words(picture: GapPicture, name: str, *, is_own: bool) -> str:
        limit, room = limit_words(picture.main), room_words(picture.main)
        if is_own:
            return tr(
                "come within {limit} of {kind}{room}, by this proposal.", limit=limit, kind=name, room=room
            )
        return tr(
            "within {limit} of {kind}{room}, by all proposals together.", limit=limit, kind=name, room=room
        )

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
            words = tr("all proposals together: {n}", n=signed(gained)) + " · " + words
        return words
