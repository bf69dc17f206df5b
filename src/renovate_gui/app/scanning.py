"""Scanned forms: read, asked about, taken in. Every sheet is kept with its picture; nothing is counted twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from renovate_gui.app.scan_records import (
    ScannedSheet,
    Settled,
    compressed,
    hash_of,
    opened,
    record_of,
    sheet_of,
    uuid_of,
)
from renovate_gui.app.scan_reply import form_key, reply_of
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled, DataError, RequestError
from renovate_gui.domain.form import FieldKind, FormSheet, SheetCode
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.record import Record, RecordKind
from renovate_gui.domain.reply import Reply
from renovate_gui.domain.scan import (
    Crop,
    Quad,
    ScanProblem,
    ScanTrouble,
    SheetOutcome,
    SheetReading,
    SheetState,
)
from renovate_gui.store.history import now
from renovate_gui.store.owner import user_name

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.io.scan.pages import Page
    from renovate_gui.io.scan.paper import Picture
    from renovate_gui.io.scan.reading import Prints
    from renovate_gui.store.project import Project
    from renovate_gui.store.writer import Writer

_WAITING = (SheetState.ASKS, SheetState.FAILED)


@dataclass(slots=True)
class _Heap:
    """What is read of a heap before it is kept in one action."""

    layouts: Mapping[Uuid, Sequence[FormSheet]]
    prints: Prints
    known: dict[Uuid, ScannedSheet]
    outcomes: list[SheetOutcome] = field(default_factory=list)
    sheets: dict[Uuid, ScannedSheet] = field(default_factory=dict)
    pictures: dict[Uuid, bytes] = field(default_factory=dict)

    def all(self) -> dict[Uuid, ScannedSheet]:
        """Return the sheets that are kept with those that will be."""
        return self.known | self.sheets


class Scans:
    """Scanned forms: read, asked about, taken in."""

    def __init__(self, project: Project, session: Session) -> None:
        self._project = project
        self._session = session

    # -- a heap -----------------------------------------------------------------------------------------------
    def prepare_read(self, paths: Sequence[Path]) -> Task[tuple[SheetOutcome, ...]]:
        """Prepare reading a heap of scans; sure sheets become replies, the others wait in the tray, in one action."""
        chosen = tuple(paths)

        def work(progress: Progress, is_cancelled: IsCancelled) -> tuple[SheetOutcome, ...]:
            heap = _Heap(self._layouts(), self._prints(), {s.uuid: s for s in self.sheets()})
            self._read_all(chosen, heap, progress, is_cancelled)
            return self._keep(heap)

        return Task(tr("Read the scanned forms"), work)

    def _read_all(
        self, paths: Sequence[Path], heap: _Heap, progress: Progress, is_cancelled: IsCancelled
    ) -> None:
        from renovate_gui.io.scan.client import Opener

        with Opener(is_cancelled) as opener:
            for number, path in enumerate(paths):
                try:
                    for page in opener.pages(path):
                        done = (number + (page.number - 1) / page.pages) / len(paths)
                        progress(done, _place(path.name, page))
                        if is_cancelled():
                            raise Cancelled(tr("Cancelled."))
                        self._take_page(path.name, page, heap)
                except DataError as error:
                    heap.outcomes.append(SheetOutcome(path.name, 0, SheetState.REFUSED, str(error)))

    def _take_page(self, name: str, page: Page, heap: _Heap) -> None:
        from renovate_gui.io.scan.reading import read_sheets

        if page.picture is None:
            heap.outcomes.append(SheetOutcome(name, page.number, SheetState.REFUSED, page.reason))
            return
        sha256 = hash_of(page.picture)
        before = heap.all().get(uuid_of(sha256))
        if before is not None and before.state is not SheetState.FAILED:
            heap.outcomes.append(_same_picture(name, page.number, before))
            return
        for place, found in enumerate(read_sheets(page.picture, heap.layouts, heap.prints)):
            blank = ScannedSheet(
                uuid_of(sha256, place),
                name,
                page.number,
                sha256,
                SheetState.FAILED,
                at=now(),
                who=user_name(),
            )
            self._take_sheet(self._judged(blank, found, heap.all().values()), found, page.picture, heap)

    def _take_sheet(
        self, sheet: ScannedSheet, found: SheetReading | ScanProblem, picture: Picture, heap: _Heap
    ) -> None:
        heap.outcomes.append(_outcome(sheet))
        if sheet.state is SheetState.TWICE:
            return
        shown = found.page if isinstance(found, SheetReading) else picture
        heap.sheets[sheet.uuid] = sheet
        heap.pictures[sheet.uuid] = compressed(shown)

    def _judged(
        self, blank: ScannedSheet, found: SheetReading | ScanProblem, others: Iterable[ScannedSheet]
    ) -> ScannedSheet:
        """Return a sheet with what was read and what that means beside the other sheets."""
        sheet = blank.with_reading(found)
        if isinstance(found, ScanProblem):
            state = SheetState.BLANK if found.trouble is ScanTrouble.BLANK else SheetState.FAILED
            return replace(sheet, state=state, is_page=False)
        sheet = replace(sheet, is_page=True, reason="")
        twin = _twin(sheet, others)
        if twin is not None and _says_the_same(twin, sheet):
            reason = tr("This sheet was read before, from {file}; it counts once.", file=twin.file)
            return replace(sheet, state=SheetState.TWICE, reason=reason, reply=twin.reply)
        if twin is not None:
            reason = tr("This sheet was read before, from {file}, with other answers: confirm it to let it take that one's place, or lay it aside.", file=twin.file)  # fmt: skip
            return replace(sheet, state=SheetState.ASKS, reason=reason)
        if sheet.unsure:
            reason = tr("{n} boxes are not clear; please look at them.", n=len(sheet.unsure))
            return replace(sheet, state=SheetState.ASKS, reason=reason)
        return replace(sheet, state=SheetState.TAKEN)

    def _keep(self, heap: _Heap) -> tuple[SheetOutcome, ...]:
        if not heap.sheets:
            return tuple(heap.outcomes)
        with self._project.action(tr("Read {n} scanned sheets", n=len(heap.sheets))) as writer:
            keys = {form_key(s) for s in heap.sheets.values() if s.state is SheetState.TAKEN}
            replies = self._replies(heap.all().values(), keys)
            made = {u: r.id for r in replies.values() if r for u in r.extra.scans}
            linked = {u: replace(s, reply=made.get(u)) for u, s in heap.sheets.items()}
            writer.put_records([record_of(s, heap.pictures[u]) for u, s in linked.items()])
            earlier = [
                replace(s, reply=made[u]) for u, s in heap.known.items() if u in made and s.reply != made[u]
            ]
            writer.put_records([record_of(s) for s in earlier], with_data=False)
            _put_replies(writer, replies)
        return tuple(
            replace(o, reply=made.get(o.scan, o.reply) if o.scan else o.reply) for o in heap.outcomes
        )

    def _replies(self, sheets: Iterable[ScannedSheet], keys: Iterable[str]) -> dict[Uuid, Reply | None]:
        """Return the reply of each form; None when nothing stands on it any longer."""
        from renovate_gui.app.scan_records import named_uuid

        wanted = set(keys)
        groups: dict[str, list[ScannedSheet]] = {key: [] for key in wanted}
        for sheet in sheets:
            if sheet.state is SheetState.TAKEN and sheet.code is not None and form_key(sheet) in wanted:
                groups[form_key(sheet)].append(sheet)
        crs = self._project.meta("crs")
        found: dict[Uuid, Reply | None] = {}
        for key, group in groups.items():
            code = group[0].code if group else None
            home = (
                self._session.forms.household(code.package, code.household)
                if code and code.household
                else None
            )
            found[named_uuid("form", key)] = reply_of(group, crs, home)
        return found

    def _layouts(self) -> dict[Uuid, tuple[FormSheet, ...]]:
        return self._session.forms.layouts()

    def _prints(self) -> Prints:
        from renovate_gui.io.scan.blanks import Blanks
        from renovate_gui.io.scan.reading import Prints

        blanks = Blanks(self._session.forms.blank)
        return Prints(blanks.page)

    # -- what is there ----------------------------------------------------------------------------------------
    def sheets(self) -> tuple[ScannedSheet, ...]:
        """Return all kept sheets by the time they were read."""
        return tuple(sheet_of(r) for r in self._project.records(RecordKind.SCAN))

    def find(self, uuid: Uuid) -> ScannedSheet:
        """Return one sheet; raise RequestError when it is gone."""
        record = self._project.find_record(uuid)
        if record is None or record.kind is not RecordKind.SCAN:
            raise RequestError(tr("The scanned sheet is no longer in the project."))
        return sheet_of(record)

    def tray(self) -> tuple[Record, ...]:
        """Return the sheets that wait for a person: unsure ones and ones that could not be read, with the reason."""
        return tuple(r for r in self._project.records(RecordKind.SCAN) if sheet_of(r).state in _WAITING)

    def waiting(self) -> tuple[ScannedSheet, ...]:
        """Return the same as values."""
        return tuple(s for s in self.sheets() if s.state in _WAITING)

    def to_read(self) -> tuple[ScannedSheet, ...]:
        """Return counted sheets with handwriting that nobody has typed yet."""
        return tuple(s for s in self.sheets() if s.state is SheetState.TAKEN and s.unread)

    def picture(self, uuid: Uuid) -> bytes:
        """Return the kept picture, JPEG: the straightened page, or the scan as it came when it could not be read."""
        return self._project.record_data(uuid)

    def layout(self, uuid: Uuid) -> FormSheet | None:
        """Return where the fields of a sheet are, or None when that is not known."""
        return self._layout_of(self.find(uuid).code)

    def _layout_of(self, code: SheetCode | None) -> FormSheet | None:
        if code is None:
            return None
        sheets = self._layouts().get(code.package, ())
        return next((s for s in sheets if s.sheet == code.sheet and s.digest == code.frame), None)

    def crops(self, uuid: Uuid) -> tuple[Crop, ...]:
        """Return handwriting and unclear boxes of a sheet as pictures for people to read."""
        from renovate_gui.io.scan.crops import cut_boxes

        sheet, layout = self.find(uuid), self.layout(uuid)
        if layout is None or not sheet.is_page:
            return ()
        wanted = {**sheet.crops, **{t.key: t.ink for t in sheet.ticks if t.key in sheet.unsure}}
        fields = [f for f in layout.fields if f.key in wanted and f.kind is not FieldKind.MAP]
        return cut_boxes(opened(self.picture(uuid)), layout, fields, wanted)

    # -- what a person does -----------------------------------------------------------------------------------
    def settle(self, uuid: Uuid, answers: Mapping[str, Settled]) -> SheetOutcome:
        """Say what stands on a sheet: true or false for boxes, text for handwriting; then it counts.

        Raises
        ------
        RequestError
            When an unclear box is still open, a key is none of the sheet's, or two of one question are ticked.
        """
        sheet, layout = self.find(uuid), self.layout(uuid)
        if layout is None or not sheet.is_page:
            raise RequestError(
                tr("The sheet was not read yet; point at its four corners, or enter its answers by hand.")
            )
        kinds = {f.key: f.kind for f in layout.fields}
        for key, value in answers.items():
            is_box = kinds.get(key) is FieldKind.TICK
            if key not in kinds or isinstance(value, bool) is not is_box:
                raise RequestError(tr("“{key}” is no such field of this sheet.", key=key))
        done = replace(sheet, settled={**sheet.settled, **answers}, state=SheetState.TAKEN, reason="")
        if done.unsure:
            raise RequestError(
                tr("{n} boxes are still open; say of each whether it is ticked.", n=len(done.unsure))
            )
        _require_one_each(done, layout)
        changed = [done]
        twin = _twin(done, (s for s in self.sheets() if s.uuid != uuid))
        if twin is not None:
            reason = tr("Another scan of the same sheet took its place: {file}.", file=done.file)
            changed.append(replace(twin, state=SheetState.DISCARDED, reason=reason, reply=None))
        return self._change(tr("Settle a scanned sheet"), changed)[0]

    def fix(self, uuid: Uuid, corners: Quad, typed: str = "") -> SheetOutcome:
        """Read a sheet again by the middles of its four corner marks in the kept picture.

        Parameters
        ----------
        typed
            What stands beside the code, when the code itself cannot be read.
        """
        from renovate_gui.io.scan.reading import read_sheet

        sheet = self.find(uuid)
        picture = opened(self.picture(uuid))
        code = self._typed(typed) if typed.strip() else None
        found = read_sheet(picture, self._layouts(), self._prints(), corners=corners, typed=code)
        others = [s for s in self.sheets() if s.uuid != uuid]
        again = self._judged(replace(sheet, settled={}), found, others)
        if isinstance(found, ScanProblem):
            return _outcome(again)
        shown = compressed(np.asarray(found.page, dtype=np.uint8))
        if again.state is SheetState.TWICE:
            again = replace(again, state=SheetState.DISCARDED)
        return self._change(tr("Straighten a scanned sheet by hand"), [again], {uuid: shown})[0]

    def _typed(self, text: str) -> SheetCode:
        """Return the code that is meant by what stands beside it, such as ``7F3A91C2 v3 S1 7K3M-9QXB``."""
        words = text.upper().split()
        for package, sheets in self._layouts().items():
            for sheet in sheets:
                begins = [str(package)[:8].upper(), f"V{sheet.version}", f"S{sheet.sheet}"]
                if words[:3] == begins:
                    household = self._session.forms.household(package, words[3]) if len(words) > 3 else None
                    token = household.token if household else ""
                    copy = "" if household or len(words) < 4 else words[3]
                    return SheetCode(
                        package, sheet.version, sheet.sheet, sheet.scenario, sheet.digest, token, copy
                    )
        raise RequestError(
            tr(
                "“{text}” is not what stands beside a code of this project, such as 7F3A91C2 v3 S1 7K3M-9QXB.",
                text=text,
            )
        )

    def discard(self, uuid: Uuid, why: str) -> None:
        """Lay a sheet aside with a reason; it stays in the project and no longer counts."""
        if not why.strip():
            raise RequestError(tr("Please say why the sheet is laid aside."))
        sheet = replace(self.find(uuid), state=SheetState.DISCARDED, reason=why.strip(), reply=None)
        self._change(tr("Lay a scanned sheet aside"), [sheet])

    def _change(
        self, title: str, changed: Sequence[ScannedSheet], pictures: Mapping[Uuid, bytes] | None = None
    ) -> tuple[SheetOutcome, ...]:
        """Keep changed sheets and put the replies of their forms together again, as one action."""
        given = pictures or {}
        sheets = {s.uuid: s for s in self.sheets()} | {s.uuid: s for s in changed}
        with self._project.action(title) as writer:
            replies = self._replies(sheets.values(), {form_key(s) for s in changed if s.code is not None})
            made = {u: r.id for r in replies.values() if r for u in r.extra.scans}
            linked = [replace(s, reply=made.get(s.uuid)) for s in changed]
            for sheet in linked:
                data = given.get(sheet.uuid)
                writer.put_records([record_of(sheet, data or b"")], with_data=data is not None)
            _put_replies(writer, replies)
        return tuple(_outcome(s) for s in linked)


def _put_replies(writer: Writer, replies: Mapping[Uuid, Reply | None]) -> None:
    for uuid, reply in replies.items():
        writer.delete_reply(uuid)
        if reply is not None:
            writer.put_reply(reply, source=tr("scanned forms"))


def _twin(sheet: ScannedSheet, others: Iterable[ScannedSheet]) -> ScannedSheet | None:
    """Return the counted sheet with the same code: the same side of the same household's or numbered form."""
    if sheet.code is None or not (sheet.code.household or sheet.code.copy):
        return None  # open forms without a number are photocopied: each stands for itself
    return next(
        (s for s in others if s.state is SheetState.TAKEN and s.uuid != sheet.uuid and s.code == sheet.code),
        None,
    )


def _says_the_same(a: ScannedSheet, b: ScannedSheet) -> bool:
    read_before = replace(a, settled={})
    return not b.unsure and b.ticked() in (a.ticked(), read_before.ticked())


def _require_one_each(sheet: ScannedSheet, layout: FormSheet) -> None:
    ticked, seen = sheet.ticked(), set()
    for f in layout.fields:
        if f.kind is FieldKind.TICK and f.is_single and f.key in ticked:
            if (f.group, f.proposal) in seen:
                raise RequestError(tr("Two boxes of one question are ticked; only one can count."))
            seen.add((f.group, f.proposal))


def _same_picture(name: str, page: int, before: ScannedSheet) -> SheetOutcome:
    file = before.file
    if before.state is SheetState.DISCARDED:
        why = before.reason
        reason = tr("This is the same picture as {file}, which was laid aside: {why}", file=file, why=why)
    elif before.state is SheetState.ASKS:
        reason = tr("This is the same picture as {file}, which waits in the tray.", file=file)
    else:
        reason = tr("This is the same picture as {file}, which was read before; it counts once.", file=file)
    return SheetOutcome(name, page, SheetState.TWICE, reason, _readable(before), before.uuid, before.reply)


def _outcome(sheet: ScannedSheet) -> SheetOutcome:
    reason = sheet.reason
    if sheet.state is SheetState.TAKEN and not sheet.says_something:
        reason = tr("Nothing is filled in on it.")
    return SheetOutcome(
        sheet.file, sheet.page, sheet.state, reason, _readable(sheet), sheet.uuid, sheet.reply
    )


def _readable(sheet: ScannedSheet) -> str:
    return sheet.code.readable() if sheet.code else ""


def _place(name: str, page: Page) -> str:
    return name if page.pages == 1 else tr("{file}, page {n}", file=name, n=page.number)
