"""What is different between two states of a project, or between two copies of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

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
class Difference:
    """All changes between two states, ordered by sort of object, layer and title."""

    changes: tuple[ObjectChange, ...]
    crs: str = ""

    def counts(self) -> Mapping[ChangeKind, int]:
        """Return how many objects were added, changed and removed."""
        return {kind: sum(c.kind is kind for c in self.changes) for kind in ChangeKind}


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
