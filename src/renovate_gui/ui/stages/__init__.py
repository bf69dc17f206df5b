"""The stage panels of the right inspector, the chart, and the import dialog. The shell needs nothing else from here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from renovate_gui.ui.workspace import Stage

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from renovate_gui.ui.jobs import Jobs
    from renovate_gui.ui.stages.import_dialog import ImportDialog
    from renovate_gui.ui.workspace import Workspace


def make_panel(stage: Stage, workspace: Workspace, jobs: Jobs) -> QWidget:
    """Return the inspector of a stage; it follows the workspace by itself."""
    from renovate_gui.ui.stages.drawing import Drawing

    Drawing.of(workspace)  # whatever the stage, a finished drawing becomes a proposal
    if stage == Stage.SURVEY:
        from renovate_gui.ui.stages.survey import SurveyPanel

        return SurveyPanel(workspace, jobs)
    if stage == Stage.NEEDS:
        from renovate_gui.ui.stages.needs import NeedsPanel

        return NeedsPanel(workspace, jobs)
    if stage == Stage.GAPS:
        from renovate_gui.ui.stages.gaps import GapsPanel

        return GapsPanel(workspace, jobs)
    if stage == Stage.PROPOSALS:
        from renovate_gui.ui.stages.proposals import ProposalsPanel

        return ProposalsPanel(workspace, jobs)
    if stage == Stage.COUNCIL:
        from renovate_gui.ui.stages.council import CouncilPanel

        return CouncilPanel(workspace, jobs)
    from renovate_gui.ui.stages.evaluate import EvaluatePanel

    return EvaluatePanel(workspace, jobs)


def make_chart(workspace: Workspace) -> QWidget:
    """Return the chart for the bottom dock: people within a distance of the nearest facility."""
    from renovate_gui.ui.stages.sharing_charts import GapCharts

    return GapCharts(workspace)


def open_import(
    parent: QWidget | None, workspace: Workspace, jobs: Jobs, paths: Sequence[Path]
) -> ImportDialog:
    """Open the import dialog on files or folders; it deletes itself when closed."""
    from renovate_gui.ui.stages.import_dialog import ImportDialog

    dialog = ImportDialog(parent, workspace, jobs, paths)
    dialog.open()
    return dialog


__all__ = ["make_chart", "make_panel", "open_import"]
