"""The report to the council: coverage statements and the indicators of the urban check-up, made from one frozen run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from renovate_gui.app.gap_request import GapRequest
from renovate_gui.app.gap_run import run_gaps
from renovate_gui.app.report_ground import basis_of_report
from renovate_gui.app.report_indicators import indicators_of
from renovate_gui.app.report_statements import statement_of
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.report import Report
from renovate_gui.domain.verdict import Measure

if TYPE_CHECKING:
    from renovate_gui.app.ports import Printer
    from renovate_gui.app.session import Session

ENDINGS = (".pdf", ".json", ".xlsx")
"""Endings of the files that a report can be written to."""

KINDS = ("elderly_day_care", "childcare", "kindergarten")
"""Services whose provision the check-up counts; they are judged in every report."""


class Reporting:
    """Reports of the open project."""

    def __init__(self, session: Session, *, printer: Printer | None = None) -> None:
        self._session = session
        self._printer = printer

    def prepare(self, request: GapRequest | None = None, *, k: int = 0) -> Task[Report]:
        """Prepare a report; nothing is remembered by the analysis.

        Without a walking network distances are straight lines, and the report says so. Kinds that the standard gives no
        distance for are left out of the statements; their indicators say what is missing. Fewer than ``k`` people are
        not told apart in sentences.
        """
        asked, remarks = self._asked(request or self._as_kept()), []
        try:
            task = self._session.gaps.prepare_frozen(asked)
        except RequestError:
            if asked.measure is Measure.CIRCLE:
                raise
            asked = replace(asked, measure=Measure.CIRCLE)
            task = self._session.gaps.prepare_frozen(asked)
            remarks.append(tr("There is no walking network: gaps are measured in a straight line."))
        standard, stand = self._session.gaps.profile(), self._stand(asked)

        def work(progress: Progress, is_cancelled: IsCancelled) -> Report:
            progress(0.0, tr("Building the walking network"))
            frozen = task.run(is_cancelled=is_cancelled)
            results = run_gaps(frozen, progress=progress, is_cancelled=is_cancelled).results
            basis = basis_of_report(frozen, results, standard)
            return Report(
                standard.id,
                asked.with_proposals,
                tuple(statement_of(frozen, r, k=k) for r in results),
                indicators_of(basis),
                results,
                tuple(remarks),
                stand,
            )

        return Task(tr("Report to the council"), work)

    def prepare_file(self, report: Report, path: Path, *, paper: str = "A4") -> Task[Path]:
        """Prepare to write a report: pages (.pdf), sheets (.xlsx) or plain values (.json).

        It is for the working team: nothing in it is hidden. What goes to others goes as a package.
        """
        ending = path.suffix.lower()
        if ending not in ENDINGS:
            raise RequestError(tr("{file} must end in .pdf, .json or .xlsx.", file=path.name))
        if ending == ".pdf" and self._printer is None:
            raise RequestError(
                tr("Handouts cannot be printed here: the program was started without its printing part.")
            )

        def work(progress: Progress, _is_cancelled: IsCancelled) -> Path:
            from renovate_gui.app.report_file import write_report

            progress(-1.0, path.name)
            write_report(self._session, report, path, printer=self._printer, paper=paper)
            return path

        return Task(tr("Writing the report"), work)

    def _stand(self, asked: GapRequest) -> str:
        """Return whether the numbers are those of today, or with which proposals."""
        if not asked.with_proposals:
            return tr("All numbers are of today, without any proposal.")
        scenarios = self._session.scenarios
        scenario = scenarios.get(asked.scenario) if asked.scenario else scenarios.active()
        if scenario is None:
            return tr("All numbers count the proposals as built.")
        return tr("All numbers count the proposals of scenario “{name}” as built.", name=scenario.name)

    def _as_kept(self) -> GapRequest:
        """Return what the project keeps of how gaps are judged, without what is only planned."""
        return replace(self._session.parameters.gaps().together(KINDS), with_proposals=False)

    def _asked(self, request: GapRequest) -> GapRequest:
        """Return the request with the check-up's kinds, as far as the standard gives a distance for them."""
        judged = {k.code for k in self._session.gaps.kinds()}
        if request.limit_m is not None:
            return request
        kinds = tuple(k for k in dict.fromkeys((*request.kinds, *KINDS)) if k in judged)
        if not kinds:
            kinds = tuple(k.code for k in self._session.gaps.kinds())
        return replace(request, kinds=kinds)
