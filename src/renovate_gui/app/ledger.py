"""One ledger of all answers, whatever way they came."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from renovate_gui.app import ledger_missing as missing
from renovate_gui.app.caches import Kept
from renovate_gui.app.form_codes import token_in
from renovate_gui.app.gap_inputs import text_of
from renovate_gui.app.ledger_counting import (
    Counts,
    PrintedPart,
    ProposalTally,
    QuestionTally,
    printed_parts,
    question_tally,
    standing_replies,
    tally,
)
from renovate_gui.app.ledger_judging import Entry, Ruling, Verdict, judge, ruling_of, ruling_record
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.heat import CellMap
from renovate_gui.domain.ids import Uuid, new_uuid
from renovate_gui.domain.layer import ChangeEvent, LayerInfo, LayerTable
from renovate_gui.domain.record import RecordKind
from renovate_gui.domain.reply import Answer, Channel, Reply, ReplyExtra, ReplyOutcome
from renovate_gui.domain.roles import Role
from renovate_gui.store.history import now
from renovate_gui.store.owner import user_name

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.store.project import Project

LATE_SETTING = "ledger_counts_late"
_AGES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("age0_2", lambda: tr("0–2 years")),
    ("age3_5", lambda: tr("3–5 years")),
    ("age6_11", lambda: tr("6–11 years")),
    ("age60", lambda: tr("60 and older")),
    ("age80", lambda: tr("80 and older")),
)
_TENURE = re.compile(r"tenure|rent|owner.?occ|产权|租住|自住|住房性质", re.IGNORECASE)
_BASES = ("households", "dwellings", "residents")


@dataclass(frozen=True, slots=True)
class HandEntry:
    """What somebody said at a meeting or at the door, as a helper enters it.

    Attributes
    ----------
    package
        Which package was talked about; None: the newest.
    """

    answers: tuple[Answer, ...]
    entered_by: str
    wish: str = ""
    building: str = ""
    stairwell: str = ""
    household: str = ""
    needs: tuple[str, ...] = ()
    management: str = ""
    package: Uuid | None = None


class Ledger:
    """All answers with their standing; counts; who has not answered."""

    def __init__(self, project: Project, session: Session) -> None:
        self._project = project
        self._session = session
        self._kept: Kept[str, tuple[Entry, ...]] = Kept(project, lambda _key: self._read())
        self._panel: Kept[str, tuple[missing.Represented, CellMap | None]] = Kept(
            project, lambda _language: self._represented()
        )
        self._counts: Kept[tuple[str, int | None, bool], dict[Uuid, ProposalTally]] = Kept(
            project, lambda key: self._tally(key[0], key[1], with_late=key[2])
        )
        self._standing: Kept[bool, tuple[Reply, ...]] = Kept(
            project, lambda with_late: standing_replies(self.rows(), with_late=with_late)
        )
        project.subscribe(self._follow)

    def _follow(self, event: ChangeEvent) -> None:
        came = bool(event.topics & {"replies", "records", "packages"})
        if came:
            self._kept.forget()
            self._standing.forget()
        if came or event.layers or event.registry:  # buildings tell how places are called
            self._counts.forget()
            self._panel.forget()

    # -- taking in --------------------------------------------------------------------------------------------
    def take(self, replies: Sequence[Reply], *, source: str | Sequence[str]) -> tuple[ReplyOutcome, ...]:
        """Store replies as one undoable action; one that is there already is refused with its reason.

        Parameters
        ----------
        source
            What they were read from: one name for all, or one for each.
        """
        names = [source] * len(replies) if isinstance(source, str) else list(source)
        stored = {str(r.id) for r in self._project.replies()}
        batch: dict[str, str] = {}
        outcomes = []
        for reply, name in zip(replies, names, strict=True):
            reason = why_twice(reply, name, stored, batch)
            batch.setdefault(str(reply.id), name)
            outcomes.append(ReplyOutcome(name, accepted=not reason, reason=reason, reply=reply))
        self._store(outcomes)
        return tuple(outcomes)

    def _store(self, outcomes: Sequence[ReplyOutcome]) -> None:
        taken = [(o.reply, o.file) for o in outcomes if o.reply is not None and o.accepted]
        if not taken:
            return
        with self._project.action(tr("Take in {n} replies", n=len(taken))) as writer:
            for reply, name in taken:
                writer.put_reply(reply, source=name)

    def enter(self, entry: HandEntry) -> Reply:
        """Keep what was said at a meeting or at the door; raise RequestError when something is missing."""
        package, version, held = self._package(entry.package)
        if not entry.entered_by.strip():
            raise RequestError(tr("Please say who enters this answer."))
        answers = tuple(a for a in entry.answers if a.choice is not None or a.comment.strip())
        if not (answers or entry.wish or entry.needs or entry.management):
            raise RequestError(tr("Nothing was answered yet; choose at least one answer."))
        foreign = [a for a in answers if str(a.proposal) not in set(map(str, held.get("proposals", ())))]
        if foreign:
            raise RequestError(tr("An answer is about a proposal that was not in package v{n}.", n=version))
        extra = ReplyExtra(
            Channel.MEETING,
            _household(entry.household),
            entry.stairwell.strip(),
            needs=entry.needs,
            management=entry.management,
            entered_by=entry.entered_by.strip(),
        )
        reply = Reply(new_uuid(), package, version, now(), answers, entry.wish, entry.building.strip(), extra)
        title = tr("Enter an answer by hand: {place}", place=reply.building or tr("without a building"))
        with self._project.action(title) as writer:
            writer.put_reply(reply, source=tr("entered by {name}", name=extra.entered_by))
        return reply

    def _package(self, wanted: Uuid | None) -> tuple[Uuid, int, Mapping[str, Any]]:
        packages = [p for p in self._project.packages() if "proposals" in p[2]]
        found = [p for p in packages if wanted is None or p[0] == wanted]
        if not found:
            raise RequestError(tr("There is no package to answer yet; export one first."))
        return max(found, key=lambda p: p[1])

    @staticmethod
    def helper() -> str:
        """Return the name of who sits at this computer, as a proposal for who enters an answer."""
        return user_name()

    def open_package(self) -> tuple[Uuid, int, tuple[Uuid, ...]] | None:
        """Return the newest package with its version and proposals, or None when none was given out."""
        packages = [p for p in self._project.packages() if "proposals" in p[2]]
        if not packages:
            return None
        uuid, version, held = max(packages, key=lambda p: p[1])
        return uuid, version, tuple(Uuid(str(p)) for p in held["proposals"])

    # -- standing ---------------------------------------------------------------------------------------------
    def rows(self) -> tuple[Entry, ...]:
        """Return every reply with its standing, by the time it was given."""
        return self._kept.get("")

    def _read(self) -> tuple[Entry, ...]:
        rulings = [ruling_of(r) for r in self._project.records(RecordKind.RULING)]
        until = {uuid: str(held.get("reply_until", "")) for uuid, _version, held in self._project.packages()}
        return judge(self._project.replies(), [r for r in rulings if r is not None], until)

    def find(self, reply: Uuid) -> Entry:
        """Return one line; raise RequestError when it is gone."""
        found = next((e for e in self.rows() if e.reply.id == reply), None)
        if found is None:
            raise RequestError(tr("The reply is no longer in the project."))
        return found

    def rule(self, reply: Uuid, verdict: Verdict, reason: str = "") -> None:
        """Decide about a reply: it stands, it came in time, it is laid aside (with a reason)."""
        self.find(reply)
        if verdict is Verdict.ASIDE and not reason.strip():
            raise RequestError(tr("Please say why the reply is laid aside."))
        titles = {
            Verdict.STANDS: tr("Let a replaced reply count again"),
            Verdict.IN_TIME: tr("Count a late reply as in time"),
            Verdict.ASIDE: tr("Lay a reply aside"),
        }
        record = ruling_record(Ruling(reply, verdict, reason.strip(), now(), user_name()))
        with self._project.action(titles[verdict]) as writer:
            writer.put_records([record])

    def take_paper_in_time(self) -> int:
        """Take all late paper forms as handed in before the last day: a heap is scanned later; return how many."""
        late = [
            e.reply.id
            for e in self.rows()
            if e.is_late and e.ruling is None and e.reply.extra.channel is Channel.PAPER
        ]
        records = [ruling_record(Ruling(u, Verdict.IN_TIME, "", now(), user_name())) for u in late]
        if records:
            with self._project.action(tr("Count {n} late paper forms as in time", n=len(records))) as writer:
                writer.put_records(records)
        return len(records)

    def withdraw(self, reply: Uuid) -> None:
        """Take back what was decided about a reply."""
        entry = self.find(reply)
        if entry.ruling is None:
            return
        with self._project.action(tr("Take back a decision about a reply")) as writer:
            writer.delete_records([ruling_record(entry.ruling).uuid])

    @property
    def counts_late(self) -> bool:
        """Return whether late answers are added to the counts."""
        return self._project.meta(LATE_SETTING) == "1"

    def set_counts_late(self, *, on: bool) -> None:
        """Add late answers to the counts, or count them apart (undoable)."""
        if on == self.counts_late:
            return
        title = tr("Count late answers too") if on else tr("Count late answers apart")
        with self._project.action(title) as writer:
            writer.set_meta(LATE_SETTING, "1" if on else "")

    # -- counts -----------------------------------------------------------------------------------------------
    def versions(self) -> tuple[int, ...]:
        """Return the package versions that were answered, newest first."""
        return tuple(sorted({e.reply.version for e in self.rows()}, reverse=True))

    def tallies(self, by: str = "channel", *, version: int | None = None) -> tuple[ProposalTally, ...]:
        """Return counts per proposal: those that stand now by number, then answered ones that are gone.

        For the office's own eyes: nothing is hidden. What is printed or exported takes :meth:`printed`.

        Parameters
        ----------
        by
            What the parts are: ``channel``, ``building``, ``stairwell`` or ``version``.
        version
            Only replies to this version; None: all, each household with its newest answer.
        """
        found = self._counts.get((by, version, self.counts_late))
        order = dict.fromkeys(p.uuid for p in self._session.proposals.all()) | dict.fromkeys(found)
        return tuple(found.get(uuid, ProposalTally(uuid, Counts(), Counts())) for uuid in order)

    def _tally(self, by: str, version: int | None, *, with_late: bool) -> dict[Uuid, ProposalTally]:
        rows = [e for e in self.rows() if version is None or e.reply.version == version]
        return tally(rows, self._part(by), with_late=with_late)

    def printed(self, by: str = "building", *, version: int | None = None) -> tuple[PrintedPart, ...]:
        """Return the parts of each proposal as they may leave the office: nothing of fewer than five people."""
        return printed_parts(self.tallies(by, version=version))

    def standing(self) -> tuple[Reply, ...]:
        """Return the replies with the choices that count, for the map."""
        return self._standing.get(self.counts_late)

    def questions(self) -> QuestionTally:
        """Return what was said beside the proposals."""
        return question_tally(self.rows(), with_late=self.counts_late)

    def _part(self, by: str) -> Callable[[Entry], str]:
        if by not in ("channel", "building", "stairwell", "version"):
            raise RequestError(
                tr(
                    "“{word}” is no way to group answers; choose channel, building, stairwell or version.",
                    word=by,
                )
            )
        if by == "channel":
            return lambda e: e.reply.extra.channel.value
        if by == "version":
            return lambda e: f"v{e.reply.version}"
        homes = self.homes()
        places = self._places()[1]

        def door(entry: Entry) -> str:
            extra = entry.reply.extra
            building, stairwell = homes.get(extra.household) or (entry.reply.building, extra.stairwell)
            row = places.find(building) if building else None
            name = building.strip() if row is None else places.titles[row]
            return name if by == "building" else " ".join(p for p in (name, stairwell) if p)

        return door

    # -- who is missing ---------------------------------------------------------------------------------------
    def represented(self) -> missing.Represented:
        """Return who has and who has not answered."""
        return self._panel.get(current_language())[0]

    def response_map(self) -> CellMap | None:
        """Return the buildings coloured by the share that answered, or None without buildings."""
        return self._panel.get(current_language())[1]

    def homes(self) -> dict[str, tuple[str, str]]:
        """Return building and stairwell of each household that a form was printed for, by its token."""
        found: dict[str, tuple[str, str]] = {}
        for _uuid, _version, held in self._project.packages():
            for home in held.get("households", ()):
                found[str(home["token"])] = (str(home["building"]), str(home.get("stairwell", "")))
        return found

    def _represented(self) -> tuple[missing.Represented, CellMap | None]:
        info, places, table = self._places()
        people = missing.respondents(self.rows(), self.homes())
        rows: Counter[int] = Counter()
        doors: Counter[tuple[str, str]] = Counter()
        lost: Counter[str] = Counter()
        for building, stairwell in people.values():
            row = places.find(building) if building else None
            if row is None:
                lost[building] += bool(building)
            else:
                rows[row] += 1
            title = building.strip() if row is None else places.titles[row]
            doors[(title, stairwell.strip())] += 1
        flats = self._flats(places)
        basis, expected = self._expected(info, table, places, flats)
        buildings = missing.building_doors(places, expected, rows)
        total = float(np.nansum(expected)) if basis else 0.0
        heard = np.array([rows[i] for i in range(len(places.titles))], dtype=np.int64)
        panel = missing.Represented(
            basis,
            total,
            len(people),
            sum(rows.values()),
            buildings,
            _stairwells(flats, doors),
            missing.age_shares(*self._ages(info), heard) if info is not None else (),
            missing.tenure_doors(_tenure(table), expected, heard) if table is not None else (),
            tuple(name for name, n in lost.most_common() if n),
            missing.margin_of(len(people), total),
        )
        picture = missing.response_map(table.geometry, buildings) if table is not None else None
        return panel, picture

    def _places(self) -> tuple[LayerInfo | None, missing.Places, LayerTable | None]:
        """Return the topmost layer of buildings, else parcels, with the names in it."""
        layers = self._session.layers
        found = layers.of_role(Role.BUILDINGS) or layers.of_role(Role.PARCELS)
        if not found:
            names = sorted({r.properties.get("building", "") for r in self._project.records(RecordKind.FLAT)})
            return None, missing.Places([[str(n)] for n in names if n]), None
        info = found[0]
        table = layers.table(info.id)
        columns = [layers.field(info.id, f) for f in ("name", "code")]
        known = [c for c in columns if c is not None]
        return info, missing.Places([[text_of(c[i]) for c in known] for i in range(len(table))]), table

    def _flats(self, places: missing.Places) -> Counter[tuple[str, str]]:
        """Return the number of flats by building (as the map names it) and stairwell, from the register of owners."""
        found: Counter[tuple[str, str]] = Counter()
        for record in self._project.records(RecordKind.FLAT):
            building = str(record.properties.get("building", ""))
            row = places.find(building)
            title = building if row is None else places.titles[row]
            found[(title, str(record.properties.get("stairwell", "")).strip())] += 1
        return found

    def _expected(
        self,
        info: LayerInfo | None,
        table: LayerTable | None,
        places: missing.Places,
        flats: Counter[tuple[str, str]],
    ) -> tuple[str, NDArray[np.float64]]:
        """Return what answers are compared with, and its number for each building (NaN unknown)."""
        nothing = np.full(len(places.titles), np.nan)
        if flats:
            of_building: Counter[str] = Counter()
            for (building, _stairwell), n in flats.items():
                of_building[building] += n
            return "flats", np.array([of_building[t] or np.nan for t in places.titles], dtype=np.float64)
        if info is None or table is None:
            return "", nothing
        for name in _BASES:
            column = self._session.layers.field(info.id, name)
            if column is not None and column.dtype.kind == "f" and np.nansum(column) > 0:
                return name, np.where(column > 0, column, np.nan)
        return "", nothing

    def _ages(self, info: LayerInfo) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
        field = self._session.layers.field
        residents = field(info.id, "residents")
        if residents is None or residents.dtype.kind != "f":
            return np.empty(0), {}
        groups = {words(): field(info.id, name) for name, words in _AGES}
        return residents, {w: c for w, c in groups.items() if c is not None and c.dtype.kind == "f"}


def _household(typed: str) -> str:
    """Return the token as it is printed, whatever way it was typed; raise RequestError for a slip."""
    if not typed.strip():
        return ""
    token = token_in(typed)
    if not token:
        raise RequestError(
            tr("“{token}” is no household code; please look at the form again.", token=typed.strip())
        )
    return token


def _stairwells(flats: Counter[tuple[str, str]], doors: Counter[tuple[str, str]]) -> tuple[missing.Door, ...]:
    keys = sorted({d for d in (*flats, *doors) if d[1]})
    return tuple(missing.Door(*key, float(flats[key]) if key in flats else None, doors[key]) for key in keys)


def _tenure(table: LayerTable) -> list[str]:
    name = next((n for n, c in table.columns.items() if _TENURE.search(n) and c.dtype.kind == "O"), None)
    return [""] * len(table) if name is None else [text_of(v) for v in table.columns[name]]


def why_twice(reply: Reply, name: str, stored: set[str], batch: Mapping[str, str]) -> str:
    """Return why a reply is not counted again, or an empty string."""
    if str(reply.id) in stored:
        return tr("{file} was taken in before; a reply counts once.", file=name)
    if str(reply.id) in batch:
        return tr(
            "{file} is the same reply as {other}; a reply counts once.", file=name, other=batch[str(reply.id)]
        )
    return ""
