"""What residents answer on: comment forms on paper, open or one for each household."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from renovate_gui.app.form_codes import FormRequest, Homes, Household, token_in
from renovate_gui.app.form_homes import homes_in_register, read_homes
from renovate_gui.app.form_page import StampedForm
from renovate_gui.app.form_part import (
    blank_form,
    copies_of,
    households_in,
    memory_of,
    stamps_of,
)
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import system_reason, tr
from renovate_gui.domain.errors import Cancelled, DataError, RequestError
from renovate_gui.domain.form import FormSheet, sheet_from_json
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.record import Record, RecordKind

if TYPE_CHECKING:
    from renovate_gui.app.plan_content import PlanContent
    from renovate_gui.app.ports import Printer
    from renovate_gui.app.session import Session
    from renovate_gui.store.project import Project


@dataclass(frozen=True, slots=True)
class FormsReport:
    """What was printed."""

    path: Path
    package: Uuid
    version: int
    forms: int
    sides: int
    missing_glyphs: str


class Forms:
    """Comment forms of the open project: their layouts, whom they were printed for, printing them again."""

    def __init__(self, project: Project, session: Session, *, printer: Printer | None = None) -> None:
        self._project = project
        self._session = session
        self._printer = printer

    def sheets(self, content: PlanContent, *, paper: str, seal: str) -> tuple[FormSheet, ...]:
        """Return the layout of a package's form, one for each side."""
        return tuple(s.sheet for s in blank_form(self._session, content, paper=paper, seal=seal).sides)

    def packages(self) -> tuple[tuple[Uuid, int], ...]:
        """Return uuid and version of the packages that have a form, newest first."""
        found = [(uuid, version) for uuid, version, held in self._project.packages() if held.get("forms")]
        return tuple(reversed(found))

    def layouts(self) -> dict[Uuid, tuple[FormSheet, ...]]:
        """Return the layouts of all packages that have a form: what a scan is read by."""
        return {
            uuid: tuple(sheet_from_json(s) for s in held["forms"])
            for uuid, _version, held in self._project.packages()
            if held.get("forms")
        }

    def blank(self, package: Uuid) -> bytes:
        """Return the blank form of a package as a PDF without codes, exactly as it was printed; empty when there is none."""
        found = self._blank(package)
        return b"" if found is None else self._project.record_data(found.uuid)

    def households(self, package: Uuid) -> tuple[Household, ...]:
        """Return whom forms of a package were printed for."""
        return next(
            (households_in(held) for uuid, _, held in self._project.packages() if uuid == package), ()
        )

    def household(self, package: Uuid, token: str) -> Household | None:
        """Return the household of a token as printed or typed, None when no form has it."""
        wanted = token_in(token)
        return next((h for h in self.households(package) if wanted and h.token == wanted), None)

    def homes_in_register(self) -> tuple[Homes, ...]:
        """Return the homes of the register of owners: one for each flat, by building and stairwell."""
        return homes_in_register(self._project)

    @staticmethod
    def read_homes(path: Path) -> tuple[Homes, ...]:
        """Return the homes in a table: building, stairwell, number of households; raise DataError when it is none."""
        return read_homes(path)

    def why_not_print(self) -> str:
        """Return the translated reason why forms cannot be printed again, or an empty string."""
        if self._printer is None:
            return tr("Forms cannot be printed here: the program was started without its printing part.")
        if not self.packages():
            return tr("There is no package with a comment form yet; export one first.")
        return ""

    def prepare_print(
        self, request: FormRequest, path: Path, *, package: Uuid | None = None, replaces: bool = False
    ) -> Task[FormsReport]:
        """Print forms of a package that went out: the same pages, codes of the same package, new households.

        Parameters
        ----------
        package
            None: the newest that has a form. The paper is that package's.
        replaces
            Whether a file of that name may be replaced.
        """
        reason = self.why_not_print()
        if reason:
            raise RequestError(reason)
        if request.homes and self._project.is_read_only:
            raise RequestError(
                tr(
                    "The project is open for reading only, so it could not remember the households; print from a copy."
                )
            )
        chosen = package or self.packages()[0][0]
        found = next((p for p in self._project.packages() if p[0] == chosen), None)
        record = self._blank(chosen)
        if found is None or record is None or not found[2].get("forms"):
            raise RequestError(tr("That package has no comment form."))
        if path.exists() and not replaces:
            raise RequestError(tr("“{name}” exists already; choose another name.", name=path.name))

        def work(progress: Progress, is_cancelled: IsCancelled) -> FormsReport:
            progress(0.1, tr("Printing comment forms"))
            return self._print(record, request, path, is_cancelled)

        return Task(tr("Print comment forms"), work)

    def _print(
        self, record: Record, request: FormRequest, path: Path, is_cancelled: IsCancelled
    ) -> FormsReport:
        assert self._printer is not None
        package, version, memory = next(p for p in self._project.packages() if p[0] == record.parent)
        sheets = tuple(sheet_from_json(s) for s in memory["forms"])
        copies = copies_of(request, [h.token for h in households_in(memory)])
        title, language = str(record.properties["title"]), str(record.properties["language"])
        form = StampedForm(self._project.record_data(record.uuid), stamps_of(sheets, copies), title, language)
        part = path.with_name(f".{path.name[:40]}.{os.getpid()}.part")
        try:
            report = self._printer.stamp_form(form, part)
            if is_cancelled():
                raise Cancelled(tr("Cancelled."))
            if copies.households:
                held = {**memory, **memory_of(memory.get("households", ()), copies)}
                words = tr("Print comment forms for {n} households", n=len(copies.households))
                with self._project.action(words) as writer:
                    writer.put_package(package, version, held)
            part.replace(path)
        except OSError as error:
            raise DataError(
                tr(
                    "The file “{name}” cannot be written: {reason}.",
                    name=path.name,
                    reason=system_reason(error),
                )
            ) from error
        finally:
            part.unlink(missing_ok=True)
        return FormsReport(path, package, version, copies.count, len(sheets), report.missing_glyphs)

    def _blank(self, package: Uuid) -> Record | None:
        found: Sequence[Record] = self._project.records(RecordKind.FORM, parent=package)
        return found[-1] if found else None
