"""What is different between two states of a project, or between two copies of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.ids import LayerId


class ChangeKind(StrEnum):
    """What happened to an object."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class ObjectKind(StrEnum):
    """What sort of object it happened to."""

    PROPOSAL = "proposal"
    NOTE = "note"
    PHOTO = "photo"
    REPLY = "reply"
    PACKAGE = "package"
    LAYER = "layer"
    FEATURE = "feature"
    FIGURE = "figure"
    SCENARIO = "scenario"
    RECORD = "record"
    SETTING = "setting"


@dataclass(frozen=True, slots=True)
class ObjectKey:
    """The table and the row key of an object: the same in every copy of a project."""

    table: str
    row: int


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, as JSON-like values; None where it was or is not set.

    ``name`` is a property of a proposal or note, a column of a layer, a registry column, or ``geometry`` (whose values
    are left out here; see :class:`ObjectChange`).
    """

    name: str
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """One object that was added, changed or removed.

    Attributes
    ----------
    title
        What a person calls it: ``5 · Ramp at No 3``, the feature's name, the layer's name, the photo's caption.
    layer, layer_name
        The layer of a feature, else None and empty.
    before, after
        Its geometry in the project's CRS (metres); None where it has none. Equal when only attributes changed.
    fields
        What changed; of an added or removed object all that is set.
    features
        For a layer that came or went: how many features it has; else 0.
    """

    key: ObjectKey
    what: ObjectKind
    kind: ChangeKind
    title: str
    layer: LayerId | None = None
    layer_name: str = ""
    before: BaseGeometry | None = None
    after: BaseGeometry | None = None
    fields: tuple[FieldChange, ...] = ()
    features: int = 0


@dataclass(frozen=True, slots=True)
class Places:
    """Where the objects of a difference are, as arrays.

    Attributes
    ----------
    kinds
        What happened to each.
    before, after
        Geometries in the project's CRS, None where there is none.
    """

    kinds: NDArray[np.object_]
    before: NDArray[np.object_]
    after: NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class ChangePart:
    """Changes as columns: what counting, ordering and drawing need; the rest is made when somebody asks for it.

    ``groups`` holds the first two things by which changes are ordered, for each or one for all: the place of the sort
    of object and the layer's name.
    """

    kinds: Sequence[ChangeKind]
    keys: Sequence[int]
    titles: Sequence[str]
    before: NDArray[np.object_]
    after: NDArray[np.object_]
    make: Callable[[int], ObjectChange]
    groups: tuple[int, str] | Sequence[tuple[int, str]]


class ChangeList(Sequence[ObjectChange]):
    """A sequence of changes that makes each when it is first asked for: a step may have changed 100,000 features.

    Parameters
    ----------
    parts
        What there is.
    order
        Part and row of every change, in the order of the sequence.
    """

    def __init__(self, parts: Sequence[ChangePart], order: Sequence[tuple[int, int]]) -> None:
        self._parts, self._order = parts, order
        self._made: dict[int, ObjectChange] = {}

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._order)

    @overload
    def __getitem__(self, index: int) -> ObjectChange: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[ObjectChange, ...]: ...

    def __getitem__(self, index: int | slice) -> ObjectChange | tuple[ObjectChange, ...]:
        """Return one change, or a tuple of some."""
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        place = range(len(self))[index]
        found = self._made.get(place)
        if found is None:
            part, row = self._order[place]
            found = self._made[place] = self._parts[part].make(row)
        return found

    def __eq__(self, other: object) -> bool:
        """Return whether the other sequence holds the same changes."""
        return isinstance(other, ChangeList | tuple) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return the changes, as a tuple shows them."""
        return repr(tuple(self))

    def counts(self) -> Mapping[ChangeKind, int]:
        """Return how many objects were added, changed and removed."""
        found = Counter(kind for part in self._parts for kind in part.kinds)
        return {kind: found[kind] for kind in ChangeKind}

    def places(self) -> Places:
        """Return where the objects are, in no order."""
        kinds = [np.array(part.kinds, dtype=object) for part in self._parts]
        before, after = [p.before for p in self._parts], [p.after for p in self._parts]
        return Places(*(np.concatenate(c) if c else np.empty(0, object) for c in (kinds, before, after)))


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes between two states, ordered by sort of object, layer and title."""

    changes: Sequence[ObjectChange]
    crs: str = ""

    def counts(self) -> Mapping[ChangeKind, int]:
        """Return how many objects were added, changed and removed."""
        if isinstance(self.changes, ChangeList):
            return self.changes.counts()
        found = Counter(c.kind for c in self.changes)
        return {kind: found[kind] for kind in ChangeKind}

    def places(self) -> Places:
        """Return where the objects are, in no order; cheap however many there are."""
        if isinstance(self.changes, ChangeList):
            return self.changes.places()
        columns = (
            [c.kind for c in self.changes],
            [c.before for c in self.changes],
            [c.after for c in self.changes],
        )
        made = []
        for column in columns:
            array = np.empty(len(column), dtype=object)
            array[:] = column
            made.append(array)
        return Places(*made)


class Choice(StrEnum):
    """Which side of a conflict stays."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One object that both copies changed in ways that do not go together.

    Attributes
    ----------
    mine, theirs
        What each side did to it since the copies parted.
    fields
        The fields in which they disagree.
    choices
        The ways out that exist: ``BOTH`` only where a second object makes sense (proposals, notes, features).
    """

    key: ObjectKey
    mine: ObjectChange
    theirs: ObjectChange
    fields: tuple[str, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What a merge would bring, or has brought.

    Attributes
    ----------
    other, who
        File name of the other copy, and the people who worked in it since the copies parted.
    parted_at
        When the copies were last the same (ISO 8601, UTC).
    steps
        Titles of the other copy's steps that come in.
    incoming
        What changes here, conflicts aside.
    same
        How many objects both sides changed in the same way.
    conflicts
        What somebody has to decide.
    notes
        Sentences on what was settled by itself (numbers given anew, order of layers) or stays open.
    """

    other: str
    who: tuple[str, ...]
    parted_at: str
    steps: tuple[str, ...]
    incoming: Difference
    same: int = 0
    conflicts: tuple[Conflict, ...] = ()
    notes: tuple[str, ...] = field(default=())
