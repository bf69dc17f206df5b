"""The stages a renewal goes through, and what happened in each: an append-only log, rejection being a normal end.

``stage`` records: ``stage``, ``state``, ``round`` (how often the loop of options, notice and plan vote was begun),
``when``, ``why``, ``evidence``, ``ballot`` (its key, where a vote decided).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from renovate_gui.app.consent_rules import said
from renovate_gui.app.voting_records import stamp
from renovate_gui.assets import resource_path, tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import Uuid, new_uuid
from renovate_gui.domain.record import Record, RecordKind
from renovate_gui.store.owner import user_name

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.app.voting_records import Ballot
    from renovate_gui.app.voting_standing import Standing
    from renovate_gui.store.project import Project


class StageState(StrEnum):
    """What became of a stage."""

    STARTED = "started"
    DONE = "done"
    """Done; of a vote: passed."""
    REJECTED = "rejected"
    POSTPONED = "postponed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class StageKind:
    """A stage as ``stages.toml`` describes it; ``vote`` is the kind of ballot that decides it."""

    code: str
    number: int
    title: tuple[str, str]
    about: tuple[str, str]
    vote: str
    ends: bool
    loops: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    uuid: Uuid
    at: str
    who: str
    stage: str
    state: StageState
    round: int
    when: str
    why: str
    evidence: str
    ballot: str


@dataclass(frozen=True, slots=True)
class StageStanding:
    """How a stage stands: its newest entry (None: not begun) and all of them."""

    kind: StageKind
    newest: Entry | None
    entries: tuple[Entry, ...]


@lru_cache(maxsize=1)
def stage_kinds() -> tuple[StageKind, ...]:
    """Return the stages in order."""
    with resource_path("stages.toml").open("rb") as file:
        rows = tomllib.load(file)["stage"]
    return tuple(
        StageKind(
            str(r["code"]),
            int(r["number"]),
            (str(r["zh"]), str(r["en"])),
            (str(r["about_zh"]), str(r["about_en"])),
            str(r.get("vote", "")),
            bool(r.get("ends", False)),
            bool(r.get("loop", False)),
            str(r.get("evidence", "")),
        )
        for r in rows
    )


def state_words(state: StageState, kind: StageKind) -> str:
    """Return a state in words; a vote is passed where another stage is done."""
    words = {
        StageState.STARTED: tr("under way"),
        StageState.DONE: tr("passed") if kind.vote else tr("done"),
        StageState.REJECTED: tr("rejected"),
        StageState.POSTPONED: tr("postponed"),
        StageState.SKIPPED: tr("skipped"),
    }
    return words[state]


class Stages:
    """The stages a renewal goes through, and what happened in each."""

    def __init__(self, project: Project, session: Session) -> None:
        self._project = project
        self._session = session

    def kinds(self) -> tuple[StageKind, ...]:
        """Return the stages in order."""
        return stage_kinds()

    def kind(self, code: str) -> StageKind:
        """Return a stage by its code or number; raise RequestError naming those there are."""
        found = next((k for k in stage_kinds() if code in (k.code, str(k.number))), None)
        if found is None:
            known = ", ".join(k.code for k in stage_kinds())
            raise RequestError(tr("There is no stage “{code}”; there are: {known}.", code=code, known=known))
        return found

    def log(self) -> tuple[Entry, ...]:
        """Return all entries, oldest first."""
        return tuple(_entry(r) for r in self._project.records(RecordKind.STAGE))

    def board(self) -> tuple[StageStanding, ...]:
        """Return every stage with what happened in it."""
        log = self.log()
        found = []
        for kind in stage_kinds():
            own = tuple(e for e in log if e.stage == kind.code)
            found.append(StageStanding(kind, own[-1] if own else None, own))
        return tuple(found)

    def current(self) -> Entry | None:
        """Return the newest entry."""
        log = self.log()
        return log[-1] if log else None

    def rejection(self) -> Entry | None:
        """Return the entry that ended the project, None while it goes on."""
        newest = self.current()
        if newest is None or newest.state is not StageState.REJECTED:
            return None
        return newest if self.kind(newest.stage).ends else None

    def round(self) -> int:
        """Return how often the loop of options, notice and plan vote was begun, 1 at first."""
        return max((e.round for e in self.log()), default=1)

    def put(
        self,
        code: str,
        state: StageState,
        *,
        why: str = "",
        evidence: str = "",
        when: str = "",
        ballot: str = "",
    ) -> Entry:
        """Write an entry into the log (undoable).

        A rejection needs its reasons, and so does whatever follows one, and a vote that is called other than its
        ballot counted.
        """
        record = self._record(code, state, why=why, evidence=evidence, when=when, ballot=ballot)
        kind = self.kind(code)
        words = state_words(state, kind)
        title = tr("Stage “{stage}”: {state}", stage=said(kind.title), state=words)
        with self._project.action(title) as writer:
            writer.put_records([record])
        return _entry(record)

    def _record(
        self, code: str, state: StageState, *, why: str, evidence: str, when: str, ballot: str
    ) -> Record:
        from renovate_gui.app.voting import day_of, today

        kind = self.kind(code)
        if not why.strip():
            self._must_not_need_why(kind, state)
        held = {
            "title": said(kind.title),
            "stage": kind.code,
            "state": state.value,
            "round": self._round_of(kind, state),
            "when": day_of(when) if when else today(),
            "why": why.strip(),
            "evidence": evidence.strip(),
            "ballot": ballot,
        }
        return Record(new_uuid(), RecordKind.STAGE, "", stamp(), user_name(), held)

    def _must_not_need_why(self, kind: StageKind, state: StageState) -> None:
        if state is StageState.REJECTED:
            raise RequestError(
                tr("A rejection is a result like any other; write why, for those who ask later.")
            )
        if self.rejection() is not None:
            raise RequestError(tr("The project ended with a rejection; write why it goes on."))
        if state is StageState.DONE and kind.vote:
            closed = [b for b in self._session.voting.ballots() if b.kind.value == kind.vote and b.closed]
            if closed and not closed[-1].result.get("passes"):
                raise RequestError(
                    tr(
                        "The ballot “{title}” did not pass; write why the stage is called passed all the same.",
                        title=closed[-1].title,
                    )
                )

    def _round_of(self, kind: StageKind, state: StageState) -> int:
        """Return the round of an entry: beginning again with the loop's first stage makes a new one."""
        log = self.log()
        last = max((e.round for e in log), default=1)
        loop = [k.code for k in stage_kinds() if k.loops]
        if not kind.loops or kind.code != loop[0] or state is not StageState.STARTED:
            return last
        went_on = any(e.stage in loop and e.round == last for e in log)
        return last + 1 if went_on else last

    def entry_of_ballot(self, ballot: Ballot, standing: Standing) -> Record:
        """Return the entry that the closing of vote A or B writes."""
        from renovate_gui.app.voting_words import result_sentence

        kind = next(k for k in stage_kinds() if k.vote == ballot.kind.value)
        state = StageState.DONE if standing.passes else StageState.REJECTED
        evidence = tr("Ballot “{title}”, seal {seal}", title=ballot.title, seal=ballot.result["seal"])
        why = result_sentence(standing)
        return self._record(kind.code, state, why=why, evidence=evidence, when="", ballot=str(ballot.uuid))


def _entry(record: Record) -> Entry:
    held = record.properties
    return Entry(
        record.uuid,
        record.at,
        record.who,
        str(held.get("stage", "")),
        StageState(held.get("state", "started")),
        int(held.get("round", 1)),
        str(held.get("when", "")) or record.at[:10],
        str(held.get("why", "")),
        str(held.get("evidence", "")),
        str(held.get("ballot", "")),
    )
