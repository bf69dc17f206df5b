"""What the merge panel knows, apart from its widgets."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from renovate_gui.app.merge_words import people
from renovate_gui.app.merging import Kin
from renovate_gui.domain.difference import Conflict, MergeReport
from renovate_gui.ui.merge.decisions import Decisions


class Page(StrEnum):
    """What the panel shows."""

    CHOOSE = "choose"
    WORKING = "working"
    TROUBLE = "trouble"
    REPORT = "report"
    DONE = "done"


@dataclass(slots=True)
class MergeState:
    """The report, what was decided, and where the person is.

    Attributes
    ----------
    at
        Place of the conflict in front.
    tab
        ``conflicts`` or ``incoming``.
    trouble, kin, is_map_data
        Why there is no report, and what the file is instead.
    remark
        What the person should know about the report: made anew, refused.
    merged_state
        Name of the state that the merge led to.
    """

    page: Page = Page.CHOOSE
    path: Path | None = None
    report: MergeReport | None = None
    decisions: Decisions = field(default_factory=Decisions)
    at: int = 0
    tab: str = ""
    trouble: str = ""
    kin: Kin | None = None
    is_map_data: bool = False
    remark: str = ""
    merged_state: str = ""

    @property
    def who(self) -> str:
        """Return who made the other side, in short."""
        return people(self.report.who) if self.report is not None else ""

    @property
    def conflict(self) -> Conflict | None:
        """Return the conflict in front, or None."""
        conflicts = self.decisions.conflicts
        return conflicts[self.at] if conflicts else None
