"""A conflict as lines to be read side by side: what it was, mine, theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from renovate_gui.app.field_words import GEOMETRY, FieldWords, field_words
from renovate_gui.app.shape_words import shape_words
from renovate_gui.assets import tr
from renovate_gui.domain.difference import ChangeKind, Conflict, ObjectChange


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """One field in dispute, in words.

    Attributes
    ----------
    base
        What it was when the copies parted; None where nobody knows (both made the object).
    """

    label: str
    base: str | None
    mine: str
    theirs: str


def conflict_lines(
    conflict: Conflict, crs: str = "", field_map: Mapping[str, str] | None = None
) -> tuple[ConflictLine, ...]:
    """Return the fields in which both sides disagree; of an object that one side removed, all that the other changed."""
    disputed = [_disputed(change, conflict.fields) for change in (conflict.mine, conflict.theirs)]
    mine, theirs = ({w.label: w for w in field_words(change, crs, field_map)} for change in disputed)
    if conflict.mine.kind is ChangeKind.REMOVED:
        mine = {}
    elif conflict.theirs.kind is ChangeKind.REMOVED:
        theirs = {}
    shapes = {w[0] for c in disputed for w in shape_words(c.before, c.after, crs)}
    has_base = ChangeKind.ADDED not in {conflict.mine.kind, conflict.theirs.kind}
    lines = []
    for label in dict.fromkeys([*mine, *theirs]):
        base = (mine.get(label) or theirs[label]).before
        left = _side(mine.get(label), conflict.mine, base)
        right = _side(theirs.get(label), conflict.theirs, base)
        if left != right:
            is_told = has_base and (bool(base) or label not in shapes)
            lines.append(ConflictLine(label, base if is_told else None, left, right))
    return tuple(lines)


def _disputed(change: ObjectChange, names: tuple[str, ...]) -> ObjectChange:
    """Return a change with nothing but the fields in dispute; whole when the object itself is."""
    fields = tuple(f for f in change.fields if f.name in names)
    has_shape = GEOMETRY in names
    if not fields and not has_shape:
        return change
    return replace(
        change,
        fields=fields,
        before=change.before if has_shape else None,
        after=change.after if has_shape else None,
    )


def _side(line: FieldWords | None, change: ObjectChange, base: str) -> str:
    if change.kind is ChangeKind.REMOVED:
        return tr("removed")
    if line is not None:
        return line.after
    return base or tr("as it was")
