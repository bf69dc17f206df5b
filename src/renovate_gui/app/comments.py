"""Remarks on what is planned, each with an owner, a state and an official answer.

A remark in a reply is one without anybody having to copy it: it is read from the reply until somebody works on it, and
from then on has a record under the name that its reply and proposal give it. So none is made twice, and copies of a
project agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import shapely

from renovate_gui.app.caches import Kept
from renovate_gui.app.comment_records import (
    NO_PROPOSAL,
    Comment,
    CommentSource,
    CommentState,
    from_record,
    to_record,
    uuid_of,
)
from renovate_gui.app.ledger_judging import Entry
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import Uuid, new_uuid
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.domain.record import RecordKind
from renovate_gui.domain.reply import Channel
from renovate_gui.domain.scan import SheetState
from renovate_gui.geo.crs import WGS84, transform_point
from renovate_gui.store.history import now
from renovate_gui.store.owner import user_name

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.store.project import Project

_LONGEST = 2000
_UUID_LENGTH = 36
_SOURCES = {Channel.MEETING: CommentSource.MEETING, Channel.PAPER: CommentSource.SCAN}


@dataclass(frozen=True, slots=True)
class Thread:
    """All remarks on one object, oldest first; ``title`` is the object in words."""

    subject: str
    title: str
    comments: tuple[Comment, ...]

    @property
    def open(self) -> int:
        """Return how many wait for an answer."""
        return sum(not c.state.is_closed for c in self.comments)


class Comments:
    """Remarks of the open project."""

    def __init__(self, project: Project, session: Session) -> None:
        self._project = project
        self._session = session
        self._kept: Kept[str, tuple[Comment, ...]] = Kept(project, lambda _key: self._read())
        project.subscribe(self._follow)

    def _follow(self, event: ChangeEvent) -> None:
        if event.topics & {"replies", "records", "packages"} or event.settings:
            self._kept.forget()

    # -- reading ----------------------------------------------------------------------------------------------
    def all(self) -> tuple[Comment, ...]:
        """Return all remarks, oldest first: those in replies that count, and all that somebody worked on."""
        return self._kept.get("")

    def _read(self) -> tuple[Comment, ...]:
        found = {c.uuid: c for entry in self._session.ledger.rows() if entry.counts for c in self._in(entry)}
        found |= {c.uuid: c for c in self._handwritten()}
        found |= {r.uuid: from_record(r) for r in self._project.records(RecordKind.COMMENT)}
        return tuple(sorted(found.values(), key=lambda c: (c.at, c.uuid)))

    def of_proposal(self, uuid: Uuid) -> tuple[Comment, ...]:
        """Return the remarks on one proposal, oldest first."""
        return tuple(c for c in self.all() if c.proposal == uuid)

    def find(self, uuid: Uuid) -> Comment:
        """Return one remark; raise RequestError when it is gone."""
        found = next((c for c in self.all() if c.uuid == uuid), None)
        if found is None:
            raise RequestError(tr("The comment is no longer in the project."))
        return found

    def threads(self) -> tuple[Thread, ...]:
        """Return the remarks by what they are about: proposals by number, then buildings, places, the rest."""
        numbers = {p.uuid: (p.number, p.title) for p in self._session.proposals.all()}
        groups: dict[str, list[Comment]] = {}
        for comment in self.all():
            groups.setdefault(comment.subject, []).append(comment)

        def order(subject: str) -> tuple[int, int, str]:
            first = groups[subject][0]
            if first.proposal:
                return 0, numbers.get(first.proposal, (10**9, ""))[0], subject
            return (1 if first.building else 2 if first.place is not None else 3), 0, subject

        return tuple(
            Thread(key, _title(groups[key][0], numbers.get(groups[key][0].proposal)), tuple(groups[key]))
            for key in sorted(groups, key=order)
        )

    # -- writing ----------------------------------------------------------------------------------------------
    def put(
        self,
        text: str,
        *,
        proposal: Uuid = NO_PROPOSAL,
        building: str = "",
        place: tuple[float, float] | None = None,
        source: CommentSource = CommentSource.OFFICE,
        source_id: str = "",
        about: str = "",
        version: int = 0,
    ) -> Comment:
        """Keep a remark.

        Parameters
        ----------
        source_id, about
            The scan, meeting or reply it stands in, and where in it (a field's key): together they name it, so that
            entering it again replaces its words. Without them it is a new one.
        """
        words = _checked(text)
        uuid = uuid_of(source_id, about) if source_id and about else new_uuid()
        known = next((c for c in self.all() if c.uuid == uuid), None)
        made = Comment(
            uuid, words, now(), user_name(), proposal, building, place,
            source=source, source_id=source_id, version=version, is_kept=True,
        ) if known is None else replace(known, text=words, is_kept=True)  # fmt: skip
        self._write([made], tr("Enter a comment"))
        return made

    def assign(self, uuids: Sequence[Uuid], owner: str) -> None:
        """Give remarks to somebody; a new one is then in work."""
        found = [self.find(u) for u in uuids]
        changed = [
            replace(
                c,
                owner=owner.strip(),
                state=CommentState.IN_WORK if c.state is CommentState.NEW and owner.strip() else c.state,
            )
            for c in found
        ]
        self._write(changed, tr("Give {n} comments to {name}", n=len(found), name=owner.strip() or "–"))

    def set_state(self, uuid: Uuid, state: CommentState) -> None:
        """Change how far a remark has come; to close it, answer it."""
        comment = self.find(uuid)
        if state.is_closed and not comment.answer:
            raise RequestError(_why_no_answer(state))
        self._write([replace(comment, state=state)], tr("Change the state of a comment"))

    def answer(
        self, uuid: Uuid | Sequence[Uuid], text: str, state: CommentState = CommentState.ANSWERED
    ) -> None:
        """Give the official answer to one remark, or the same one to several.

        Raises
        ------
        RequestError
            Without an answer; “not followed” needs its reason.
        """
        words = text.strip()
        if state.is_closed and not words:
            raise RequestError(_why_no_answer(state))
        uuids = [uuid] if isinstance(uuid, str) else list(uuid)
        found = [self.find(u) for u in uuids]
        made = [
            replace(c, answer=_checked(words) if words else "", state=state, answered_at=now(), answered_by=user_name())
            for c in found
        ]  # fmt: skip
        self._write(made, tr("Answer {n} comments", n=len(made)))

    def _write(self, changed: Sequence[Comment], title: str) -> None:
        with self._project.action(title) as writer:
            writer.put_records([to_record(c) for c in changed], with_data=False)

    # -- what stands in replies -------------------------------------------------------------------------------
    def _in(self, entry: Entry) -> Iterator[Comment]:
        reply, crs = entry.reply, self._project.meta("crs")
        source = _SOURCES.get(reply.extra.channel, CommentSource.REPLY)
        for answer in reply.answers:
            if answer.comment.strip():
                place = transform_point(*answer.mark_lonlat, WGS84, crs) if answer.mark_lonlat else None
                yield Comment(
                    uuid_of(reply.id, answer.proposal), answer.comment.strip(), reply.created_at,
                    reply.extra.entered_by, answer.proposal, reply.building, place,
                    answer.choice.value if answer.choice else "", source, reply.id, reply.version,
                )  # fmt: skip
        for number, mark in enumerate(reply.extra.marks):
            if mark.text.strip():
                point = shapely.point_on_surface(mark.geometry)
                yield Comment(
                    uuid_of(reply.id, f"mark {number}"), mark.text.strip(), reply.created_at,
                    reply.extra.entered_by, mark.proposal or NO_PROPOSAL, "",
                    transform_point(point.x, point.y, WGS84, crs), "", source, reply.id, reply.version,
                )  # fmt: skip

    def _handwritten(self) -> Iterator[Comment]:
        """Yield what a person typed from boxes that belong to no proposal; those that do stand in the reply."""
        for sheet in self._session.scans.sheets():
            if sheet.state is not SheetState.TAKEN:
                continue
            for key, text in sheet.texts().items():
                group, _, proposal = key.partition(":")
                if group == "comment" and len(proposal) != _UUID_LENGTH:
                    version = sheet.code.version if sheet.code else 0
                    yield Comment(
                        uuid_of(sheet.uuid, key), text, sheet.at, sheet.who,
                        source=CommentSource.SCAN, source_id=sheet.uuid, version=version,
                    )  # fmt: skip


def _title(comment: Comment, numbered: tuple[int, str] | None) -> str:
    if numbered is not None:
        number, title = numbered
        return f"{number}  {title}" if title else tr("Proposal {n}", n=number)
    if comment.proposal:
        return tr("A proposal that is gone")
    if comment.building:
        return comment.building
    return tr("A place on the map") if comment.place is not None else tr("The renewal as a whole")


def _checked(text: str) -> str:
    words = text.strip()
    if not words:
        raise RequestError(tr("The comment has no words."))
    if len(words) > _LONGEST:
        raise RequestError(
            tr("A comment has {n} letters; at most {most} can be kept.", n=len(words), most=_LONGEST)
        )
    return words


def _why_no_answer(state: CommentState) -> str:
    if state is CommentState.NOT_FOLLOWED:
        return tr("Please write the reason why the comment is not followed.")
    return tr("Please write the answer first.")
