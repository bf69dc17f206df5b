"""The words that must stay in the office, and the search for them in what was written."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from renovate_gui.app.gap_inputs import texts
from renovate_gui.assets import LANGUAGES, tr
from renovate_gui.assets.words import catalogue
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.record import RecordKind
from renovate_gui.domain.roles import Role
from renovate_gui.io.package.screening import points_to_somebody, traces_in
from renovate_gui.io.package.spilled import Spilled, search
from renovate_gui.store.owner import user_name

if TYPE_CHECKING:
    from renovate_gui.app.plan_content import PlanContent
    from renovate_gui.app.session import Session

_MOST = 20_000
_LEAST_CHARACTERS = 6
_LEAST_BYTES = 16  # of free words: “please” and 加装电梯 are nobody's in particular
_TOKENS = ("comment-form",)  # files that are made to carry households' tokens


def require_none_spilled(session: Session, content: PlanContent, folder: Path) -> None:
    """Raise DataError when a written package holds words of single residents, or of this machine.

    A working package stays in the office and may hold what it likes.
    """
    if content.identity.distribution == "working":
        return
    spilled = [s for s in search(folder, secrets_of(session, content)) if not _is_meant(s)]
    if spilled:
        first = spilled[0]
        raise DataError(
            tr(
                "Nothing was exported: {file} would hold {what}; please report this, and export without that part.",
                file=first.file,
                what=_words(first.label),
            )
        )


def secrets_of(session: Session, content: PlanContent) -> dict[str, str]:
    """Return words that must not leave the office, each with its sort."""
    meant = "\n".join(_said(content))
    found: dict[str, str] = {}
    for sort, word in _all(session):
        words = word.strip()
        least = _LEAST_BYTES if sort == "demand" else _LEAST_CHARACTERS
        if len(words.encode("utf-8", "replace")) >= least and words not in meant and len(found) < _MOST:
            found.setdefault(words, sort)
    return found


def _all(session: Session) -> Iterator[tuple[str, str]]:
    path = session.project.path
    yield "machine", str(path.parent)
    yield "machine", socket.gethostname()
    yield "machine", user_name()
    for info in session.layers.of_role(Role.DEMAND):
        table = session.layers.table(info.id)
        for field in ("text", "code"):
            column = session.layers.field(info.id, field)
            if column is not None:
                yield from (
                    ("demand", t) for t in texts(column, len(table)) if field == "text" or _is_rare(t)
                )
    for reply in session.project.replies():
        yield from (("reply", a.comment) for a in reply.answers if points_to_somebody(traces_in(a.comment)))
        yield "token", reply.extra.household
    for flat in session.project.records(RecordKind.FLAT):
        yield from (("token", str(flat.properties.get(k, ""))) for k in ("token", "owner"))
    for meeting in session.project.records(RecordKind.MEETING):
        yield "meeting", str(meeting.properties.get("private", ""))


def _is_rare(code: str) -> bool:
    """Return whether a code is long enough to be found by more than chance: ``D0012`` is, ``12`` is not."""
    return len(code) >= _LEAST_CHARACTERS and not code.isdecimal()


def _said(content: PlanContent) -> Iterator[str]:
    """Yield what the plan itself says: a word of it is no secret."""
    from renovate_gui.app.leaks import texts_of

    yield from (t for _, t in texts_of(content))
    for language in LANGUAGES:  # what the program itself prints
        for english, words in catalogue(language).items():
            yield from (english, words)
    yield from (
        content.identity.community,
        content.identity.contact,
        *content.places.names,
        *content.attribution,
    )


def _is_meant(spilled: Spilled) -> bool:
    return spilled.label == "token" and spilled.file.startswith(_TOKENS)


def _words(label: str) -> str:
    known = {
        "demand": tr("a resident's own words"),
        "reply": tr("a resident's comment that names somebody"),
        "token": tr("the token of a household or owner"),
        "meeting": tr("private notes of a meeting"),
        "machine": tr("the name of this computer, its user or its folders"),
        "exif": tr("a photo with place and camera"),
    }
    return known[label]
