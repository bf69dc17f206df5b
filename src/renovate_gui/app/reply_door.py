"""The one door by which answers come in: reply files, messages, scanned forms, pictures of code series."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from renovate_gui.app.tasks import IsCancelled, Progress
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled, DataError
from renovate_gui.domain.reply import Channel, Reply, ReplyOutcome
from renovate_gui.domain.scan import SheetOutcome, SheetState

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from renovate_gui.app.session import Session
    from renovate_gui.io.qr_series import Series
    from renovate_gui.io.replies import KnownPackage
    from renovate_gui.io.scan.client import Opener

PICTURES = (".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")
"""File names that end so are scans or photos; everything else is read as a reply file."""
PATTERNS = " ".join(["*.json", "*.txt", *(f"*{p}" for p in PICTURES)])
_MESSAGE = re.compile(r"renovate-gui-reply:(?:1|2p|2z):[A-Za-z0-9_\-\s]+:end")
_OF_PAGES = (".pdf", ".tif", ".tiff")
_WAITING = (SheetState.ASKS, SheetState.FAILED)


class ReplyDoor:
    """Sends each file where it is read, and what was read into the ledger."""

    def __init__(self, session: Session, packages: Callable[[], Mapping[str, KnownPackage]]) -> None:
        self._session = session
        self._packages = packages
        self._codes: dict[str, None] = {}  # parts of series that are not whole yet: more pictures may come

    def read(
        self, paths: Sequence[Path], progress: Progress, is_cancelled: IsCancelled
    ) -> tuple[ReplyOutcome, ...]:
        """Read files of all kinds; the outcomes stand in the order of the files, a scan has one for each sheet."""
        files = [p for p in paths if p.suffix.lower() not in PICTURES]
        scans = [p for p in paths if p.suffix.lower() in PICTURES]
        share = len(files) / len(paths) if paths else 1.0
        found = list(self._read_files(files, lambda f, w: progress(f * share, w), is_cancelled))
        if scans:
            found += self._read_scans(scans, lambda f, w: progress(share + f * (1 - share), w), is_cancelled)
        return tuple(found)

    def paste(self, text: str) -> tuple[ReplyOutcome, ...]:
        """Take in every reply that stands in a pasted text: a chat may hold several."""
        from renovate_gui.io.replies import read_message

        packages = self._packages()
        read: list[tuple[str, Reply | DataError]] = []
        found = _MESSAGE.findall(text) or [text]
        for number, message in enumerate(found, start=1):
            name = tr("pasted message") if len(found) == 1 else tr("pasted message {n}", n=number)
            try:
                read.append((name, read_message(message, name, packages, Channel.TEXT)))
            except DataError as error:
                read.append((name, error))
        return self._taken(read)

    def _read_files(
        self, paths: Sequence[Path], progress: Progress, is_cancelled: IsCancelled
    ) -> tuple[ReplyOutcome, ...]:
        from renovate_gui.io.replies import read_reply

        packages = self._packages()
        read: list[tuple[str, Reply | DataError]] = []
        for number, path in enumerate(paths):
            _stop_when(is_cancelled)
            progress(number / len(paths), path.name)
            try:
                read.append((path.name, read_reply(path, packages)))
            except DataError as error:
                read.append((path.name, error))
        _stop_when(is_cancelled)
        return self._taken(read)

    def _taken(self, read: Sequence[tuple[str, Reply | DataError]]) -> tuple[ReplyOutcome, ...]:
        """Store what could be read; return all outcomes in the order of reading."""
        good = [(name, reply) for name, reply in read if isinstance(reply, Reply)]
        taken = iter(self._session.ledger.take([r for _, r in good], source=[n for n, _ in good]))
        return tuple(
            next(taken) if isinstance(what, Reply) else ReplyOutcome(name, accepted=False, reason=str(what))
            for name, what in read
        )

    def _read_scans(
        self, paths: Sequence[Path], progress: Progress, is_cancelled: IsCancelled
    ) -> list[ReplyOutcome]:
        found, forms = self._read_codes(paths, is_cancelled)
        if not forms:
            return found
        outcomes = self._session.scans.prepare_read(forms).run(progress, is_cancelled)
        replies = {str(r.id): r for r in self._session.project.replies()}
        return [*found, *(_outcome(o, replies) for o in outcomes)]

    def _read_codes(
        self, paths: Sequence[Path], is_cancelled: IsCancelled
    ) -> tuple[list[ReplyOutcome], list[Path]]:
        """Read pictures of code series; return what became of them, and the files that show none."""
        from renovate_gui.io.qr_series import join_parts, parts_in
        from renovate_gui.io.scan.client import Opener

        seen: dict[str, None] = {}
        forms: list[Path] = []
        with Opener(is_cancelled) as opener:
            for path in paths:
                parts = _parts_of(path, opener, parts_in) if path.suffix.lower() != ".pdf" else ()
                _stop_when(is_cancelled)
                seen |= dict.fromkeys(parts)
                if not parts:
                    forms.append(path)
        if not seen:
            return [], forms
        self._codes |= seen
        touched = {s.name for s in join_parts(seen)}
        found: list[tuple[str, Reply | DataError]] = []
        for series in join_parts(self._codes):
            if series.name in touched:
                found.append(self._series(series))
            if series.text:  # whole: its parts need not be remembered any longer
                self._codes = {t: None for t in self._codes if f":{series.name}:" not in t}
        return list(self._taken(found)), forms

    def _series(self, series: Series) -> tuple[str, Reply | DataError]:
        from renovate_gui.io.replies import read_message

        name = tr("QR codes {name}", name=series.name)
        if not series.text:
            return name, DataError(series.reason())
        try:
            return name, read_message(series.text, name, self._packages(), Channel.QR)
        except DataError as error:
            return name, error


def _parts_of(
    path: Path, opener: Opener, parts_in: Callable[[NDArray[np.uint8]], tuple[str, ...]]
) -> tuple[str, ...]:
    """Return the parts of code series in a picture; one that cannot be opened is told by the reader of forms."""
    try:
        return tuple(
            t for page in opener.pages(path) if page.picture is not None for t in parts_in(page.picture)
        )
    except DataError:
        return ()


def _outcome(sheet: SheetOutcome, replies: Mapping[str, Reply]) -> ReplyOutcome:
    name = sheet.file
    if sheet.page and sheet.file.lower().endswith(_OF_PAGES):
        name = tr("{file}, page {n}", file=name, n=sheet.page)
    if sheet.sheet:
        name = f"{name} ({sheet.sheet})"
    return ReplyOutcome(
        name,
        accepted=sheet.state is SheetState.TAKEN,
        reason=sheet.reason,
        reply=replies.get(str(sheet.reply)) if sheet.reply else None,
        waits=sheet.state in _WAITING,
    )


def _stop_when(is_cancelled: IsCancelled) -> None:
    if is_cancelled():
        raise Cancelled(tr("Cancelled."))
