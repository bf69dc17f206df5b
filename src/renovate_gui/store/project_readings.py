"""What can be asked of an open project file: its layers, proposals, replies, scenarios, its history and its copies."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.difference import Difference, ObjectKey
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.figure import Figure
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.proposal import Note, Photo, Proposal
from renovate_gui.domain.record import Record, RecordKind
from renovate_gui.domain.reply import Reply
from renovate_gui.domain.scenario import Scenario, SealCheck
from renovate_gui.store import history, readers, scenario_seal
from renovate_gui.store.backups import copy_verified
from renovate_gui.store.connection import rows
from renovate_gui.store.drawn import DrawnFeature, find_drawn, read_drawn
from renovate_gui.store.faults import plain_file_errors
from renovate_gui.store.features import read_table
from renovate_gui.store.figures import read_figures
from renovate_gui.store.history import HistoryStep
from renovate_gui.store.records import find_record, read_data, read_records
from renovate_gui.store.registry import SOURCE_WKB, read_layers
from renovate_gui.store.scenario_seal import check_seal
from renovate_gui.store.scenarios import read_members, read_scenarios
from renovate_gui.store.schema import quoted
from renovate_gui.store.settings import setting, settings_with
from renovate_gui.store.versions import NamedVersion, copy_at, is_as_sealed, read_versions


class ProjectReadings(ABC):
    """Every question to a project file that changes nothing in it."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[apsw.Connection]:
        """Lend the connection for reading, to this floor's own rooms only; nobody else gets in meanwhile."""

    @abstractmethod
    def reading_beside(self) -> AbstractContextManager[apsw.Connection]:
        """Lend a connection for one reading of the last committed state, without waiting for an action elsewhere."""

    def meta(self, key: str) -> str:
        """Return a project setting: uuid, title, crs, standard, language …; empty when absent."""
        with self.reading_beside() as db:
            return setting(db, key)

    def metas(self, prefix: str) -> dict[str, str]:
        """Return the project settings whose keys begin with a prefix; empty ones are left out."""
        with self.reading_beside() as db:
            return settings_with(db, prefix)

    def layers(self) -> tuple[LayerInfo, ...]:
        """Return the registry, top first."""
        with self.reading_beside() as db:
            return read_layers(db)

    def table(self, layer_id: LayerId) -> LayerTable:
        """Read a layer's features."""
        with self.reading_beside() as db:
            return read_table(db, _table_name(db, layer_id))

    def source_wkb(self, layer_id: LayerId) -> tuple[bytes | None, ...]:
        """Return the kept originals of a layer whose datum was shifted, parallel to its table; empty when none are kept."""
        with self.reading_beside() as db:
            name = quoted(_table_name(db, layer_id))
            if not any(r[1] == SOURCE_WKB for r in rows(db, f"PRAGMA table_info({name})")):
                return ()
            return tuple(r[0] for r in rows(db, f"SELECT {SOURCE_WKB} FROM {name} ORDER BY fid"))  # noqa: S608

    def proposals(self) -> tuple[Proposal, ...]:
        """Return proposals by number."""
        with self.reading_beside() as db:
            return readers.read_proposals(db)

    def photos(self, proposal: Uuid | None = None) -> tuple[Photo, ...]:
        """Return photos."""
        with self.reading_beside() as db:
            return readers.read_photos(db, proposal)

    def notes(self) -> tuple[Note, ...]:
        """Return notes."""
        with self.reading_beside() as db:
            return readers.read_notes(db)

    def drawn(self, table: str) -> tuple[DrawnFeature, ...]:
        """Return the rows of ``proposals`` or ``notes`` with their raw properties."""
        with self.reading_beside() as db:
            return read_drawn(db, table)

    def find_drawn(self, table: str, uuid: str) -> DrawnFeature | None:
        """Return one row of ``proposals`` or ``notes`` with its raw properties, or None."""
        with self.reading_beside() as db:
            return find_drawn(db, table, uuid)

    def replies(self) -> tuple[Reply, ...]:
        """Return replies."""
        with self.reading_beside() as db:
            return readers.read_replies(db)

    def packages(self) -> tuple[tuple[Uuid, int, Mapping[str, Any]], ...]:
        """Return remembered packages, oldest first."""
        with self.reading_beside() as db:
            return readers.read_packages(db)

    def figures(self) -> tuple[Figure, ...]:
        """Return kept figures, oldest first."""
        with self.reading_beside() as db:
            return read_figures(db)

    # -- records ----------------------------------------------------------------------------------------------
    def records(self, kind: RecordKind, *, parent: str | None = None) -> tuple[Record, ...]:
        """Return records of a kind by time, without their bytes; on request only those of one parent."""
        with self.reading_beside() as db:
            return read_records(db, kind, parent=parent)

    def find_record(self, uuid: Uuid) -> Record | None:
        """Return one record without its bytes, or None when it is gone."""
        with self.reading_beside() as db:
            return find_record(db, uuid)

    def record_data(self, uuid: Uuid) -> bytes:
        """Return the bytes of a record; empty when it has none."""
        with self.reading_beside() as db:
            return read_data(db, uuid)

    # -- scenarios --------------------------------------------------------------------------------------------
    def scenarios(self) -> tuple[Scenario, ...]:
        """Return the scenarios in their order."""
        with self.reading_beside() as db:
            return read_scenarios(db)

    def scenario_members(self) -> Mapping[Uuid, frozenset[Uuid]]:
        """Return the proposals of every scenario."""
        with self.reading_beside() as db:
            return read_members(db)

    def check_scenario(self, scenario: Scenario) -> SealCheck:
        """Return whether a locked scenario and what it was drawn on still are as sealed; reads everything."""
        with self.reading_beside() as db:
            return check_seal(db, scenario)

    def is_scenario_as_sealed(self, scenario: Scenario) -> bool:
        """Return whether a locked scenario's proposals still are as sealed; what they were drawn on is not asked."""
        with self.reading() as db:
            return scenario_seal.holds(db, scenario)

    # -- the history and its versions -------------------------------------------------------------------------
    def history(self, *, with_left: bool = False) -> tuple[HistoryStep, ...]:
        """Return the steps that stand or can be redone, oldest first; on request also those left behind."""
        with self.reading_beside() as db:
            return history.read_history(db, with_left=with_left)

    @property
    def state(self) -> str:
        """The name of the present state: the uuid of the last step that stands, empty before all steps."""
        with self.reading_beside() as db:
            return history.head(db)

    def versions(self) -> tuple[NamedVersion, ...]:
        """Return the named versions, oldest first."""
        with self.reading_beside() as db:
            return read_versions(db)

    def is_as_sealed(self, version: NamedVersion) -> bool:
        """Return whether a version's state still has the content it was sealed with; goes through a copy."""
        with self.reading() as db:
            return is_as_sealed(db, version)

    # -- differences ------------------------------------------------------------------------------------------
    def difference_of_step(self, number: int) -> Difference:
        """Return what a step changed, whether it stands, was undone or was left behind."""
        from renovate_gui.store import differing

        with self.reading() as db:
            return differing.of_step(db, number)

    def difference_between(self, before: str, after: str) -> Difference:
        """Return what is different in the state ``after`` from the state ``before``."""
        from renovate_gui.store import differing

        with self.reading() as db:
            return differing.between(db, before, after)

    def difference_from_file(self, other: Path) -> Difference:
        """Return what is different in this project from another file's present content; the other is not touched."""
        from renovate_gui.store import differing

        with self.reading() as db:
            return differing.from_file(db, absolute(other))

    def dependents(self, number: int, keys: frozenset[ObjectKey] | None = None) -> tuple[HistoryStep, ...]:
        """Return the later steps that build on a step, or on some objects of it, oldest first."""
        from renovate_gui.store import middle

        with self.reading() as db:
            return middle.dependents(db, number, keys)

    # -- copies -----------------------------------------------------------------------------------------------
    def save_copy(self, path: Path) -> None:
        """Write a checked copy of the project elsewhere; raise RequestError when something is there already."""
        place = free_place(path)
        with self.reading() as db, plain_file_errors(place):
            copy_verified(db, place)

    def save_copy_at(self, state: str, path: Path) -> None:
        """Write a checked copy of the project as it was in a state, with its whole history."""
        place = free_place(path)
        with self.reading() as db, plain_file_errors(place):
            copy_at(db, state, place)


def absolute(path: Path) -> Path:
    """Return the real absolute path, so that one file has one owner file whatever links lead to it."""
    return Path(path).expanduser().resolve()


def free_place(path: Path) -> Path:
    """Return the real absolute path for a file to be written; raise RequestError when something is there already."""
    place = absolute(path)
    if place.exists():
        raise RequestError(tr("“{name}” is there already; choose another name.", name=place.name))
    return place


def _table_name(db: apsw.Connection, layer_id: LayerId) -> str:
    found = rows(db, "SELECT table_name FROM rg_layers WHERE id=?", (int(layer_id),))
    if not found:
        raise RequestError(tr("The layer is no longer in the project."))
    return str(found[0][0])
