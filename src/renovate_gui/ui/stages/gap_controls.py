"""The controls of Gaps that most people leave alone: direction, hour, room, need, area."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox

from renovate_gui.app.gap_request import AUTO, PAPER
from renovate_gui.app.gap_words import walker_title
from renovate_gui.app.session import Session
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.standard import Need
from renovate_gui.domain.travel import CatchmentModel, Direction
from renovate_gui.domain.verdict import Measure
from renovate_gui.ui.stages.controls import Choice, ValueSlider
from renovate_gui.ui.stages.fold import Fold
from renovate_gui.ui.stages.gap_choice import GapChoice
from renovate_gui.ui.stages.gap_model import GapModel, GapPicture
from renovate_gui.ui.stages.widgets import button, say, text

_LOW, _HIGH, _STEP = 0, 100, 1


class MoreControls(Fold):
    """Folds away; its line says what differs from the usual."""

    def __init__(self, model: GapModel) -> None:
        super().__init__(tr("More"))
        choice = model.choice
        self._model = model
        self.direction = _choice(tr("Way counted"), Direction, choice.direction)
        self.direction.chosen.connect(lambda code: model.choose(direction=Direction(code)))
        self.hour = Choice(tr("Hour of day"), hours(), choice.at)
        self.hour.chosen.connect(lambda code: model.choose(at=code))
        self.area = Choice(tr("Where"), areas(), choice.area)
        self.area.chosen.connect(lambda code: model.choose(area=code))
        self.room = QCheckBox(tr("Full facilities do not serve"))
        self.room.setChecked(choice.counts_capacity)
        self.room.toggled.connect(lambda on: model.choose(counts_capacity=on))
        self.share = ValueSlider(tr("Share who need a place"), _LOW, _HIGH, _STEP, delay_ms=200, unit="%")
        self.share.moved.connect(lambda percent: model.preview_share(percent / 100.0 or None))
        self.share.settled.connect(lambda percent: model.choose(need_share=percent / 100.0 or None))
        self.share_source = text("", "small")
        self.reset = button(tr("Back to the source's share"), lambda: model.choose(need_share=None), "link")
        self.shared_by = _choice(tr("Places shared by"), CatchmentModel, choice.model)
        self.shared_by.chosen.connect(lambda code: model.choose(model=CatchmentModel(code)))
        self.add(
            self.direction, self.hour, self.area, self.room, self.share, self.share_source, self.reset,
            self.shared_by,
        )  # fmt: skip

    def show_picture(self, session: Session, picture: GapPicture, *, has_area: bool) -> None:
        """Show what is judged at present."""
        choice = picture.choice
        is_on_foot = choice.measure is Measure.NETWORK
        self.direction.set_current(choice.direction.value)
        self.direction.setVisible(is_on_foot)
        self.hour.set_current(choice.at)
        self.hour.setVisible(is_on_foot)
        self.area.set_current(choice.area)
        self.area.setVisible(has_area)
        with QSignalBlocker(self.room):  # an undo may have changed it
            self.room.setChecked(choice.counts_capacity)
        self._show_share(session, picture)
        self.shared_by.set_current(choice.model.value)
        self.shared_by.setVisible(choice.counts_capacity and len(picture.main.service.access) > 0)
        self.set_note(unusual(choice))

    def _show_share(self, session: Session, picture: GapPicture) -> None:
        choice, known = picture.choice, session.gaps.profile().need(picture.main.kind)
        self.share.setVisible(choice.counts_capacity)
        self.share.set_value(100.0 * share_of(picture))
        say(self.share_source, need_words(choice, known) if choice.counts_capacity else "")
        self.reset.setVisible(choice.counts_capacity and choice.need_share is not None and known is not None)


def share_of(picture: GapPicture) -> float:
    """Return the share of whom the service is for that need a place; 0 while nobody says so."""
    if picture.choice.need_share is not None:
        return picture.choice.need_share
    need, people = picture.main.service.need, picture.main.people_total
    return float(np.nansum(need)) / people if len(need) and people > 0 else 0.0


def need_words(choice: GapChoice, known: Need | None) -> str:
    """Return where the share comes from."""
    if choice.need_share is not None:
        return tr("{share} % of whom the service is for, set by hand.", share=f"{100 * choice.need_share:g}")
    if known is None:
        return tr("No source says how many need a place, so capacity does not decide until you set it.")
    return tr(
        "{share} % of: {basis}. {source} ({confidence}).",
        share=f"{100 * known.share:g}",
        basis=term(known.basis),
        source=known.source,
        confidence=tr("compared with the printed text") if known.is_checked else term(known.confidence),
    )


def unusual(choice: GapChoice) -> str:
    """Return what differs from the usual, for the line of the folded controls."""
    parts = []
    if choice.measure is Measure.NETWORK and choice.direction is not Direction.THERE:
        parts.append(term(choice.direction))
    if choice.measure is Measure.NETWORK and choice.at:
        parts.append(choice.at)
    if choice.area != "all":
        parts.append(dict(areas())[choice.area])
    if not choice.counts_capacity:
        parts.append(tr("room not counted"))
    if choice.need_share is not None:
        parts.append(tr("{share} % in need", share=f"{100 * choice.need_share:g}"))
    return " · ".join(parts)


def walker_options(session: Session) -> list[tuple[str, str]]:
    """Return who may walk: whom the service is for, each walker by name, nobody in particular."""
    named = [(w.code, walker_title(w)) for w in session.gaps.walkers() if not w.ignores_slope]
    return [(AUTO, tr("whom the service is for")), *named, (PAPER, tr("the distance alone"))]


def hours() -> list[tuple[str, str]]:
    """Return the hours of day that may be asked for."""
    return [("", tr("any hour")), *((f"{h:02d}:00", f"{h:02d}:00") for h in range(5, 24))]


def areas() -> list[tuple[str, str]]:
    """Return where one may count."""
    return [("all", tr("everything on the map")), ("community", tr("the community only"))]


def _choice(
    title: str, kind: type[Direction | CatchmentModel], current: Direction | CatchmentModel
) -> Choice:
    return Choice(title, [(m.value, term(m)) for m in kind], current.value)
