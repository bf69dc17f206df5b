"""“Where the figures come from”: kept figures and the sources of all layers, each with what an auditor asks."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.figure import Figure, Recomputed
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.ui import reasons
from renovate_gui.ui.jobs import JobHandle, Jobs, sentence
from renovate_gui.ui.provenance.figure_card import Again, FigureCard
from renovate_gui.ui.provenance.source_card import SourceCard
from renovate_gui.ui.stages.controls import Segments
from renovate_gui.ui.stages.dialog import StageDialog
from renovate_gui.ui.stages.scrolled import ScrolledColumn
from renovate_gui.ui.stages.widgets import Stack, appear, button, enable, hint, row, say, text
from renovate_gui.ui.workspace import Stage, Workspace

FIGURES, LAYERS = "figures", "layers"
_SIZE = (860, 700)


class ProvenanceDialog(StageDialog):
    """The dialog; computing again goes on in the background and ends with it."""

    def __init__(self, parent: QWidget | None, workspace: Workspace, jobs: Jobs) -> None:
        super().__init__(parent, workspace, tr("Where the figures come from"), _SIZE)
        self._jobs = jobs
        self._again: dict[str, Again] = {}
        self._open: set[str] = set()
        self._removed_state = ""
        self.tab = FIGURES
        self.cards: list[FigureCard] = []
        self.sources: list[SourceCard] = []
        self._chooser = Stack()
        self.column.addWidget(self._chooser)
        self._intro = text("", "quiet")
        self.column.addWidget(self._intro)
        self._build_removed()
        self._list = Stack(10)
        self._area = ScrolledColumn()
        self._area.fill(self._list)
        self._area.verticalScrollBar().rangeChanged.connect(self._on_room)
        self._wanted: FigureCard | None = None
        self.column.addWidget(self._area, 1)
        self.all_again = button(tr("Compute all again"), self.compute_all)
        self.add_foot(self.close_button(), left=row(self.all_again))
        workspace.changed.connect(self._on_changed)
        self.refresh()

    # -- building -----------------------------------------------------------------------------------------------
    def _build_removed(self) -> None:
        self._removed_words = text("", "quiet")
        self.undo_button = button(tr("Undo"), self.undo_remove, "link")
        self._removed = row(self._removed_words, self.undo_button)
        self._removed.hide()
        self.column.addWidget(self._removed)

    @property
    def session(self) -> Session | None:
        """Return the open session."""
        return self.workspace.session

    def refresh(self) -> None:
        """Show what is there now."""
        session = self.session
        if session is None:
            return
        figures, layers = session.provenance.figures(), session.layers.all()
        tabs = [
            (FIGURES, tr("Kept figures ({n})", n=len(figures))),
            (LAYERS, tr("Layers ({n})", n=len(layers))),
        ]
        chooser = Segments(tabs, self.tab)
        chooser.chosen.connect(self.show_tab)
        self._chooser.show_widgets([chooser])
        if self.tab == FIGURES:
            self._show_figures(figures)
        else:
            self._show_layers(layers)
        appear(self._removed, on=bool(self._removed_state) and session.project.state == self._removed_state)
        enable(self.all_again, "" if figures else tr("No figure is kept yet."))
        appear(self.all_again, on=self.tab == FIGURES)

    def show_tab(self, tab: str) -> None:
        """Show kept figures or layers."""
        self.tab = tab
        self.refresh()
        self._area.verticalScrollBar().setValue(0)

    def _show_figures(self, figures: tuple[Figure, ...]) -> None:
        words = tr(
            "A kept figure remembers what it was computed from. “Compute again” takes exactly that, whatever has "
            "changed since, and compares every number."
        )
        say(self._intro, words if figures else "")
        read_only = reasons.read_only(self.workspace)
        self.cards = [
            FigureCard(
                f,
                self._again.get(f.uuid, Again()),
                self.look,
                read_only=read_only,
                is_open=f.uuid in self._open,
            )
            for f in reversed(figures)
        ]
        for card in self.cards:
            card.again_asked.connect(self.compute)
            card.remove_asked.connect(self.remove)
            card.unfolded.connect(self._on_unfolded)
        self._list.show_widgets(self.cards or [self._nothing_kept()])

    def _nothing_kept(self) -> QWidget:
        words = tr(
            "No figure is kept yet. Press “Keep this figure” on Needs or Gaps, or export a package: its figures are kept "
            "with it."
        )
        return hint(words, tr("Go to Gaps"), self._go_to_gaps)

    def _show_layers(self, layers: tuple[LayerInfo, ...]) -> None:
        say(self._intro, tr("The hash tells whether a file is the very one that was imported."))
        self.sources = [SourceCard(info) for info in layers]
        for card in self.sources:
            card.passport_asked.connect(self.show_passport)
            card.copied.connect(self._on_copied)
        self._list.show_widgets(self.sources or [text(tr("The project has no layer yet."), "quiet")])

    # -- computing again ----------------------------------------------------------------------------------------
    def compute(self, figure: Figure) -> None:
        """Compute one figure again."""
        session = self.session
        if session is None or self._again.get(figure.uuid, Again()).is_running:
            return
        self._again[figure.uuid] = Again(is_running=True)
        handle = self._jobs.start(
            session.provenance.recompute(figure),
            self._on_again,
            lambda error: self._on_trouble(figure, error),
            key=_key(figure.uuid),
        )
        handle.changed.connect(lambda: self._on_job(figure, handle))
        self.refresh()

    def compute_all(self) -> None:
        """Compute every kept figure again."""
        if self.session is not None:
            for figure in self.session.provenance.figures():
                self.compute(figure)

    def _on_again(self, found: Recomputed) -> None:
        self._again[found.figure.uuid] = Again(result=found)
        self.refresh()

    def _on_trouble(self, figure: Figure, error: Exception) -> None:
        self._again[figure.uuid] = Again(problem=sentence(error))
        self.refresh()

    def _on_job(self, figure: Figure, handle: JobHandle) -> None:
        """Let a figure be computed anew after somebody stopped it in the task list."""
        if (
            not handle.is_running
            and handle.was_cancelled
            and self._again.get(figure.uuid, Again()).is_running
        ):
            self._again.pop(figure.uuid)
            self.refresh()

    # -- removing -----------------------------------------------------------------------------------------------
    def remove(self, figure: Figure) -> None:
        """Stop keeping a figure; the line that appears takes it back."""
        session = self.session
        if session is None or not self._try(lambda: session.provenance.forget(figure.uuid)):
            return
        self._jobs.cancel(_key(figure.uuid))
        self._again.pop(figure.uuid, None)
        self._removed_words.setText(tr("“{title}” is no longer kept.", title=figure.title))
        self._removed_state = session.project.state
        self.refresh()

    def undo_remove(self) -> None:
        """Keep the figure again that was removed last."""
        session = self.session
        if session is not None and session.project.state == self._removed_state:
            self._try(session.undo)
            self._removed_state = ""
            self.refresh()

    def _try(self, call: object) -> bool:
        assert callable(call)
        try:
            call()
        except RenovateError as error:
            self.workspace.message.emit(sentence(error), "error")
            return False
        return True

    # -- small things -------------------------------------------------------------------------------------------
    def show_passport(self, info: LayerInfo) -> None:
        """Show a layer's passport on top."""
        from renovate_gui.ui.stages.passport_dialog import PassportDialog

        PassportDialog(self, self.workspace, info).open()

    def _on_copied(self) -> None:
        self.workspace.message.emit(tr("The hash is on the clipboard."), "info")

    def _on_unfolded(self, uuid: str, is_open: bool) -> None:
        (self._open.add if is_open else self._open.discard)(uuid)
        self._wanted = next((c for c in self.cards if c.figure.uuid == uuid), None) if is_open else None

    def _on_room(self, _low: int, _high: int) -> None:
        """Bring details that were just unfolded into sight, as soon as there is room to scroll to them."""
        page, card, self._wanted = self._area.widget(), self._wanted, None
        if page is not None and card is not None and card in self.cards:
            self._area.verticalScrollBar().setValue(card.mapTo(page, QPoint(0, 0)).y())

    def _go_to_gaps(self) -> None:
        self.workspace.set_stage(Stage.GAPS)
        self.accept()

    def _on_changed(self, _event: object) -> None:
        self.refresh()

    def done(self, result: int) -> None:
        """Stop what is still being computed, and leave."""
        self.workspace.changed.disconnect(self._on_changed)
        running = [uuid for uuid, again in self._again.items() if again.is_running]
        self._again.clear()  # a job that ends later finds nobody who waits for it
        for uuid in running:
            self._jobs.cancel(_key(uuid))
        super().done(result)


def _key(uuid: str) -> str:
    return f"figure-{uuid}"
