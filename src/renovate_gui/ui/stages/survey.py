"""Survey: bring layers in, see what each one is, where it came from and what it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from renovate_gui.app.session import Session
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.layer import ChangeEvent, LayerInfo
from renovate_gui.domain.roles import Datum, Role
from renovate_gui.ui.stages.bar import Part, StackedBar
from renovate_gui.ui.stages.numbers import whole
from renovate_gui.ui.stages.panel import StagePanel
from renovate_gui.ui.stages.readiness import survey_readiness
from renovate_gui.ui.stages.replies_box import DropCard
from renovate_gui.ui.stages.widgets import (
    Card,
    Elided,
    Readiness,
    Stack,
    appear,
    button,
    enable,
    flowing,
    headline,
    hint,
    pair,
    pill,
    row,
    say,
    set_headline,
    text,
    tight,
)
from renovate_gui.ui.workspace import Stage

FORMATS = (
    "*.gpkg *.geojson *.json *.geojsonl *.geojsons *.shp *.fgb *.kml *.csv *.tsv *.txt"
    " *.asc *.agr *.grd *.tif *.tiff *.hgt *.zip"
)
_ROLE_COLOURS = (
    "#0E7C86",
    "#3B6FB6",
    "#4F5763",
    "#A6761D",
    "#8C6BB1",
    "#CC79A7",
    "#56B4E9",
    "#7A8594",
    "#B07B3E",
    "#A3B18A",
    "#B8BFC9",
)


class SurveyPanel(StagePanel):
    """The inspector of the Survey stage."""

    stage = Stage.SURVEY

    def title(self) -> str:
        """Return the panel's title."""
        return tr("Survey")

    def concerns(self, event: ChangeEvent) -> bool:
        """Return whether layers or the totals of residents changed."""
        return event.registry or event.settings or bool(event.layers)

    # -- building -------------------------------------------------------------------------------------------------
    def build(self, column: QVBoxLayout, session: Session) -> None:  # noqa: ARG002  the same for every panel
        """Lay out headline, drop place, readiness and layers."""
        self.headline = headline()
        self.sentence = text("")
        self.bar = StackedBar(self.look.line)
        drop = DropCard(self.open_import)
        self.add_button = button(tr("Add files …"), self.choose_files, "primary")
        enable(self.add_button, self.read_only_reason())
        drop.setAcceptDrops(not self.read_only_reason())
        drop.add(text(tr("Drop files or folders here"), "strong"))
        formats = tr(
            "GeoPackage, GeoJSON, Shapefile, FlatGeobuf, KML, CSV; heights as ASCII grid, GeoTIFF or HGT"
        )
        drop.add(text(formats, "small"), self.add_button)
        self.readiness = Readiness(self.look)
        self.people_button = button(tr("Estimate residents from totals …"), self.open_people, "link")
        self.layers = Stack(8)
        parts = (tight(self.headline, self.sentence), self.bar, drop, self.readiness, self.people_button)
        for widget in (*parts, self.layers):
            column.addWidget(widget)

    def build_empty(self, column: QVBoxLayout) -> None:
        """Say how to begin."""
        words = tr("No project is open. Make a new one or open one; then drop the files of the quarter here.")
        column.addWidget(hint(words))

    # -- following ------------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the layers."""
        session = self.session
        if session is None:
            return
        infos = session.layers.all()
        total = sum(i.feature_count for i in infos)
        set_headline(self.headline, str(len(infos)))
        say(self.sentence, tr("layers, {n} features", n=whole(total)))
        by_role = {role: sum(i.feature_count for i in infos if i.role == role) for role in Role}
        parts = [Part(term(r), float(n), _ROLE_COLOURS[k]) for k, (r, n) in enumerate(by_role.items())]
        self.bar.set_parts(parts)
        self.bar.setVisible(bool(infos))
        if infos:
            self.readiness.show_lines(tr("For the next stages"), survey_readiness(session))
        else:
            self.readiness.show_lines("", [])
        appear(self.people_button, on=bool(session.layers.of_role(Role.BUILDINGS)))
        self.layers.show_widgets([self._layer_card(i) for i in infos] if infos else [self._first_step()])

    def _first_step(self) -> QWidget:
        return hint(
            tr(
                "Begin with buildings, facilities and the walking network. The program proposes what each layer is."
            )
        )

    def _layer_card(self, info: LayerInfo) -> Card:
        card = Card("plain", margins=(10, 8, 10, 8))
        card.add(pair(Elided(info.name, "strong"), pill(term(info.role), "accent")))
        kind = "plain" if info.datum in {Datum.WGS84, Datum.CGCS2000} else "warn"
        marks = row(
            pill(term(info.datum), kind, tr("Source coordinates: {crs}", crs=info.source_crs or "–")),
            text(_counts(info), "small", wrap=False),
            spacing=8,
        )
        card.add(marks)
        links = [button(tr("Columns …"), lambda: self._open_mapping(info), "minor")]
        if info.passport is not None:
            links.insert(0, button(tr("Passport …"), lambda: self._open_passport(info), "minor"))
        if not self.read_only_reason():
            links.append(button(tr("Check shapes …"), lambda: self._open_repair(info), "minor"))
        card.add(flowing(*links))
        return card

    # -- actions --------------------------------------------------------------------------------------------------
    def choose_files(self) -> None:
        """Ask for files, then open the import dialog."""
        names, _ = QFileDialog.getOpenFileNames(
            self, tr("Add files"), "", tr("All supported ({patterns});;All files (*)", patterns=FORMATS)
        )
        if names:
            self.open_import([Path(n) for n in names])

    def open_import(self, paths: Sequence[Path]) -> None:
        """Open the import dialog on files or folders."""
        from renovate_gui.ui.stages.import_dialog import ImportDialog

        if self.session is not None:
            ImportDialog(self, self.workspace, self.jobs, paths).open()

    def open_people(self) -> None:
        """Open the dialog that shares totals of residents out to buildings."""
        from renovate_gui.ui.stages.people_dialog import PeopleDialog

        if self.session is not None:
            PeopleDialog(self, self.workspace).open()

    def _open_passport(self, info: LayerInfo) -> None:
        from renovate_gui.ui.stages.passport_dialog import PassportDialog

        PassportDialog(self, self.workspace, info).open()

    def _open_mapping(self, info: LayerInfo) -> None:
        from renovate_gui.ui.stages.mapping_dialog import MappingDialog

        MappingDialog(self, self.workspace, info).open()

    def _open_repair(self, info: LayerInfo) -> None:
        from renovate_gui.ui.stages.repair_dialog import RepairDialog

        RepairDialog(self, self.workspace, self.jobs, info).open()


def _counts(info: LayerInfo) -> str:
    passport = info.passport
    if passport is None:
        return tr("1 feature") if info.feature_count == 1 else tr("{n} features", n=whole(info.feature_count))
    if not passport.rows_refused:
        return tr("{n} read, all shown", n=whole(passport.rows_read))
    return tr(
        "{n} read · {shown} shown · {refused} refused",
        n=whole(passport.rows_read),
        shown=whole(passport.rows_shown),
        refused=whole(passport.rows_refused),
    )
