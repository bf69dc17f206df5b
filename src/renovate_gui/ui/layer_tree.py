"""The layer tree: four fixed slots, eyes, swatches, counts; drag within a slot; everything else in the menu."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QDropEvent, QKeyEvent, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
)

from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.roles import Role, Slot
from renovate_gui.domain.scene import Scene, SceneHeat, SceneLayer
from renovate_gui.domain.style import StyleKind
from renovate_gui.ui.canvas.swatch import ramp, swatch
from renovate_gui.ui.jobs import sentence
from renovate_gui.ui.theme import icon, tokens
from renovate_gui.ui.workspace import Workspace

_SLOTS = (Slot.PROPOSALS, Slot.GAPS, Slot.NEEDS, Slot.EXISTING)
_ENTRY = Qt.ItemDataRole.UserRole
_EYE_PX, _ROW_PX, _HEAD_PX = 22, 30, 28
_SHAPES = {"Point": "point", "MultiPoint": "point", "LineString": "line", "MultiLineString": "line"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the tree: a real layer, or something shown that is none (heat, verdicts, route, proposals, notes)."""

    key: str
    title: str
    count: int | None
    is_visible: bool
    layer: LayerInfo | None = None
    hint: str = ""


def entries_of(workspace: Workspace, scene: Scene | None, slot: Slot) -> list[Entry]:
    """Return the lines of a slot, top first."""
    session = workspace.session
    if session is None:
        return []
    lines: list[Entry] = []
    request_shows = workspace.hidden
    if slot == Slot.PROPOSALS:
        proposals, notes = session.proposals.of(), session.proposals.notes()
        others = len(session.proposals.all()) - len(proposals)
        if notes:
            lines.append(Entry("notes", tr("Callouts"), len(notes), "notes" not in request_shows))
        lines.append(
            Entry("proposals", tr("Drawn proposals"), len(proposals), "proposals" not in request_shows)
        )
        if others:
            lines.append(Entry("others", tr("Not in this scenario"), others, "others" not in request_shows))
    elif slot == Slot.GAPS:
        lines.extend(_gap_entries(workspace, scene))
    elif slot == Slot.NEEDS and workspace.has_needs_map:
        items = scene.items if scene is not None else ()
        title = next((i.title for i in items if isinstance(i, SceneHeat) or i.key == "cells"), "")
        lines.append(Entry("heat", title or tr("Demand heat"), None, "heat" not in request_shows))
    lines.extend(
        Entry(f"layer:{info.id}", info.name, info.feature_count, _is_shown(workspace, info), info)
        for info in session.layers.all()
        if info.slot == slot
    )
    return lines


def _is_shown(workspace: Workspace, info: LayerInfo) -> bool:
    return info.is_visible and (info.role is not Role.DEMAND or workspace.shows_demand)


def _gap_entries(workspace: Workspace, scene: Scene | None) -> list[Entry]:
    gap = workspace.gap
    if gap is None or not workspace.has_place_for("gap"):
        return []
    title = ""
    if scene is not None:
        # the legend says how it is measured; here there is room for the service only
        title = next((i.title.split(" · ")[0] for i in scene.items if i.key.startswith("gap:")), "")
    lines = [Entry("gap", title or tr("Service gap"), len(gap.ids), "gap" not in workspace.hidden)]
    has_route = workspace.explanation is not None and len(workspace.explanation.route_xy) > 0
    if has_route and workspace.has_place_for("route"):
        lines.append(
            Entry("route", tr("Walking route (chosen building)"), 1, "route" not in workspace.hidden)
        )
    return lines


class _Lines(QStyledItemDelegate):
    """Paints a line: eye, swatch, name, count."""

    def __init__(self, tree: LayerTree) -> None:
        super().__init__(tree)
        self._tree = tree

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, _ROW_PX if index.parent().isValid() else _HEAD_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry = index.data(_ENTRY)
        t = tokens(self._tree.workspace.is_dark)
        box: QRect = option.rect
        state = option.state
        painter.save()
        if not isinstance(entry, Entry):
            painter.setPen(QColor(t.ink2))
            font = painter.font()
            font.setPixelSize(12)
            font.setBold(True)
            painter.setFont(font)
            painter.drawText(box.adjusted(14, 6, 0, 0), Qt.AlignmentFlag.AlignVCenter, str(index.data()))
            painter.restore()
            return
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(t.soft))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(t.hover))
        self._paint_entry(painter, box, entry)
        if state & QStyle.StateFlag.State_HasFocus and self._tree.hasFocus():
            painter.setPen(QColor(t.accent))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        painter.restore()

    def _paint_entry(self, painter: QPainter, box: QRect, entry: Entry) -> None:
        t = tokens(self._tree.workspace.is_dark)
        middle = box.center().y()
        eye = icon(
            "mdi6.eye-outline" if entry.is_visible else "mdi6.eye-off-outline",
            self._tree.workspace.is_dark,
            colour=t.ink2 if entry.is_visible else t.ink3,
        )
        eye.paint(painter, QRect(box.left() + 12, middle - 8, 17, 17))
        pixmap = self._tree.swatch_of(entry)
        if pixmap is not None:
            painter.setOpacity(1.0 if entry.is_visible else 0.5)
            painter.drawPixmap(QPoint(box.left() + 38, middle - 8), pixmap)
            painter.setOpacity(1.0)
        count = "" if entry.count is None else f"{entry.count:,}"
        small = painter.font()
        small.setPixelSize(12)
        normal = painter.font()
        painter.setFont(small)
        width = painter.fontMetrics().horizontalAdvance(count)
        right = box.right() - 12
        painter.setPen(QColor(t.ink3))
        painter.drawText(
            QRect(right - width, box.top(), width, box.height()), Qt.AlignmentFlag.AlignVCenter, count
        )
        painter.setFont(normal)
        painter.setPen(QColor(t.ink if entry.is_visible else t.ink3))
        room = QRect(box.left() + 62, box.top(), right - width - 8 - box.left() - 62, box.height())
        words = painter.fontMetrics().elidedText(entry.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)


class LayerTree(QTreeWidget):
    """Follows the registry.

    Signals
    -------
    style_asked
        A layer's look should be edited (double click or Enter).
    menu_asked
        A context menu is wanted for an :class:`Entry` at a global position.
    current_changed
        Another layer is chosen: its selection key, or an empty string.
    """

    style_asked = Signal(object)
    menu_asked = Signal(object, QPoint)
    current_changed = Signal(str)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self._scene: Scene | None = None
        self._is_filling = False
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemsExpandable(False)
        self.setMouseTracking(True)
        self.setUniformRowHeights(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setItemDelegate(_Lines(self))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_menu)
        self.itemDoubleClicked.connect(self._on_double_click)
        self.currentItemChanged.connect(self._on_current)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.rebuild)
        for signal in (workspace.session_changed, workspace.changed, workspace.overlay_changed):
            signal.connect(self._later)
        workspace.language_changed.connect(self._later)
        workspace.theme_changed.connect(self._later)
        workspace.stage_changed.connect(self._later)
        self.rebuild()

    @property
    def current(self) -> Entry | None:
        """Return the chosen line."""
        item = self.currentItem()
        entry = item.data(0, _ENTRY) if item is not None else None
        return entry if isinstance(entry, Entry) else None

    @property
    def entries(self) -> list[Entry]:
        """Return all lines from the top."""
        return [item.data(0, _ENTRY) for item in self._items()]

    def set_scene(self, scene: Scene | None) -> None:
        """Take titles and colours of what is shown."""
        self._scene = scene
        self._later()

    def _later(self, *_ignored: object) -> None:
        self._soon.start(0)

    def rebuild(self) -> None:
        """Build all lines again; the chosen one stays chosen."""
        chosen = self.current.key if self.current is not None else ""
        self._is_filling = True
        self.clear()
        self.setAccessibleName(tr("Layers"))
        for slot in _SLOTS:
            head = QTreeWidgetItem([term(slot)])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsDropEnabled)
            head.setData(0, Qt.ItemDataRole.UserRole + 1, slot)
            self.addTopLevelItem(head)
            for entry in entries_of(self.workspace, self._scene, slot):
                item = QTreeWidgetItem([entry.title])
                item.setData(0, _ENTRY, entry)
                item.setToolTip(0, self._tooltip(entry))
                flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
                item.setFlags(flags | Qt.ItemFlag.ItemIsDragEnabled if entry.layer is not None else flags)
                head.addChild(item)
                if entry.key == chosen:
                    self.setCurrentItem(item)
            head.setHidden(head.childCount() == 0)
        self.expandAll()
        self._is_filling = False
        if self.current is None and chosen:
            self.current_changed.emit("")

    def choose(self, key: str) -> None:
        """Choose the line of a selection key, if there is one."""
        for item in self._items():
            entry = item.data(0, _ENTRY)
            if isinstance(entry, Entry) and entry.key == key:
                self.setCurrentItem(item)

    def swatch_of(self, entry: Entry) -> QPixmap | None:
        """Return the little picture of a line."""
        ratio = self.devicePixelRatioF()
        if entry.layer is not None:
            shape = _SHAPES.get(entry.layer.geometry_type, "polygon")
            classes = entry.layer.style.classes
            if entry.layer.style.kind != StyleKind.SINGLE and len(classes) > 1 and shape != "line":
                fills = tuple((c.symbol.fill or c.symbol.stroke or "#888888") for c in classes[:4])
                return ramp(fills, ratio)
            return swatch(classes[0].symbol, shape, ratio) if classes else None
        return self._scene_swatch(entry, ratio)

    def _scene_swatch(self, entry: Entry, ratio: float) -> QPixmap | None:
        if entry.key == "notes":
            t = tokens(self.workspace.is_dark)
            return icon("mdi6.comment-text-outline", self.workspace.is_dark, colour=t.ink2).pixmap(16, 16)
        item = self._scene_item(entry.key)
        if isinstance(item, SceneHeat):
            return ramp(item.colours[:4], ratio)
        if isinstance(item, SceneLayer) and item.legend:
            if entry.key == "gap":
                return ramp(tuple(e.symbol.fill or "#888888" for e in item.legend[:3]), ratio)
            return swatch(item.legend[0].symbol, item.legend[0].shape, ratio)
        return None

    def _scene_item(self, key: str) -> SceneLayer | SceneHeat | None:
        items = self._scene.items if self._scene is not None else ()
        for item in items:
            if item.key == key or (key == "gap" and item.key.startswith("gap:")):
                return item
            if key == "heat" and isinstance(item, SceneHeat):
                return item
        return None

    def _tooltip(self, entry: Entry) -> str:
        if entry.layer is None:
            return entry.title
        info = entry.layer
        lines = [info.name, term(info.role), f"{info.datum.value} · {info.source_crs or '–'}"]
        if info.passport is not None and info.passport.rows_refused:
            lines.append(tr("{n} rows were refused; see the import passport", n=info.passport.rows_refused))
        if info.attribution:
            lines.append(info.attribution)
        return "\n".join(lines)

    def _items(self) -> list[QTreeWidgetItem]:
        heads = [self.topLevelItem(i) for i in range(self.topLevelItemCount())]
        children = [h.child(i) for h in heads if h is not None for i in range(h.childCount())]
        return [child for child in children if child is not None]

    # -- gestures -----------------------------------------------------------------------------------------------
    def toggle(self, entry: Entry) -> None:
        """Show or hide a line's content."""
        session = self.workspace.session
        if session is None:
            return
        if entry.layer is None:
            self.workspace.set_hidden(entry.key, hidden=entry.is_visible)
            return
        if entry.layer.role is Role.DEMAND and entry.layer.is_visible:
            self.workspace.set_demand_shown(shown=not entry.is_visible)  # of this stage, not of the project
            return
        if session.project.is_read_only:
            self.workspace.message.emit(tr("The project is open for reading only."), "warning")
            return
        session.layers.set_visible(entry.layer.id, visible=not entry.is_visible)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Handle a pressed button."""
        at = event.position().toPoint()
        item = self.itemAt(at)
        entry = item.data(0, _ENTRY) if item is not None else None
        is_eye = at.x() < 12 + _EYE_PX and event.button() == Qt.MouseButton.LeftButton
        if isinstance(entry, Entry) and is_eye:
            self.toggle(entry)
            event.accept()
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle a key."""
        entry = self.current
        if entry is not None and event.key() == Qt.Key.Key_Space:
            self.toggle(entry)
        elif entry is not None and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and entry.layer:
            self.style_asked.emit(entry.layer.id)
        else:
            super().keyPressEvent(event)

    def _on_double_click(self, item: QTreeWidgetItem, _column: int) -> None:
        entry = item.data(0, _ENTRY)
        if isinstance(entry, Entry) and entry.layer is not None:
            self.style_asked.emit(entry.layer.id)

    def _on_current(self, *_ignored: object) -> None:
        if not self._is_filling:
            self.current_changed.emit(self.current.key if self.current is not None else "")

    def _ask_menu(self, at: QPoint) -> None:
        item = self.itemAt(at)
        entry = item.data(0, _ENTRY) if item is not None else None
        if isinstance(entry, Entry):
            self.menu_asked.emit(entry, self.viewport().mapToGlobal(at))

    def dropEvent(self, event: QDropEvent) -> None:
        """Handle a drop."""
        entry, target = self.current, self.itemAt(event.position().toPoint())
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if entry is None or entry.layer is None or target is None or self.workspace.session is None:
            return
        other = target.data(0, _ENTRY)
        layer = other.layer if isinstance(other, Entry) else None
        slot = layer.slot if layer is not None else target.data(0, Qt.ItemDataRole.UserRole + 1)
        if slot != entry.layer.slot:
            self.workspace.message.emit(
                tr("A layer stays in its slot; drag it up or down among its neighbours."), "info"
            )
            return
        if layer is not None and layer.id == entry.layer.id:
            return
        self._move(entry.layer, layer, below=self._is_below(event, target))

    def _is_below(self, event: QDropEvent, target: QTreeWidgetItem) -> bool:
        return event.position().y() > self.visualItemRect(target).center().y()

    def _move(self, layer: LayerInfo, other: LayerInfo | None, *, below: bool) -> None:
        session = self.workspace.session
        if session is None:
            return
        ids: list[LayerId] = [i.id for i in session.layers.all() if i.slot == layer.slot and i.id != layer.id]
        position = 0 if other is None else ids.index(other.id) + (1 if below else 0)
        try:
            session.layers.move(layer.id, position)
        except Exception as error:  # noqa: BLE001  one sentence for a person, whatever happened
            self.workspace.message.emit(sentence(error), "error")

    def viewportEvent(self, event: QEvent) -> bool:
        """Show a pointing hand over the eyes."""
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            is_eye = (
                event.position().x() < 12 + _EYE_PX and self.itemAt(event.position().toPoint()) is not None
            )
            self.viewport().setCursor(
                Qt.CursorShape.PointingHandCursor if is_eye else Qt.CursorShape.ArrowCursor
            )
        return super().viewportEvent(event)
