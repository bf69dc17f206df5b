"""The session: one open project, its services, its undo, its observers.

Everything a person can do goes through here, from the window and from the command line alike. Services:

========================= ==================================== ==========================================
attribute                 module                               stage
========================= ==================================== ==========================================
``survey``                :mod:`renovate_gui.app.survey`       inspect, propose, import, repair
``layers``                :mod:`renovate_gui.app.layers`       registry, order, styles, tables, identify
``people``                :mod:`renovate_gui.app.people`       residents estimated from totals
``needs``                 :mod:`renovate_gui.app.needs`        demand and heat
``gaps``                  :mod:`renovate_gui.app.gaps`         standards, reach, verdicts, why
``proposals``             :mod:`renovate_gui.app.proposals`    draw, form, photos, notes
``scenarios``             :mod:`renovate_gui.app.scenarios`    alternatives over one base, locks
``council``               :mod:`renovate_gui.app.council`      package out, replies in
``siting``                :mod:`renovate_gui.app.siting`       where new places reach most people
``scenes``                :mod:`renovate_gui.app.scenes`       what the map shows at a stage
``timeline``              :mod:`renovate_gui.app.timeline`     history, versions, what each step changed
``provenance``            :mod:`renovate_gui.app.provenance`   kept figures, computed again
``standards``             :mod:`renovate_gui.app.standards`    the standard, changed rows, signatures
``parameters``            :mod:`renovate_gui.app.parameters`   what analyses are asked, kept in the project
``reporting``             :mod:`renovate_gui.app.reporting`    statements and indicators for the council
``merging``               :mod:`renovate_gui.app.merging`      a colleague's copy into this project
``forms``                 :mod:`renovate_gui.app.forms`        what residents answer on: comment forms on paper
``scans``                 :mod:`renovate_gui.app.scanning`     scanned forms: read, asked about, taken in
``ledger``                :mod:`renovate_gui.app.ledger`       one ledger of all answers, whatever way they came
``comments``              :mod:`renovate_gui.app.comments`     remarks on what is planned, each with an owner, a state and an official answer
``voting``                :mod:`renovate_gui.app.voting`       votes by heads and by floor area under rules of consent
``stages``                :mod:`renovate_gui.app.stages`       the stages a renewal goes through, and what happened in each
``meetings``              :mod:`renovate_gui.app.meetings`     meetings of the council: agenda, who came, minutes, what was agreed
``layouts``               :mod:`renovate_gui.app.layouts`      templates for printed sheets
``asked``                 :mod:`renovate_gui.app.questions`    questions to residents beside the proposals
========================= ==================================== ==========================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from renovate_gui.app.left_packages import settle
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.domain.save_state import SaveState
from renovate_gui.store.project import HistoryStep, Project

if TYPE_CHECKING:
    from renovate_gui.app.ports import Printer

Observer = Callable[[ChangeEvent], None]


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """Settings that travel with the project."""

    title: str
    crs: str  # "EPSG:4545"
    standard: str  # profile id
    language: str = ""


class Session:
    """One open project.

    Attributes
    ----------
    project
        The project file.
    survey, layers, needs, gaps, proposals, council, scenes
        The services, see the module's table.
    """

    def __init__(self, project: Project, *, printer: Printer | None = None) -> None:
        from renovate_gui.app.council import Council
        from renovate_gui.app.gaps import Gaps
        from renovate_gui.app.layers import Layers
        from renovate_gui.app.merging import Merging
        from renovate_gui.app.needs import Needs
        from renovate_gui.app.parameters import Parameters
        from renovate_gui.app.people import People
        from renovate_gui.app.proposals import Proposals
        from renovate_gui.app.provenance import Provenance
        from renovate_gui.app.reporting import Reporting
        from renovate_gui.app.scenarios import Scenarios
        from renovate_gui.app.scenes import Scenes
        from renovate_gui.app.siting import Siting
        from renovate_gui.app.standards import Standards
        from renovate_gui.app.survey import Survey
        from renovate_gui.app.timeline import Timeline

        self.project = project
        self.layers = Layers(project)
        self.survey = Survey(project, self.layers)
        self.people = People(project, self.layers)
        self.needs = Needs(project, self.layers)
        self.scenarios = Scenarios(project)
        self.proposals = Proposals(project, self.scenarios)
        self.gaps = Gaps(project, self.layers, self.proposals)
        self.siting = Siting(project, self.gaps)
        self.scenes = Scenes(project, self.layers, self.needs, self.gaps, self.proposals)
        self.timeline = Timeline(project)
        self.standards = Standards(project)
        self.parameters = Parameters(project)
        self.provenance = Provenance(self)
        self.reporting = Reporting(self, printer=printer)
        self.merging = Merging(project)
        self.council = Council(project, self, printer=printer)
        self._wire_council(project, printer)

    def _wire_council(self, project: Project, printer: Printer | None) -> None:
        from renovate_gui.app.comments import Comments
        from renovate_gui.app.forms import Forms
        from renovate_gui.app.layouts import Layouts
        from renovate_gui.app.ledger import Ledger
        from renovate_gui.app.meetings import Meetings
        from renovate_gui.app.questions import Asked
        from renovate_gui.app.scanning import Scans
        from renovate_gui.app.stages import Stages
        from renovate_gui.app.voting import Voting

        self.asked = Asked(project)
        self.forms = Forms(project, self, printer=printer)
        self.scans = Scans(project, self)
        self.ledger = Ledger(project, self)
        self.scenes.take_replies_from(self.ledger.standing)
        self.comments = Comments(project, self)
        self.voting = Voting(project, self)
        self.stages = Stages(project, self)
        self.meetings = Meetings(project, self)
        self.layouts = Layouts(project, self)

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        title: str = "",
        crs: str = "",
        standard: str = "cn-gb50180-2018",
        printer: Printer | None = None,
        keeps_unsaved: bool = False,
    ) -> Self:
        """Make a new project file; ``crs`` empty means: decided by the first import (CGCS2000 3° zone of its centroid)."""
        made = Project.create(path, title=title, crs=crs, standard=standard, keeps_unsaved=keeps_unsaved)
        return cls(made, printer=printer)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        printer: Printer | None = None,
        read_only: bool = False,
        keeps_unsaved: bool = False,
        through_local_copy: bool | None = None,
    ) -> Self:
        """Open a project file; raise DataError with one sentence when it is not ours, newer or damaged.

        With ``keeps_unsaved`` an edit that the disk refuses stays in memory, for somebody who sees that; else it is
        refused. ``through_local_copy`` None means: on shares and removable drives.
        """
        project = Project.open(
            path, read_only=read_only, keeps_unsaved=keeps_unsaved, through_local_copy=through_local_copy
        )
        project.saving.notices += settle(project)
        return cls(project, printer=printer)

    def close(self) -> SaveState:
        """Close the file; everything acknowledged is already on disk. A project on a share is published first."""
        return self.project.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        state = self.close()
        if kind is None:
            from renovate_gui.app.saving import must_be_published

            must_be_published(state)

    def save_copy(self, path: Path) -> None:
        """Write a checked copy of the project, history and all; the open project stays where it is.

        Raises
        ------
        RequestError
            When something of that name is there already.
        """
        self.project.save_copy(path)

    # -- undo -------------------------------------------------------------------------------------------------
    def undo(self) -> HistoryStep | None:
        """Take back the newest action that stands; return it, or None when there is nothing to undo."""
        return self.project.undo()

    def redo(self) -> HistoryStep | None:
        """Do the last undone action again; return it, or None when there is nothing to redo."""
        return self.project.redo()

    def history(self) -> tuple[HistoryStep, ...]:
        """Return all steps, oldest first, undone ones marked."""
        return self.project.history()

    # -- settings ---------------------------------------------------------------------------------------------
    def settings(self) -> ProjectSettings:
        """Return the project's settings."""
        get = self.project.meta
        return ProjectSettings(get("title"), get("crs"), get("standard"), get("language"))

    def set_title(self, title: str) -> None:
        """Rename the project (undoable)."""
        from renovate_gui.assets import tr

        with self.project.action(tr("Rename the project to “{title}”", title=title)) as writer:
            writer.set_meta("title", title)

    # -- observers --------------------------------------------------------------------------------------------
    def subscribe(self, observer: Observer) -> Callable[[], None]:
        """Call ``observer`` after each committed action, in the committing thread; return the call that ends it."""
        return self.project.subscribe(observer)
