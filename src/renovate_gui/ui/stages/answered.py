"""Which residents' demands a proposal answers: the selected ones, or all of a category nearby."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout, QWidget

from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.roles import Role
from renovate_gui.ui.stages.controls import menu_of
from renovate_gui.ui.stages.widgets import LegendRow, Stack, button, say, text
from renovate_gui.ui.workspace import Workspace

Commit = Callable[[Callable[[Proposal], Proposal], str], bool]
NEAR_M = 300.0


def answer_keys(info: LayerInfo, ids: list[int]) -> tuple[str, ...]:
    """Return the stored names of demand features."""
    return tuple(f"{info.uuid}/{i}" for i in ids)


def categories_of(session: Session, answers: tuple[str, ...]) -> Counter[str]:
    """Return how many answered demands each category has."""
    wanted: dict[str, set[int]] = {}
    for key in answers:
        layer, _, feature = key.rpartition("/")
        if feature.isdigit():
            wanted.setdefault(layer, set()).add(int(feature))
    counts: Counter[str] = Counter()
    for info in session.layers.of_role(Role.DEMAND):
        ids = wanted.get(str(info.uuid), set())
        if not ids:
            continue
        names = session.layers.field(info.id, "category")
        for i, feature in enumerate(session.layers.table(info.id).ids.tolist()):
            if feature in ids:
                counts[str(names[i]) if names is not None and names[i] is not None else ""] += 1
    return counts


def nearby(session: Session, proposal: Proposal, category: str) -> tuple[str, ...]:
    """Return the demands of a category within :data:`NEAR_M` of the proposal."""
    import numpy as np
    import shapely

    keys: list[str] = []
    for info in session.layers.of_role(Role.DEMAND):
        table = session.layers.table(info.id)
        names = session.layers.field(info.id, "category")
        if not len(table) or proposal.geometry is None:
            continue
        near = shapely.dwithin(table.geometry, proposal.geometry, NEAR_M)
        same = (
            np.array([("" if n is None else str(n)) == category for n in names])
            if names is not None
            else True
        )
        keys += answer_keys(info, table.ids[near & same].tolist())
    return tuple(keys)


class AnsweredBox(QWidget):
    """The answered demands by category, and ways to add some."""

    def __init__(self, workspace: Workspace, commit: Commit) -> None:
        super().__init__()
        self._workspace = workspace
        self._commit = commit
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._rows = Stack(2)
        self.note = text("", "small")
        self.near_button = button(tr("Add demands within {m} m ▾", m=f"{NEAR_M:g}"), lambda: None)
        self.selected_button = button(tr("Add the selected ones"), self._add_selected)
        self.clear_button = button(tr("Remove all"), self._clear, "link")
        for widget in (self._rows, self.note, self.near_button, self.selected_button, self.clear_button):
            column.addWidget(widget)
        workspace.selection_changed.connect(self._show_buttons)

    def follow(self, proposal: Proposal) -> None:
        """Show the stored answers."""
        session = self._workspace.session
        if session is None:
            return
        counts = categories_of(session, proposal.answers)
        rows: list[QWidget] = [
            LegendRow("", words or tr("(no category)"), [str(n)]) for words, n in counts.most_common()
        ]
        self._rows.show_widgets(rows)
        has_demand = bool(session.layers.of_role(Role.DEMAND))
        lost = len(proposal.answers) - sum(counts.values())
        words = "" if proposal.answers else tr("None named yet.")
        if lost:
            words = tr("{n} named demands are no longer in the data.", n=lost)
        say(self.note, words if has_demand else tr("No residents' answers have been imported."))
        self.near_button.setVisible(has_demand)
        self.clear_button.setVisible(bool(proposal.answers))
        self._offer_categories(session, proposal)
        self._show_buttons()

    def _offer_categories(self, session: Session, proposal: Proposal) -> None:
        options = []
        for count in session.needs.categories():
            found = len(nearby(session, proposal, count.category))
            if found:
                options.append((count.category, f"{count.category or tr('(no category)')}  {found}"))
        old = self.near_button.menu()
        self.near_button.setMenu(menu_of(self, options, "\0", self._add_category))
        if old is not None:
            old.deleteLater()
        self.near_button.setEnabled(bool(options))
        self.near_button.setToolTip("" if options else tr("No demand lies within {m} m.", m=f"{NEAR_M:g}"))

    def _selected(self) -> tuple[str, ...]:
        session = self._workspace.session
        key, ids = self._workspace.selection
        if session is None or not key.startswith("layer:"):
            return ()
        for info in session.layers.of_role(Role.DEMAND):
            if key == f"layer:{info.id}":
                return answer_keys(info, [int(str(i)) for i in ids])
        return ()

    def _show_buttons(self) -> None:
        self.selected_button.setVisible(bool(self._selected()))

    def _add_selected(self) -> None:
        self._add(self._selected())

    def _add_category(self, category: str) -> None:
        session = self._workspace.session
        if session is not None:

            def change(p: Proposal) -> Proposal:
                return _with_answers(p, nearby(session, p, category))

            self._commit(change, tr("Answered demands"))

    def _add(self, keys: tuple[str, ...]) -> None:
        self._commit(lambda p: _with_answers(p, keys), tr("Answered demands"))

    def _clear(self) -> None:
        self._commit(lambda p: replace(p, answers=()), tr("Answered demands"))


def _with_answers(proposal: Proposal, keys: tuple[str, ...]) -> Proposal:
    return replace(proposal, answers=tuple(dict.fromkeys((*proposal.answers, *keys))))
