"""Which answers count: one for each household and package version, in time and late apart; pure functions of values.

The order in which replies came does not matter: what decides is when they were given and what a person ruled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from renovate_gui.domain.ids import Uuid, row_id_of
from renovate_gui.domain.record import Record, RecordKind
from renovate_gui.domain.reply import Channel, Reply


class Standing(StrEnum):
    """What a reply is worth in the counts."""

    COUNTED = "counted"
    LATE = "late"  # kept and counted apart
    REPLACED = "replaced"  # another answer of the same household stands
    ASIDE = "aside"  # a person laid it aside, with a reason


class Verdict(StrEnum):
    """What a person may rule about a reply."""

    STANDS = "stands"  # this one of the household's answers counts
    IN_TIME = "in_time"  # handed in before the last day, whatever its date says
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person decided about one reply."""

    reply: Uuid
    verdict: Verdict
    reason: str = ""
    at: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger.

    Attributes
    ----------
    replaced_by
        The reply that counts in its place.
    channels
        All ways by which the household answered this package, when they are more than one.
    """

    reply: Reply
    standing: Standing
    is_late: bool = False
    replaced_by: Uuid | None = None
    channels: tuple[Channel, ...] = ()
    ruling: Ruling | None = None

    @property
    def counts(self) -> bool:
        """Return whether it is counted, in time or late."""
        return self.standing in (Standing.COUNTED, Standing.LATE)

    @property
    def person(self) -> str:
        """Return whom the answer is from: the household, else the reply itself."""
        return person_of(self.reply)


def person_of(reply: Reply) -> str:
    """Return a key of whom a reply is from: its household's token, else its own id."""
    household = reply.extra.household
    return f"household:{household}" if household else f"reply:{reply.id}"


def ruling_record(ruling: Ruling) -> Record:
    """Return a ruling as it is kept; there is one for each reply, the same row in every copy of the project."""
    uuid = Uuid(f"{row_id_of('ruling', ruling.reply):016x}")
    held = {"verdict": ruling.verdict.value, "reason": ruling.reason, "ruled": ruling.at}
    return Record(uuid, RecordKind.RULING, ruling.reply, ruling.at, ruling.who, held)


def ruling_of(record: Record) -> Ruling | None:
    """Return the ruling in a record, or None for one of a newer program."""
    verdict = str(record.properties.get("verdict", ""))
    if verdict not in set(Verdict):
        return None
    at = str(record.properties.get("ruled", record.at))
    return Ruling(
        Uuid(record.parent), Verdict(verdict), str(record.properties.get("reason", "")), at, record.who
    )


def judge(
    replies: Iterable[Reply], rulings: Iterable[Ruling] = (), until: Mapping[Uuid, str] | None = None
) -> tuple[Entry, ...]:
    """Return every reply with its standing, by the time it was given.

    Parameters
    ----------
    until
        Last day for answers (``YYYY-MM-DD``) by package; missing or empty: no answer is late.

    Notes
    -----
    Of a household's replies to one package version the last one counts; one that came in time is not replaced by a
    late one. A person's ruling comes before these rules; of two rulings the later one.
    """
    known = {r.reply: r for r in rulings}
    last_day = until or {}
    groups: dict[tuple[str, str, int], list[Reply]] = {}
    for reply in replies:
        groups.setdefault((person_of(reply), reply.package, reply.version), []).append(reply)
    entries: list[Entry] = []
    for (_person, package, _version), group in groups.items():
        entries += _judged(group, known, last_day.get(Uuid(package), ""))
    return tuple(sorted(entries, key=lambda e: order_of(e.reply)))


def _judged(group: Sequence[Reply], known: Mapping[Uuid, Ruling], until: str) -> list[Entry]:
    channels = tuple(dict.fromkeys(c for c in Channel for r in group if r.extra.channel is c))
    several = channels if len(channels) > 1 else ()
    aside = [r for r in group if _ruled(known, r, Verdict.ASIDE)]
    open_ones = [r for r in group if r not in aside]
    standing = max(open_ones, key=lambda r: _rank(r, known, until), default=None)
    found = []
    for reply in group:
        ruling, late = known.get(reply.id), _is_late(reply, known, until)
        if reply in aside:
            found.append(Entry(reply, Standing.ASIDE, late, None, several, ruling))
        elif standing is None or reply is standing:
            state = Standing.LATE if late else Standing.COUNTED
            found.append(Entry(reply, state, late, None, several, ruling))
        else:
            found.append(Entry(reply, Standing.REPLACED, late, standing.id, several, ruling))
    return found


def _rank(reply: Reply, known: Mapping[Uuid, Ruling], until: str) -> tuple[str, bool, tuple[datetime, str]]:
    """Return what decides between the replies of a household; the greatest stands."""
    ruling = known.get(reply.id)
    ruled = ruling.at if ruling is not None and ruling.verdict is Verdict.STANDS else ""
    return ruled, not _is_late(reply, known, until), order_of(reply)


def _ruled(known: Mapping[Uuid, Ruling], reply: Reply, verdict: Verdict) -> bool:
    ruling = known.get(reply.id)
    return ruling is not None and ruling.verdict is verdict


def _is_late(reply: Reply, known: Mapping[Uuid, Ruling], until: str) -> bool:
    if _ruled(known, reply, Verdict.IN_TIME):
        return False
    if reply.extra.is_late:
        return True
    try:
        last = date.fromisoformat(until)
    except ValueError:
        return False
    given = given_at(reply)
    return given is not None and given.astimezone().date() > last


def given_at(reply: Reply) -> datetime | None:
    """Return when a reply was given, or None when its time cannot be read."""
    try:
        found = datetime.fromisoformat(reply.created_at)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def order_of(reply: Reply) -> tuple[datetime, str]:
    """Return what puts replies in the order in which they were given, whichever came first."""
    return given_at(reply) or datetime.min.replace(tzinfo=UTC), str(reply.id)
