"""Rows of scenarios and of who belongs to them; what a lock refuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import Uuid, row_id_of
from renovate_gui.domain.scenario import Scenario
from renovate_gui.store import schema
from renovate_gui.store.connection import rows
from renovate_gui.store.settings import CHOSEN_SCENARIO, setting

LOOSE_MEMBER = (
    f"scenario NOT IN (SELECT uuid FROM {schema.SCENARIOS})"  # noqa: S608  our own names
    f" OR proposal NOT IN (SELECT uuid FROM {schema.PROPOSALS})"
)
"""SQL condition: a membership of something that is gone."""

_COLUMNS = "uuid, name, note, position, made_at, made_by, locked_at, locked_by, locked_why, seal"


# -- reading --------------------------------------------------------------------------------------------------
def read_scenarios(db: apsw.Connection) -> tuple[Scenario, ...]:
    """Return the scenarios in their order."""
    found = rows(db, f"SELECT {_COLUMNS} FROM {schema.SCENARIOS} ORDER BY position, name, id")  # noqa: S608
    return tuple(Scenario(Uuid(r[0]), *r[1:]) for r in found)


def read_members(db: apsw.Connection) -> Mapping[Uuid, frozenset[Uuid]]:
    """Return the proposals of every scenario; those that are gone are left out."""
    found: dict[Uuid, set[Uuid]] = {}
    sql = f"SELECT scenario, proposal FROM {schema.MEMBERS} WHERE NOT ({LOOSE_MEMBER})"  # noqa: S608
    for scenario, proposal in rows(db, sql):
        found.setdefault(Uuid(scenario), set()).add(Uuid(proposal))
    return {scenario: frozenset(members) for scenario, members in found.items()}


def chosen_scenario(db: apsw.Connection) -> Scenario | None:
    """Return the scenario that is worked on: the chosen one, else the first; None when there is none."""
    return chosen_of(read_scenarios(db), setting(db, CHOSEN_SCENARIO))


def chosen_of(there: Sequence[Scenario], wanted: str) -> Scenario | None:
    """Return the scenario of a name, else the first; None when there is none."""
    return next((s for s in there if s.uuid == wanted), there[0] if there else None)


def find_scenario(db: apsw.Connection, uuid: Uuid) -> Scenario:
    """Return one scenario; raise RequestError when it is gone."""
    found = next((s for s in read_scenarios(db) if s.uuid == uuid), None)
    if found is None:
        raise RequestError(tr("The scenario is no longer in the project."))
    return found


# -- writing --------------------------------------------------------------------------------------------------
def put_scenario(db: apsw.Connection, scenario: Scenario) -> None:
    """Insert or replace a scenario by uuid."""
    names = _COLUMNS.split(", ")
    values = [getattr(scenario, name) for name in names]
    changed = ",".join(f"{name}=excluded.{name}" for name in names[1:])
    db.execute(
        f"INSERT INTO {schema.SCENARIOS} (id, {_COLUMNS}) VALUES ({','.join('?' * (len(names) + 1))})"  # noqa: S608
        f" ON CONFLICT (uuid) DO UPDATE SET {changed}",
        (row_id_of(scenario.uuid), *values),
    )


def delete_scenario(db: apsw.Connection, uuid: Uuid) -> None:
    """Delete a scenario and its membership; its proposals stay."""
    refuse_locked_scenario(find_scenario(db, uuid))
    db.execute(f"DELETE FROM {schema.SCENARIOS} WHERE uuid=?", (uuid,))  # noqa: S608
    db.execute(f"DELETE FROM {schema.MEMBERS} WHERE scenario=?", (uuid,))  # noqa: S608


def add_members(db: apsw.Connection, uuid: Uuid, proposals: Iterable[Uuid]) -> None:
    """Take proposals into a scenario; those that belong to it already stay."""
    wanted = tuple(proposals)
    scenario = find_scenario(db, uuid)
    if wanted:
        refuse_locked_scenario(scenario)
    db.executemany(
        f"INSERT INTO {schema.MEMBERS} (id, scenario, proposal) VALUES (?,?,?) ON CONFLICT (id) DO NOTHING",  # noqa: S608
        [(row_id_of(uuid, p), uuid, p) for p in wanted],
    )


def remove_members(db: apsw.Connection, uuid: Uuid, proposals: Iterable[Uuid]) -> None:
    """Take proposals out of a scenario; they stay in the project."""
    refuse_locked_scenario(find_scenario(db, uuid))
    db.executemany(
        f"DELETE FROM {schema.MEMBERS} WHERE scenario=? AND proposal=?",  # noqa: S608
        [(uuid, p) for p in proposals],
    )


def forget_proposal(db: apsw.Connection, proposal: str) -> None:
    """Take a proposal that goes out of all scenarios."""
    db.execute(f"DELETE FROM {schema.MEMBERS} WHERE proposal=?", (proposal,))  # noqa: S608


def home_of_new(db: apsw.Connection, wanted: Uuid | None) -> Uuid | None:
    """Return the scenario that a new proposal joins, None without any; raise RequestError when it is locked."""
    scenario = chosen_scenario(db) if wanted is None else find_scenario(db, wanted)
    if scenario is not None and scenario.is_locked:
        raise RequestError(
            tr(
                "The scenario “{name}” is locked, so nothing new can be drawn in it; choose another scenario or make a new one from it.",
                name=scenario.name,
            )
        )
    return None if scenario is None else scenario.uuid


# -- what a lock refuses --------------------------------------------------------------------------------------
def refuse_locked_scenario(scenario: Scenario) -> None:
    """Raise RequestError when a scenario is locked."""
    if scenario.is_locked:
        raise RequestError(
            tr(
                "The scenario “{name}” is locked; make a new one from it and change that, or unlock it.",
                name=scenario.name,
            )
        )


def locking_scenario(db: apsw.Connection, proposal: str) -> str:
    """Return the name of a locked scenario that a proposal belongs to, empty when there is none."""
    found = rows(
        db,
        f"SELECT s.name FROM {schema.MEMBERS} m JOIN {schema.SCENARIOS} s ON s.uuid=m.scenario"  # noqa: S608
        " WHERE m.proposal=? AND s.locked_at<>'' ORDER BY s.position, s.name LIMIT 1",
        (proposal,),
    )
    return str(found[0][0]) if found else ""


def refuse_locked_proposal(db: apsw.Connection, proposal: str) -> None:
    """Raise RequestError when a proposal belongs to a locked scenario."""
    name = locking_scenario(db, proposal)
    if not name:
        return
    number = rows(db, f"SELECT number FROM {schema.PROPOSALS} WHERE uuid=?", (proposal,))  # noqa: S608
    raise RequestError(
        tr(
            "Proposal {number} belongs to the locked scenario “{name}”; carry it into another scenario as a copy of its own and change the copy.",
            number=number[0][0] if number else "?",
            name=name,
        )
    )


def refuse_locked_photo(db: apsw.Connection, photo_id: int) -> None:
    """Raise RequestError when a photo's proposal belongs to a locked scenario."""
    for (proposal,) in rows(db, "SELECT proposal FROM rg_photos WHERE id=?", (photo_id,)):
        refuse_locked_proposal(db, proposal)
