"""What a changeset touched, in the words of the views."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import apsw

from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.store import schema
from renovate_gui.store.connection import rows

# registry columns whose change makes every reading of the layer's features stale
_READING_COLUMNS = (3, 4, 11, 12)  # table_name, role, datum, field_map


def event_of(db: apsw.Connection, changesets: Iterable[bytes], title: str) -> ChangeEvent:
    """Return what changesets touched together."""
    ids_of_table: dict[str, set[int]] = {}
    topics: set[str] = set()
    whole: set[LayerId] = set()
    is_registry = is_settings = False
    for change in (c for changeset in changesets if changeset for c in apsw.Changeset.iter(changeset)):
        name = change.name
        if name.startswith(schema.LAYER_PREFIX):
            ids_of_table.setdefault(name, set()).add(_key(change))
        elif name in schema.TOPIC_OF_TABLE:
            topics.add(schema.TOPIC_OF_TABLE[name])
        elif name == "rg_layers":
            is_registry = True
            if _is_new_reading(change):
                whole.add(LayerId(_key(change)))
        elif name == "rg_meta":
            is_settings = True
    layers: dict[LayerId, frozenset[int] | None] = {}
    for table, layer in rows(db, "SELECT table_name, id FROM rg_layers"):
        if table in ids_of_table:
            layers[LayerId(layer)] = frozenset(ids_of_table[table])
    layers |= dict.fromkeys(whole)
    return ChangeEvent(layers, frozenset(topics), is_registry, is_settings, title)


def _key(change: apsw.TableChange) -> int:
    """Return the first column, which is the integer key of all tables asked about."""
    values: Any = change.old if change.old is not None else change.new
    return int(values[0])


def _is_new_reading(change: apsw.TableChange) -> bool:
    if change.old is None or change.new is None:
        return True
    new: Any = change.new
    return any(new[i] is not apsw.no_change for i in _READING_COLUMNS)
