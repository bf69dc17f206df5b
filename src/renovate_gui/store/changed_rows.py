"""Changed rows with the tables as they were after the change, and the names of what they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import apsw

from renovate_gui.domain.difference import ChangeKind
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.store import blobs, properties, schema
from renovate_gui.store.changed_fields import NO_ROW
from renovate_gui.store.rowchange import RowChange
from renovate_gui.store.then import Then


class ChangedRows:
    """The row changes of one difference, by table.

    Parameters
    ----------
    db
        The project in which the changes were made, as it is now.
    changes
        At most one change per row.
    onward
        The changesets that led from the state after the changes to what ``db`` holds.

    Attributes
    ----------
    changes
        The changes of every table that has some.
    then
        The tables as they were after the changes.
    layers
        The registry as it was after the changes.
    """

    def __init__(self, db: apsw.Connection, changes: Iterable[RowChange], onward: Sequence[bytes]) -> None:
        self.db = db
        self.changes: dict[str, list[RowChange]] = defaultdict(list)
        for change in changes:
            self.changes[change.table].append(change)
        wanted = {
            table: [c.key for c in found if c.before is not None and c.after is not None]
            for table, found in self.changes.items()
        }
        self.then = Then(db, onward, wanted)
        self.layers = self.then.whole_table("rg_layers")
        self._titles: dict[str, str] | None = None

    def of(self, table: str) -> Sequence[RowChange]:
        """Return the changes of a table."""
        return self.changes.get(table, [])

    def after(
        self, table: str, changes: Sequence[RowChange], columns: Sequence[str]
    ) -> dict[int, Mapping[str, Any]]:
        """Return the rows after their change; of those removed, as they were before."""
        found: dict[int, Mapping[str, Any]] = {}
        changed = []
        for change in changes:
            if change.after is None or change.before is None:
                found[change.key] = change.after or change.before or {}
            else:
                changed.append(change.key)
        found.update(self.then.rows(table, changed, columns))
        return found

    def columns(
        self, table: str, changes: Sequence[RowChange], kinds: Sequence[ChangeKind], columns: Sequence[str]
    ) -> list[ObjectArray]:
        """Return columns of the rows after their change, parallel to the changes; of those removed as they were."""
        stay = [i for i, k in enumerate(kinds) if k is ChangeKind.CHANGED]
        found = self.then.columns(table, [changes[i].key for i in stay], columns) if stay else []
        if len(stay) == len(changes):
            return found
        whole = [blobs.as_objects([(c.after or c.before or NO_ROW).get(n) for c in changes]) for n in columns]
        for column, some in zip(whole, found, strict=False):
            column[stay] = some
        return whole

    def proposal_title(self, uuid: str) -> str:
        """Return what a proposal was called after the changes, or before them when it went; empty when unknown."""
        if self._titles is None:
            rows = list(self.then.whole_table(schema.PROPOSALS).values())
            gone = [c.before for c in self.of(schema.PROPOSALS) if c.after is None]
            self._titles = {
                r["uuid"]: drawn_title(r["number"], properties.from_text(r["properties"]).get("title"))
                for r in [*(g for g in gone if g is not None), *rows]
            }
        return self._titles.get(uuid, "")


def drawn_title(number: object, title: object, otherwise: str = "") -> str:
    """Return what a proposal or note is called: its number and its first words."""
    words = " ".join(str(title or otherwise).split())
    return f"{number} · {words[:60]}" if words else f"{number}"
