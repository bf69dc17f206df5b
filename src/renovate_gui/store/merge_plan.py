"""What becomes of every row that another copy changed: fitted together, or left for somebody to decide.

Where both changed the same thing, both rows and what they were are known, so a three-way comparison of values is all
that is needed; SQLite's rebaser answers another question (how to move a changeset past one that conflicts, whole
columns at a time), and would take one person's title and cost, which stand in one JSON column, for one thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from renovate_gui.assets import tr
from renovate_gui.domain.difference import Choice, ObjectKey
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import new_row_id, new_uuid
from renovate_gui.store import properties, schema
from renovate_gui.store.connection import rows
from renovate_gui.store.merge_sides import Sides
from renovate_gui.store.rowchange import Row, key_column
from renovate_gui.store.threerows import is_changed, merge_rows, with_readable_columns
from renovate_gui.store.threeway import ROW, differing

Choices = Mapping[ObjectKey, Choice]
_MINE_OR_THEIRS = (Choice.MINE, Choice.THEIRS)


@dataclass(frozen=True, slots=True)
class Quarrel:
    """An object on which the copies disagree.

    ``members`` are rows that stand or fall with it: photos with their proposal, features with their layer.
    """

    key: ObjectKey
    fields: tuple[str, ...]
    choices: tuple[Choice, ...]
    members: tuple[ObjectKey, ...] = ()


class Plan:
    """The rows to write, given what somebody decided.

    Attributes
    ----------
    results
        Row key to what the row becomes; None where it goes.
    quarrels
        What has to be decided, or was.
    same
        How many rows both sides changed to the same.
    """

    def __init__(self, sides: Sides, choices: Choices) -> None:
        self.sides = sides
        self.choices = choices
        self.results: dict[ObjectKey, Row | None] = {}
        self.quarrels: list[Quarrel] = []
        self.same = 0
        self._spoken_for: set[ObjectKey] = set()
        self._keys = sides.keys()
        self._bring_layers()
        self._settle_removals()
        registry = [k for k in self._keys if k.table == "rg_layers"]
        for key in registry:
            if key not in self._spoken_for:
                self._fit(key)
        self._shown = {str(row[0]) for row in self.table_after("rg_layers", ("table_name",)).values()}
        for key in self._keys:
            if key.table != "rg_layers" and key not in self._spoken_for:
                self._fit(key)

    def result(self, key: ObjectKey) -> Row | None:
        """Return what a row is after the merge."""
        return self.results[key] if key in self.results else self.sides.mine(key)

    def _choice(self, quarrel: Quarrel) -> Choice:
        """Return what was decided; about features of layers that are gone on both sides nobody is asked."""
        if quarrel.key.table.startswith(schema.LAYER_PREFIX) and quarrel.key.table not in self._shown:
            return Choice.MINE
        self.quarrels.append(quarrel)
        choice = self.choices.get(quarrel.key, Choice.MINE)
        if choice not in quarrel.choices:
            raise RequestError(
                tr("There cannot be two of this: where one side removed it, choose mine or theirs.")
            )
        return choice

    # -- whole layers and proposals ---------------------------------------------------------------------------
    def _bring_layers(self) -> None:
        """Settle layers that were not in the base: features left of one that had gone count as who shows it has them."""
        sides = self.sides
        for key in dict.fromkeys((*self._keys, *sides.my_keys())):
            if key.table != "rg_layers" or sides.was(key) is not None:
                continue
            mine, theirs = sides.mine(key), sides.theirs(key)
            if (mine is None) == (theirs is None):
                continue
            table = str((mine or theirs or {})["table_name"])
            if not sides.my_rows.has(table):
                sides.brought.add(table)
                continue
            members = {k for k in (*self._keys, *sides.my_keys()) if k.table == table}
            self._spoken_for |= members
            for member in members if mine is None else ():
                self._put(member, sides.mine(member), sides.theirs(member))

    def _settle_removals(self) -> None:
        """Decide on layers, proposals and scenarios that one side removed while the other went on with them."""
        for key in dict.fromkeys((*self._keys, *self.sides.my_keys())):
            if key.table not in ("rg_layers", schema.PROPOSALS, schema.SCENARIOS):
                continue
            was, mine, theirs = self.sides.was(key), self.sides.mine(key), self.sides.theirs(key)
            if was is None or (mine is None) == (theirs is None):
                continue
            if theirs is None:
                self._they_removed(key, was)
            else:
                self._i_removed(key, was)

    def _they_removed(self, key: ObjectKey, was: Row) -> None:
        sides = self.sides
        touched = [k for k in sides.my_keys() if _belongs(k, key, was, (sides.mine(k), sides.was(k)))]
        changes = [k for k in touched if sides.mine(k) is not None and self._did(k, sides.mine(k))]
        if not changes:
            return
        members = self._members(key, was, (*self._keys, *touched))
        quarrel = Quarrel(key, (ROW,), _MINE_OR_THEIRS, tuple(changes))
        self._spoken_for.update((key, *members))
        if self._choice(quarrel) is Choice.THEIRS:
            self.results[key] = None
            if key.table == schema.PROPOSALS:
                found = rows(sides.my_rows.db, "SELECT id FROM rg_photos WHERE proposal=?", (was["uuid"],))
                self.results |= {ObjectKey("rg_photos", int(r[0])): None for r in found}

    def _i_removed(self, key: ObjectKey, was: Row) -> None:
        sides = self.sides
        touched = [k for k in self._keys if _belongs(k, key, was, (sides.theirs(k), sides.was(k)))]
        changes = [k for k in touched if sides.theirs(k) is not None and self._did(k, sides.theirs(k))]
        if not changes:
            return
        members = self._members(key, was, (*touched, *sides.my_keys()))
        self._spoken_for.update((key, *members))
        if self._choice(Quarrel(key, (ROW,), _MINE_OR_THEIRS, tuple(changes))) is not Choice.THEIRS:
            return
        if key.table == "rg_layers" and not sides.my_rows.has(str(was["table_name"])):
            sides.brought.add(str(was["table_name"]))  # tidying took it away
        for member in dict.fromkeys((key, *members)):
            if sides.their_rows.has(member.table):
                self._put(member, sides.mine(member), sides.theirs(member))

    def _did(self, key: ObjectKey, row: Row | None) -> bool:
        return is_changed(key.table, self.sides.was(key), row)

    def _members(self, root: ObjectKey, was: Row, keys: Iterable[ObjectKey]) -> list[ObjectKey]:
        """Return the rows that stand or fall with an object; answers are given to it, but are not its own."""
        sides = self.sides
        return [
            k
            for k in dict.fromkeys(keys)
            if k.table != "rg_answers"
            and k != root
            and _belongs(k, root, was, (sides.mine(k), sides.theirs(k), sides.was(k)))
        ]

    # -- single rows ------------------------------------------------------------------------------------------
    def _fit(self, key: ObjectKey) -> None:
        sides = self.sides
        was, mine, theirs = sides.was(key), sides.mine(key), sides.theirs(key)
        if mine is None or theirs is None:
            self._fit_presence(key, was, mine, theirs)
            return
        if not differing(key.table, mine, theirs):
            self.same += was is None or bool(differing(key.table, was, theirs))
        row, fields = merge_rows(key.table, was, mine, theirs)
        if fields:
            is_doubled = key_column(key.table) == "fid"
            ways = (*_MINE_OR_THEIRS, Choice.BOTH) if is_doubled else _MINE_OR_THEIRS
            choice = self._choice(Quarrel(key, fields, ways))
            if choice is Choice.BOTH:  # theirs stands beside it whole, so mine stays as it is
                self._add_theirs(key, theirs)
                return
            row, _ = merge_rows(key.table, was, mine, theirs, choice)
        self._put(key, mine, row)

    def _fit_presence(self, key: ObjectKey, was: Row | None, mine: Row | None, theirs: Row | None) -> None:
        """Fit a row that one side lacks."""
        if was is None:
            if mine is None:
                self._put(key, None, theirs)
            return
        there = mine if theirs is None else theirs
        if there is None:
            self.same += 1
        elif self._did(key, there):
            if self._choice(Quarrel(key, (ROW,), _MINE_OR_THEIRS)) is Choice.THEIRS:
                self._put(key, mine, theirs)
        elif theirs is None:
            self._put(key, mine, None)

    def _put(self, key: ObjectKey, mine: Row | None, row: Row | None) -> None:
        if key.table.startswith(schema.LAYER_PREFIX) and not self._is_at_hand(key.table):
            return
        is_other = row is None or mine is None or any(mine.get(c) != v for c, v in row.items())
        if is_other and row is not mine:
            self.results[key] = row

    def _is_at_hand(self, table: str) -> bool:
        return table in self.sides.brought or self.sides.my_rows.has(table)

    def _add_theirs(self, key: ObjectKey, theirs: Row) -> None:
        """Add their version of an object beside mine, under a title that says whose it is."""
        copy = ObjectKey(key.table, new_row_id())
        row: dict[str, Any] = {**theirs, "fid": copy.row}
        if key.table in schema.drawn_tables():
            members = properties.from_text(row["properties"])
            name = "title" if key.table == schema.PROPOSALS else "text"
            members[name] = _as_theirs(members.get(name))
            row |= {"uuid": str(new_uuid()), "properties": properties.to_text(members)}
            row["number"] = self.next_number(key.table)
            row = with_readable_columns(key.table, row)
        else:
            column = self._naming_column(key.table)
            if column in row and isinstance(row[column], str):
                row[column] = _as_theirs(row[column])
        self.results[copy] = row

    def _naming_column(self, table: str) -> str:
        found = rows(self.sides.my_rows.db, "SELECT field_map FROM rg_layers WHERE table_name=?", (table,))
        return str(properties.from_text(found[0][0]).get("name", "")) if found else ""

    # -- what the settling of numbers and places asks ---------------------------------------------------------
    def table_after(self, table: str, columns: Sequence[str]) -> dict[int, tuple[Any, ...]]:
        """Return some columns of a whole small table as it is after the merge, by row key."""
        names = ",".join((key_column(table), *columns))
        found = {r[0]: r[1:] for r in rows(self.sides.my_rows.db, f"SELECT {names} FROM {table}")}  # noqa: S608
        for key, row in self.results.items():
            if key.table != table:
                continue
            if row is None:
                found.pop(key.row, None)
            else:
                found[key.row] = tuple(row[c] for c in columns)
        return found

    def next_number(self, table: str) -> int:
        """Return one more than the largest number in either copy, before and after."""
        numbers = [n for (n,) in self.table_after(table, ("number",)).values()]
        for side in (self.sides.my_rows, self.sides.their_rows):
            numbers += [r[0] for r in rows(side.db, f"SELECT number FROM {table}")]  # noqa: S608  our own names
        return max(numbers, default=0) + 1

    def amend(self, key: ObjectKey, column: str, value: Any) -> None:
        """Set one column of a row that is there after the merge."""
        row = self.result(key)
        assert row is not None
        self.results[key] = {**row, column: value}

    def changes(self) -> Iterator[tuple[ObjectKey, Row | None, Row | None]]:
        """Yield every row to be written, before and after."""
        for key, row in self.results.items():
            mine = None if key.table in self.sides.brought else self.sides.mine(key)
            if mine is not None or row is not None:
                yield key, mine, row


_PART_OF: Mapping[str, Mapping[str, str]] = {  # root: table of a part, and the column that names the root
    schema.PROPOSALS: {"rg_photos": "proposal", "rg_answers": "proposal", schema.MEMBERS: "proposal"},
    schema.SCENARIOS: {schema.MEMBERS: "scenario"},
}


def _belongs(key: ObjectKey, root: ObjectKey, was: Row, versions: Sequence[Row | None]) -> bool:
    """Return whether a row is the object, or a part of it, or speaks about it."""
    if key == root:
        return True
    if root.table == "rg_layers":
        return key.table == str(was["table_name"])
    column = _PART_OF.get(root.table, {}).get(key.table)
    return column is not None and any(row is not None and row[column] == was["uuid"] for row in versions)


def _as_theirs(name: object) -> str:
    return tr("{name} (theirs)", name=name or "").strip()
