"""Votes by heads and by floor area under rules of consent: register of owners, ballots, votes, tallies, the seal.

One door for window and command line. A vote is one flat's; heads are counted over flats of one owner. Closing a ballot
seals its numbers together with the rule and digests of the register and of the votes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from renovate_gui.app import voting_register as tables
from renovate_gui.app.caches import Kept
from renovate_gui.app.consent_rules import put_rule, rules_of, said
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.app.voting_records import (
    Ballot,
    BallotKind,
    Flat,
    GivenVote,
    Subject,
    VoteChannel,
    ballot_of,
    ballot_record,
    flat_of,
    flat_record,
    stamp,
    vote_of,
    vote_record,
    vote_uuid,
)
from renovate_gui.app.voting_seal import register_digest, seal_of, sealed_result, votes_digest
from renovate_gui.app.voting_standing import Standing, standing_of
from renovate_gui.assets import tr
from renovate_gui.domain.ballot import Vote
from renovate_gui.domain.consent import Rule, Scope
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import new_uuid
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.domain.record import RecordKind
from renovate_gui.store.owner import user_name

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.store.project import Project


@dataclass(frozen=True, slots=True)
class RegisterReport:
    """What an import of the register did."""

    file: str
    added: int
    changed: int
    unchanged: int
    problems: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VotesReport:
    """What an import of votes did."""

    file: str
    taken: int
    problems: tuple[str, ...]
    notes: tuple[str, ...]


class Voting:
    """Votes by heads and by floor area under rules of consent."""

    def __init__(self, project: Project, session: Session) -> None:
        self._project = project
        self._session = session
        self._flats: Kept[str, tuple[Flat, ...]] = Kept(project, lambda _key: self._read_flats())
        self._ballots: Kept[str, tuple[Ballot, ...]] = Kept(project, lambda _key: self._read_ballots())
        self._votes: Kept[str, tuple[GivenVote, ...]] = Kept(project, self._read_votes)
        self._standings: Kept[str, Standing] = Kept(project, self._count)
        project.subscribe(self._follow)

    def _follow(self, event: ChangeEvent) -> None:
        if "records" in event.topics:
            self._flats.forget()
            self._ballots.forget()
            self._votes.forget()
            self._standings.forget()

    def _read_flats(self) -> tuple[Flat, ...]:
        found = (flat_of(r) for r in self._project.records(RecordKind.FLAT))
        return tuple(sorted(found, key=lambda f: natural(f.building, f.stairwell, f.flat)))

    def _read_ballots(self) -> tuple[Ballot, ...]:
        return tuple(ballot_of(r) for r in self._project.records(RecordKind.BALLOT))

    def _read_votes(self, ballot: str) -> tuple[GivenVote, ...]:
        return tuple(vote_of(r) for r in self._project.records(RecordKind.VOTE, parent=ballot))

    # -- rules ------------------------------------------------------------------------------------------------
    def rules(self) -> tuple[Rule, ...]:
        """Return the rules a ballot can follow, the project's own first."""
        return rules_of(self._project)

    def rule(self, rule_id: str) -> Rule:
        """Return a rule; raise RequestError naming those there are."""
        rules = self.rules()
        found = next((r for r in rules if r.id == rule_id), None)
        if found is None:
            known = ", ".join(r.id for r in rules)
            raise RequestError(tr("There is no rule “{id}”; there are: {known}.", id=rule_id, known=known))
        return found

    def put_rule(self, rule: Rule) -> None:
        """Keep a rule of the project's own (undoable)."""
        put_rule(self._project, rule)

    # -- the register -----------------------------------------------------------------------------------------
    def register(self) -> tuple[Flat, ...]:
        """Return all flats, by building, stairwell and number."""
        return self._flats.get("")

    def prepare_register(self, path: Path, *, replaces: bool = False) -> Task[RegisterReport]:
        """Read a register (CSV or XLSX) into the project as one undoable step; refused rows have a sentence each.

        With ``replaces`` flats that the file does not name go out of the register.
        """

        def work(_progress: Progress, _is_cancelled: IsCancelled) -> RegisterReport:
            from renovate_gui.io.owners_table import read_rows

            headings, rows = read_rows(path)
            read = tables.read_flats(headings, rows, path.name)
            return self._take_flats(path.name, read, replaces=replaces)

        return Task(tr("Read the register of owners"), work)

    def _take_flats(self, name: str, read: tables.ReadRegister, *, replaces: bool) -> RegisterReport:
        before = {f.uuid: f for f in self.register()}
        fresh = [f for f in read.flats if f.uuid not in before]
        other = [f for f in read.flats if f.uuid in before and before[f.uuid] != f]
        named = {f.uuid for f in read.flats}
        gone = [u for u in before if u not in named] if replaces and read.flats else []
        if fresh or other or gone:
            at, who = stamp(), user_name()
            title = tr("Read the register of owners “{file}”", file=name)
            with self._project.action(title) as writer:
                writer.put_records([flat_record(f, at, who) for f in (*fresh, *other)])
                writer.delete_records(gone)
        same = len(read.flats) - len(fresh) - len(other)
        notes = (*read.notes, *((tr("{n} flats left the register.", n=len(gone)),) if gone else ()))
        return RegisterReport(name, len(fresh), len(other), same, read.problems, notes)

    # -- ballots ----------------------------------------------------------------------------------------------
    def ballots(self) -> tuple[Ballot, ...]:
        """Return all ballots, oldest first."""
        return self._ballots.get("")

    def ballot(self, name: str) -> Ballot:
        """Return a ballot by its key, a part of it, or its title; raise RequestError when none or several fit."""
        found = [b for b in self.ballots() if name in (b.uuid, b.title)]
        found = found or [b for b in self.ballots() if len(name) >= 4 and b.uuid.startswith(name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise RequestError(tr("Several ballots are called “{name}”; give the key.", name=name))
        raise RequestError(tr("There is no ballot “{name}”.", name=name))

    def why_not_open(self) -> str:
        """Return the reason why no ballot can be opened, or an empty text."""
        if self._project.is_read_only:
            return tr("The project is open for reading only.")
        if not self.register():
            return tr("There is no register of owners yet; import one first.")
        return ""

    def open(
        self,
        title: str,
        rule_id: str,
        *,
        kind: BallotKind = BallotKind.OWN,
        building: str = "",
        stairwell: str = "",
        must_agree: Sequence[str] = (),
    ) -> Ballot:
        """Open a ballot on what stands now: the chosen scenario and the newest package; the rule is kept as it is today.

        Parameters
        ----------
        building, stairwell
            Where it is held; both empty for the whole estate. Names as the register has them, or written otherwise.
        must_agree
            Flats whose owners must agree whatever the count.
        """
        reason = self.why_not_open()
        if reason:
            raise RequestError(reason)
        if not title.strip():
            raise RequestError(tr("A ballot needs a title: what is asked, in one line."))
        rule = self.rule(rule_id)
        place, level = self._place(building, stairwell)
        if rule.scope is Scope.STAIRWELL and level is not Scope.STAIRWELL:
            raise RequestError(
                tr(
                    "“{rule}” is voted on within one stairwell; name building and stairwell.",
                    rule=said(rule.title),
                )
            )
        ballot = Ballot(
            uuid=new_uuid(),
            title=title.strip(),
            kind=kind,
            level=level,
            rule=rule,
            opened=today(),
            who=user_name(),
            at=stamp(),
            building=place[0],
            stairwell=place[1],
            subject=self._subject(),
        )
        flats = tuple(str(self.flat(ballot, words).uuid) for words in must_agree)
        ballot = replace(ballot, must_agree=flats)
        self._put(ballot, tr("Open the ballot “{title}”", title=ballot.title))
        return ballot

    def _place(self, building: str, stairwell: str) -> tuple[tuple[str, str], Scope]:
        if not building:
            if stairwell:
                raise RequestError(tr("Name the building of the stairwell too."))
            return ("", ""), Scope.ESTATE
        wanted = tables.flat_key(building)
        flats = [f for f in self.register() if tables.flat_key(f.building) == wanted]
        if not flats:
            raise RequestError(tr("The register has no building “{name}”.", name=building))
        if not stairwell:
            return (flats[0].building, ""), Scope.BLOCK
        units = [f for f in flats if tables.flat_key(f.stairwell) == tables.flat_key(stairwell)]
        if not units:
            raise RequestError(
                tr("The register has no stairwell “{name}” in {building}.", name=stairwell, building=building)
            )
        return (units[0].building, units[0].stairwell), Scope.STAIRWELL

    def _subject(self) -> Subject:
        scenario = self._session.scenarios.active()
        packages = self._project.packages()
        newest = max(packages, key=lambda p: p[1], default=None)
        return Subject(
            "" if scenario is None else str(scenario.uuid),
            "" if scenario is None else scenario.name,
            "" if newest is None else str(newest[0]),
            0 if newest is None else newest[1],
        )

    def _put(self, ballot: Ballot, title: str) -> None:
        with self._project.action(title) as writer:
            writer.put_records([ballot_record(ballot)])

    def delete(self, ballot: Ballot) -> None:
        """Delete a ballot with its votes (undoable)."""
        with self._project.action(tr("Delete the ballot “{title}”", title=ballot.title)) as writer:
            writer.delete_records([ballot.uuid])

    # -- votes ------------------------------------------------------------------------------------------------
    def flats_of(self, ballot: Ballot) -> tuple[Flat, ...]:
        """Return the flats that vote in a ballot."""
        return tuple(f for f in self.register() if ballot.holds(f))

    def flat(self, ballot: Ballot, words: str) -> Flat:
        """Return the flat a person means: 3-1-501, 3号楼1单元501, or the last parts where they are enough."""
        key = tables.flat_key(words)
        flats = self.flats_of(ballot)
        whole = [f for f in flats if tables.flat_key(f.building, f.stairwell, f.flat) == key]
        found = whole or [f for f in flats if key and _ends(f, key)]
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(f.label for f in found[:4])
            raise RequestError(
                tr("“{words}” may be {flats}; write building and stairwell too.", words=words, flats=several)
            )
        raise RequestError(tr("No flat “{words}” votes in this ballot.", words=words))

    def votes(self, ballot: Ballot) -> tuple[GivenVote, ...]:
        """Return the votes of a ballot, oldest first."""
        return self._votes.get(str(ballot.uuid))

    def vote(
        self,
        ballot: Ballot,
        flat: Flat,
        choice: Vote,
        *,
        channel: VoteChannel = VoteChannel.PAPER,
        when: str = "",
    ) -> GivenVote:
        """Take in the vote of a flat (undoable); a later one of the same flat takes the place of the earlier."""
        self._must_be_open(ballot)
        if not ballot.holds(flat):
            raise RequestError(tr("No flat “{words}” votes in this ballot.", words=flat.label))
        made = self._given(ballot, flat, choice, channel, when)
        title = tr("Vote of {flat} in “{ballot}”", flat=flat.label, ballot=ballot.title)
        with self._project.action(title) as writer:
            writer.put_records([vote_record(made, stamp(), label=flat.label)])
        return made

    def _given(self, ballot: Ballot, flat: Flat, choice: Vote, channel: VoteChannel, when: str) -> GivenVote:
        day = day_of(when) if when else today()
        key = vote_uuid(ballot.uuid, flat.uuid)
        return GivenVote(key, ballot.uuid, flat.uuid, choice, channel, day, user_name())

    def _must_be_open(self, ballot: Ballot) -> None:
        now_stands = next((b for b in self.ballots() if b.uuid == ballot.uuid), None)
        if now_stands is None:
            raise RequestError(tr("The ballot “{title}” is no longer in the project.", title=ballot.title))
        if not now_stands.is_open:
            raise RequestError(
                tr(
                    "The ballot “{title}” was closed on {day}; its numbers are sealed.",
                    title=ballot.title,
                    day=now_stands.closed[:10],
                )
            )

    def withdraw(self, ballot: Ballot, flat: Flat) -> None:
        """Take a flat's vote out again (undoable)."""
        self._must_be_open(ballot)
        title = tr("Take back the vote of {flat} in “{ballot}”", flat=flat.label, ballot=ballot.title)
        with self._project.action(title) as writer:
            writer.delete_records([vote_uuid(ballot.uuid, flat.uuid)])

    def prepare_votes(
        self, ballot: Ballot, path: Path, *, channel: VoteChannel = VoteChannel.PAPER
    ) -> Task[VotesReport]:
        """Read votes (CSV or XLSX) into a ballot as one undoable step; refused rows have a sentence each."""
        self._must_be_open(ballot)

        def work(_progress: Progress, _is_cancelled: IsCancelled) -> VotesReport:
            from renovate_gui.io.owners_table import read_rows

            headings, rows = read_rows(path)
            read = tables.read_votes(headings, rows, path.name)
            return self._take_votes(ballot, path.name, read, channel)

        return Task(tr("Read the votes"), work)

    def _take_votes(
        self, ballot: Ballot, name: str, read: tables.ReadVotes, channel: VoteChannel
    ) -> VotesReport:
        problems, records, at = list(read.problems), [], stamp()
        index = {tables.flat_key(f.building, f.stairwell, f.flat): f for f in self.flats_of(ballot)}
        for number, words, choice, own_channel, when in read.votes:
            try:
                flat = index.get(tables.flat_key(words)) or self.flat(ballot, words)
                made = self._given(ballot, flat, choice, own_channel or channel, when)
            except RequestError as error:
                problems.append(tr("Row {n}: {reason}", n=number, reason=error))
                continue
            records.append(vote_record(made, at, label=flat.label))
        if records:
            title = tr("Take in {n} votes in “{ballot}”", n=len(records), ballot=ballot.title)
            with self._project.action(title) as writer:
                writer.put_records(records)
        return VotesReport(name, len(records), tuple(problems), read.notes)

    # -- counting ---------------------------------------------------------------------------------------------
    def standing(self, ballot: Ballot) -> Standing:
        """Return how a ballot stands by the register and votes of now: tally, judgement, parts, what closes the gap."""
        return self._standings.get(str(ballot.uuid))

    def _count(self, uuid: str) -> Standing:
        ballot = self.ballot(uuid)
        choices: Mapping[str, Vote] = {str(v.flat): v.choice for v in self.votes(ballot)}
        return standing_of(ballot, self.flats_of(ballot), choices)

    def unreached(self, ballot: Ballot, building: str, stairwell: str = "") -> tuple[Flat, ...]:
        """Return the flats of a part that have not voted; for the office's own screen, never for print."""
        voted = {str(v.flat) for v in self.votes(ballot)}
        return tuple(
            f
            for f in self.flats_of(ballot)
            if f.building == building
            and (not stairwell or f.stairwell == stairwell)
            and str(f.uuid) not in voted
        )

    def close(self, ballot: Ballot, *, notes_stage: bool = True) -> Ballot:
        """Close a ballot and seal its numbers (undoable); votes A and B also write the outcome into the log of stages."""
        self._must_be_open(ballot)
        standing = self.standing(ballot)
        result = sealed_result(standing, self.flats_of(ballot), self.votes(ballot))
        closed = replace(ballot, closed=stamp(), result=result)
        records = [ballot_record(closed)]
        if notes_stage and ballot.kind in (BallotKind.WISH, BallotKind.PLAN):
            records.append(self._session.stages.entry_of_ballot(closed, standing))
        with self._project.action(tr("Close the ballot “{title}”", title=ballot.title)) as writer:
            writer.put_records(records)
        return closed

    def seal_problems(self, ballot: Ballot) -> tuple[str, ...]:
        """Return one sentence for each thing in which a closed ballot is no longer what was sealed."""
        held, problems = ballot.result, []
        if seal_of(held) != held.get("seal"):
            problems.append(
                tr("The numbers of “{title}” are not those that were sealed.", title=ballot.title)
            )
        if held.get("register") != register_digest(self.flats_of(ballot)):
            problems.append(tr("The register has changed since “{title}” was closed.", title=ballot.title))
        if held.get("votes") != votes_digest(self.votes(ballot)):
            problems.append(
                tr("The votes of “{title}” have changed since it was closed.", title=ballot.title)
            )
        return tuple(problems)


def _ends(flat: Flat, key: tuple[str, ...]) -> bool:
    own = tables.flat_key(flat.building, flat.stairwell, flat.flat)
    return own[-len(key) :] == key or tables.flat_key(flat.building, flat.flat) == key


def natural(*words: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts 2 before 10."""
    import re

    parts = [p for word in words for p in (*re.findall(r"\d+|\D+", word), "")]
    return tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts)


def today() -> str:
    """Return the local day as YYYY-MM-DD."""
    return datetime.now().astimezone().date().isoformat()


def day_of(text: str) -> str:
    """Return a day as YYYY-MM-DD; raise RequestError for what is none."""
    plain = text.strip()[:10].replace("/", "-").replace(".", "-")
    try:
        year, month, day = (int(p) for p in plain.split("-"))
        return date(year, month, day).isoformat()
    except ValueError:
        raise RequestError(tr("“{text}” is no date such as 2026-12-31.", text=text)) from None
