"""The council's own picture: the present item in large type, its place on the map, the tally; on the other screen.

Only what :func:`renovate_gui.app.meetings.public_view` leaves is handed in here: private notes and names cannot show.
"""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from renovate_gui.app.consent_rules import said, share_words
from renovate_gui.app.meetings import (
    AgendaItem,
    ItemKind,
    Meeting,
    item_title,
    outcome_words,
    public_view,
)
from renovate_gui.app.scene_votes import turnout_of
from renovate_gui.app.scenes import SceneRequest
from renovate_gui.app.session import Session
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.app.voting_standing import Standing
from renovate_gui.app.voting_words import area_words, missing_sentence
from renovate_gui.assets import tr
from renovate_gui.domain.consent import Check
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.scene import LegendEntry, Scene, SceneLayer
from renovate_gui.render.painter import paint_scene
from renovate_gui.render.view import MapView
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.stages.look import Look, look_of
from renovate_gui.ui.workspace import Workspace

_AROUND_M = 160.0
Extent = tuple[float, float, float, float]


class Projector(QWidget):
    """A window of its own; it follows the agenda's present item and the votes. Escape or F11 changes its size."""

    def __init__(self, workspace: Workspace, jobs: Jobs, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)  # with a parent, so that it ends with the main window
        self._jobs = jobs
        self._workspace = workspace
        self._meeting: Meeting | None = None
        self._key = ""
        self._scene: Scene | None = None
        self._extent: Extent | None = None
        self._map: QImage | None = None
        self._standing: Standing | None = None
        self.look = look_of(is_dark=False)
        self.setWindowTitle(tr("Projector"))
        self.resize(1280, 720)
        self.setMinimumSize(640, 360)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        workspace.changed.connect(self._on_changed)
        workspace.session_changed.connect(self.close)
        workspace.language_changed.connect(self.update)

    # -- what is shown --------------------------------------------------------------------------------------------
    def show_item(self, meeting: Meeting, key: str) -> None:
        """Show an item of a meeting."""
        self._meeting, self._key = public_view(meeting), key
        self._gather()

    def item(self) -> AgendaItem | None:
        """Return the item that is shown, without its private note."""
        agenda = () if self._meeting is None else self._meeting.agenda
        return next((i for i in agenda if i.key == self._key), None)

    def _on_changed(self, _event: object) -> None:
        session, meeting = self._workspace.session, self._meeting
        if session is None or meeting is None:
            return
        fresh = next((m for m in session.meetings.all() if m.uuid == meeting.uuid), None)
        if fresh is not None:
            self._meeting = public_view(fresh)
        self._gather()

    def _gather(self) -> None:
        session, item = self._workspace.session, self.item()
        self._scene, self._extent, self._map, self._standing = None, None, None, None
        if session is not None and item is not None:
            self._standing = _standing(session, item)
            proposal = _proposal_of(session, item)
            self._extent = _extent(session, proposal)
            self._build(session, _request(session, self._standing, proposal))
        self.update()

    def _build(self, session: Session, request: SceneRequest) -> None:
        """Make the map at once where that is quick, else beside the window: words do not wait for it."""
        if session.scenes.is_quick(request):
            self._show_scene(session.scenes.build(request))
            return

        def work(_progress: Progress, _is_cancelled: IsCancelled) -> Scene:
            return session.scenes.build(request)

        task = Task(tr("Map for the projector"), work)
        self._jobs.start(task, self._show_scene, lambda _error: None, key="projector")

    def _show_scene(self, scene: Scene) -> None:
        self._scene, self._map = scene, None
        self._extent = self._extent or scene.extent()
        self.update()

    # -- where ----------------------------------------------------------------------------------------------------
    def open_beside(self, window: QWidget) -> None:
        """Show full screen on a display on which the main window is not; on a single one as an ordinary window."""
        here = window.screen()
        other = next((s for s in QGuiApplication.screens() if s is not here), None)
        if other is not None:
            self.setGeometry(other.geometry())
            self.showFullScreen()
        else:
            self.show()
        self.raise_()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the full screen with Escape, go there and back with F11."""
        if event.key() == Qt.Key.Key_F11:
            self.showNormal() if self.isFullScreen() else self.showFullScreen()
        elif event.key() == Qt.Key.Key_Escape:
            self.showNormal() if self.isFullScreen() else self.close()
        else:
            super().keyPressEvent(event)

    # -- painting -------------------------------------------------------------------------------------------------
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint heading, map and words; sizes go with the height of the window."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), QColor(self.look.card))
            unit = min(self.height() / 36.0, self.width() / 60.0)
            item = self.item()
            if self._meeting is None or item is None:
                return
            top = self._heading(painter, unit, self._meeting, item)
            has_map = self._scene is not None and self._extent is not None
            split = self.width() * (0.56 if has_map else 0.0)
            if has_map:
                self._paint_map(painter, QRectF(unit, top, split - unit * 1.5, self.height() - top - unit))
            room = QRectF(split + unit, top, self.width() - split - 2 * unit, self.height() - top - unit)
            self._words(painter, unit, room, item)

    def _heading(self, painter: QPainter, unit: float, meeting: Meeting, item: AgendaItem) -> float:
        number = [i.key for i in meeting.agenda].index(item.key) + 1
        strip = QRectF(0, 0, self.width(), unit * 2.2)
        painter.fillRect(strip, QColor("#14283A"))
        _put(painter, strip.adjusted(unit, 0, -unit, 0), meeting.title, unit * 1.1, "#FFFFFF", middle=True)
        place = tr("{n} of {all}", n=number, all=len(meeting.agenda))
        face = _face(painter, unit * 1.1)
        painter.setFont(face)
        painter.drawText(
            strip.adjusted(unit, 0, -unit, 0),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            place,
        )
        title = QRectF(unit, unit * 2.8, self.width() - 2 * unit, unit * 6)
        words = item_title(item)
        used = _put(painter, title, words, unit * 2.1, self.look.ink, bold=True)
        return min(title.bottom(), title.top() + used) + unit * 0.8

    def _paint_map(self, painter: QPainter, box: QRectF) -> None:
        assert self._scene is not None
        assert self._extent is not None
        ratio = self.devicePixelRatioF()
        size = (max(1, int(box.width() * ratio)), max(1, int(box.height() * ratio)))
        if self._map is None or (self._map.width(), self._map.height()) != size:
            image = QImage(*size, QImage.Format.Format_RGB32)
            with QPainter(image) as inner:
                inner.setRenderHint(QPainter.RenderHint.Antialiasing)
                view = MapView.fitted(self._extent, *size, unit=ratio * max(1.0, self.height() / 900))
                paint_scene(inner, self._scene, view)
            image.setDevicePixelRatio(ratio)
            self._map = image
        painter.drawImage(box.topLeft(), self._map)
        painter.setPen(QPen(QColor(self.look.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        votes = next((i for i in self._scene.items if i.key == "gap:votes"), None)
        if isinstance(votes, SceneLayer):
            _legend(painter, box, votes.legend, min(self.height() / 36.0, self.width() / 60.0))

    def _words(self, painter: QPainter, unit: float, room: QRectF, item: AgendaItem) -> None:
        look, y = self.look, room.top()

        def line(words: str, size: float, colour: str, *, bold: bool = False, gap: float = 0.5) -> None:
            nonlocal y
            if words and y < room.bottom():
                box = QRectF(room.left(), y, room.width(), room.bottom() - y)
                y += _put(painter, box, words, unit * size, colour, bold=bold) + unit * gap

        standing = self._standing
        if standing is not None:
            line(said(standing.ballot.rule.title), 0.95, look.ink2)
            for name, check in (
                (tr("Took part"), standing.judgement.quorum),
                (tr("Agreed"), standing.judgement.agree),
            ):
                if check is not None:
                    y = self._check(painter, unit, room, y, (name, check))
            line(missing_sentence(standing), 1.15, look.ink, bold=True)
        if item.remark and item.remark != item.title:
            line(item.remark, 1.2, look.ink, gap=0.8)
        if item.answered_by:
            line(tr("Answered by {who}", who=item.answered_by), 1.1, look.ink2)
        line(outcome_words(item.outcome) if item.outcome.value != "open" else "", 1.5, look.accent, bold=True)
        line(item.why, 1.2, look.ink)
        if item.next_date:
            line(tr("Next: {day}", day=item.next_date), 1.1, look.ink2)

    def _check(
        self, painter: QPainter, unit: float, room: QRectF, y: float, named: tuple[str, Check]
    ) -> float:
        """Paint a threshold in large type and return where the next line goes."""
        name, check = named
        rows = (
            (check.heads_met, f"{check.have.heads:,}", tr("of {n} owners", n=f"{check.whole.heads:,}"),
             check.have.heads, check.heads_needed, check.whole.heads),
            (check.area_met, area_words(check.have.area), tr("of {area} m²", area=area_words(check.whole.area)),
             check.have.area, check.area_needed, check.whole.area),
        )  # fmt: skip
        title = f"{name}  ({share_words(check.share)})"
        y += _put(painter, QRectF(room.left(), y, room.width(), unit * 2), title, unit, self.look.ink2)
        for is_met, have, of, at, needed, whole in rows:
            if is_met is None:
                continue
            sign = "✓ " if is_met else ""
            box = QRectF(room.left(), y, room.width(), unit * 2.6)
            colour = self.look.good_ink if is_met else self.look.ink
            _put(painter, box, sign + have, unit * 1.7, colour, bold=True, middle=True)
            painter.setFont(_face(painter, unit * 0.9))
            painter.setPen(QColor(self.look.ink2))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, right, of)
            y += unit * 2.7
            share, mark = (float(at / whole), float(needed / whole)) if whole else (0.0, 1.0)
            _bar(
                painter,
                QRectF(room.left(), y, room.width(), unit * 0.7),
                (share, mark),
                self.look,
                bool(is_met),
            )
            y += unit * 1.3
        return y + unit * 0.4


def _legend(painter: QPainter, box: QRectF, entries: tuple[LegendEntry, ...], unit: float) -> None:
    """Write what the colours of the buildings mean, in the corner of the map."""
    height = unit * 1.3
    room = QRectF(
        box.left(), box.bottom() - height * len(entries) - unit, unit * 15, height * len(entries) + unit
    )
    painter.fillRect(room, QColor(255, 255, 255, 230))
    y = room.top() + unit * 0.5
    for entry in entries:
        square = QRectF(room.left() + unit * 0.6, y + height * 0.15, unit, unit * 0.8)
        painter.fillRect(square, QColor(entry.symbol.fill or "#FFFFFF"))
        painter.setPen(QPen(QColor(entry.symbol.stroke or "#7A8594"), 1))
        painter.drawRect(square)
        words = QRectF(square.right() + unit * 0.5, y, room.width() - unit * 2, height)
        _put(painter, words, entry.label, unit * 0.85, "#1B2430", middle=True)
        y += height


def _bar(
    painter: QPainter,
    box: QRectF,
    shares: tuple[float, float],
    look: Look,
    is_met: bool,
) -> None:
    painter.fillRect(box, QColor(look.line))
    done = QRectF(box.left(), box.top(), box.width() * min(1.0, shares[0]), box.height())
    painter.fillRect(done, QColor(look.served if is_met else look.full))
    x = box.left() + box.width() * min(1.0, shares[1])
    painter.setPen(QPen(QColor(look.ink), max(2.0, box.height() / 5)))
    painter.drawLine(
        QPointF(x, box.top() - box.height() * 0.35), QPointF(x, box.bottom() + box.height() * 0.35)
    )


def _face(painter: QPainter, size_px: float, *, bold: bool = False) -> QFont:
    face = QFont(painter.font())
    face.setPixelSize(max(8, round(size_px)))
    face.setBold(bold)
    return face


def _put(
    painter: QPainter,
    box: QRectF,
    words: str,
    size_px: float,
    colour: str,
    *,
    bold: bool = False,
    middle: bool = False,
) -> float:
    """Write words that wrap within a box and return the height they took."""
    painter.setFont(_face(painter, size_px, bold=bold))
    painter.setPen(QColor(colour))
    upright = Qt.AlignmentFlag.AlignVCenter if middle else Qt.AlignmentFlag.AlignTop
    flags = int(Qt.AlignmentFlag.AlignLeft) | int(upright) | int(Qt.TextFlag.TextWordWrap)
    used = painter.drawText(box, flags, words)
    return float(used.height())


def _request(session: Session, standing: Standing | None, proposal: Uuid | None) -> SceneRequest:
    """Return the map of an item: its proposal alone, or the buildings by how far the vote has come."""
    turnout = None
    if standing is not None:
        with suppress(RequestError):  # without buildings on the map there is nothing to colour
            turnout = turnout_of(session, standing.ballot)
    return SceneRequest(is_for_export=True, only_proposal=proposal, show_notes=False, turnout=turnout)


def _standing(session: Session, item: AgendaItem) -> Standing | None:
    if item.kind is not ItemKind.BALLOT:
        return None
    ballot = next((b for b in session.voting.ballots() if b.uuid == item.about), None)
    return None if ballot is None else session.voting.standing(ballot)


def _proposal_of(session: Session, item: AgendaItem) -> Uuid | None:
    """Return the proposal an item is about, itself or through a remark on it."""
    wanted = item.about
    if item.kind is ItemKind.COMMENT:
        found = next((c for c in session.comments.all() if c.uuid == item.about), None)
        wanted = "" if found is None else str(found.proposal)
    known = {str(p.uuid): p.uuid for p in session.proposals.all()}
    return known.get(wanted)


def _extent(session: Session, proposal: Uuid | None) -> Extent | None:
    if proposal is None:
        return None
    geometry = session.proposals.get(proposal).geometry
    if geometry is None or geometry.is_empty:
        return None
    x_min, y_min, x_max, y_max = geometry.bounds
    return (x_min - _AROUND_M, y_min - _AROUND_M, x_max + _AROUND_M, y_max + _AROUND_M)
