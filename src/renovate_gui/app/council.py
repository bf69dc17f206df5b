"""Council: the package out, the replies in."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from renovate_gui.app.form_codes import FormRequest
from renovate_gui.app.official_request import OfficialRequest
from renovate_gui.app.reply_door import ReplyDoor
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.errors import Cancelled, RequestError
from renovate_gui.domain.ids import new_uuid
from renovate_gui.domain.layout import PAPERS
from renovate_gui.domain.reply import Reply, ReplyOutcome, Tally

if TYPE_CHECKING:
    from renovate_gui.app.gaps import GapRequest
    from renovate_gui.app.plan_content import Identity
    from renovate_gui.app.ports import Printer
    from renovate_gui.app.session import Session
    from renovate_gui.io.replies import KnownPackage
    from renovate_gui.store.project import Project

DISTRIBUTIONS = ("working", "council", "public")
DAYS_TO_REPLY = 14


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What goes out.

    Attributes
    ----------
    target
        A folder's parent or a ``.zip`` path.
    distribution
        ``working``, ``council`` or ``public``.
    reply_until
        ``YYYY-MM-DD``, not in the past; empty: two weeks from today.
    gaps
        What is counted, where and how; None: what was looked at last, else the default.
    kinds_beside
        Further kinds, judged with the measure and area of ``gaps`` but at the standard's distance; those for which
        the standard gives none are left out.
    forms
        Comment forms that go with it, None: none. A public notice never has any.
    atlas
        ``buildings`` or ``stairwells``: a sheet for each in ``atlas.pdf``; empty: none.
    map_number
        Number of the approved base map (审图号) for a public notice; without one it is a schematic.
    black_out
        Whether free texts that seem to name somebody are blacked out.
    accepted_leaks
        Keys of findings of the leak report that a person looked at and lets pass.
    officials
        Data for a receiving system, None: none. A public notice never has any.
    """

    target: Path
    distribution: str = "council"
    reply_until: str = ""
    contact: str = ""
    papers: tuple[str, ...] = ("A3", "A4")
    gaps: GapRequest | None = None
    kinds_beside: tuple[str, ...] = ()
    forms: FormRequest | None = FormRequest()  # noqa: RUF009  frozen
    atlas: str = ""
    map_number: str = ""
    black_out: bool = False
    accepted_leaks: tuple[str, ...] = ()
    officials: OfficialRequest | None = OfficialRequest()  # noqa: RUF009  frozen


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written."""

    path: Path
    files: tuple[str, ...]
    notes: tuple[str, ...]  # what was hidden, missing glyphs, unchecked standards …
    seal: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What ``verify`` found."""

    ok: bool
    problems: tuple[str, ...]
    files: int


def verify(path: Path) -> VerifyReport:
    """Check a package folder or archive; needs no project. Raise DataError when there is no package at ``path``."""
    return prepare_verify(path).run()


def prepare_verify(path: Path) -> Task[VerifyReport]:
    """Prepare the check of a package folder or archive."""

    def work(_progress: Progress, is_cancelled: IsCancelled) -> VerifyReport:
        from renovate_gui.io.package.verify import verify_package

        found = verify_package(path, is_cancelled)
        if is_cancelled():
            raise Cancelled(tr("Cancelled."))
        return VerifyReport(not found.problems, found.problems, found.files)

    return Task(tr("Check the package"), work)


class Council:
    """The council loop of the open project."""

    def __init__(self, project: Project, session: Session, *, printer: Printer | None) -> None:
        self._project = project
        self._session = session
        self._printer = printer
        self._door = ReplyDoor(session, self._packages)

    def why_not_export(self) -> str:
        """Return the translated reason why nothing can be exported now, or an empty string."""
        if self._printer is None:
            return tr("Handouts cannot be printed here: the program was started without its printing part.")
        if self._project.is_read_only:
            return tr(
                "The project is open for reading only, so it could not remember the package; save a copy of the project and export from the copy."
            )
        if not self._project.meta("crs"):
            return tr("The project has no data yet; import layers first.")
        if not self._session.layers.all() and not self._session.proposals.all():
            return tr("There is nothing to export yet; import layers or draw a proposal first.")
        return ""

    def prepare_export(self, request: ExportRequest) -> Task[ExportReport]:
        """Write the whole package to a temporary folder, verify it, then publish it at once; nothing is left half done."""
        from renovate_gui.app.package_build import PackageBuild
        from renovate_gui.app.plan_content import Gathering

        reason = self.why_not_export()
        if reason:
            raise RequestError(reason)
        assert self._printer is not None
        if request.distribution not in DISTRIBUTIONS:
            raise RequestError(
                tr(
                    "“{word}” is no distribution class; choose working, council or public.",
                    word=request.distribution,
                )
            )
        if not request.papers or any(p not in PAPERS for p in request.papers):
            known = tr(", ").join(PAPERS)
            raise RequestError(tr("Handouts are printed on one of these papers: {known}.", known=known))
        _check_date(request.reply_until)
        identity = self._identity(request)
        gathering = Gathering(self._session, identity, request.gaps, request.kinds_beside)
        build = PackageBuild(self._project, self._session, self._printer, request, gathering, identity)
        return Task(tr("Export the package"), build.run)

    def incomplete(self) -> tuple[str, ...]:
        """Return one translated sentence per proposal that would go out although something in it is still open."""
        from renovate_gui.app.plan_content import incomplete, incomplete_sentence

        return tuple(incomplete_sentence(p, words) for p, words in incomplete(self._session.proposals))

    def _identity(self, request: ExportRequest) -> Identity:
        from renovate_gui.app.plan_content import Identity

        now = datetime.now(UTC)
        until = (
            request.reply_until
            or (datetime.now().astimezone() + timedelta(days=DAYS_TO_REPLY)).date().isoformat()
        )
        versions = [version for _, version, _ in self._project.packages()]
        settings = self._session.settings()
        return Identity(
            package=str(new_uuid()),
            key=secrets.token_hex(32),
            community=settings.title or self._project.path.stem,
            version=max(versions, default=0) + 1,
            date=datetime.now().astimezone().date().isoformat(),
            created_at=now.isoformat(timespec="seconds"),
            distribution=request.distribution,
            reply_until=until,
            contact=request.contact,
            language=current_language(),
            crs=settings.crs,
            map_number=request.map_number,
        )

    # -- replies ----------------------------------------------------------------------------------------------
    def prepare_replies(self, paths: Sequence[Path]) -> Task[tuple[ReplyOutcome, ...]]:
        """Read whatever came back: reply files and messages, pictures and PDFs of forms or of code series.

        What is accepted is stored as one undoable action for each kind; the others carry their reason.
        """
        chosen = tuple(paths)
        return Task(tr("Read the replies"), lambda p, c: self._door.read(chosen, p, c))

    def paste(self, text: str) -> tuple[ReplyOutcome, ...]:
        """Take in all replies in a pasted message; a text without any is told in one outcome."""
        return self._door.paste(text)

    def _packages(self) -> dict[str, KnownPackage]:
        from renovate_gui.io.replies import KnownPackage

        return {
            str(uuid): KnownPackage(uuid, version, str(v["key"]), frozenset(str(p) for p in v["proposals"]))
            for uuid, version, v in self._project.packages()
            if "key" in v and "proposals" in v
        }

    def replies(self) -> tuple[Reply, ...]:
        """Return the stored replies, those too that are replaced or laid aside."""
        return self._project.replies()

    def tallies(self) -> tuple[Tally, ...]:
        """Return counts per proposal: those that stand now by number, then answered ones that are gone."""
        ledger = self._session.ledger
        with_late = ledger.counts_late
        totals = [(t.proposal, t.total(with_late=with_late)) for t in ledger.tallies()]
        return tuple(Tally(p, c.agree, c.oppose, c.unsure, c.comments) for p, c in totals)


def _check_date(text: str) -> None:
    """Raise RequestError unless the text is empty or a day that has not passed."""
    if not text:
        return
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else None
    except ValueError:
        day = None
    if day is None:
        raise RequestError(
            tr("“{value}” is no date such as 2026-12-31; say until when answers are taken.", value=text)
        )
    if day < datetime.now().astimezone().date():
        raise RequestError(
            tr("Answers until {date}: that day has passed; choose today or a later one.", date=text)
        )
