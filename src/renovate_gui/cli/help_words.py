"""What stands below the options in the help of a command; made only when somebody asks for it."""

from __future__ import annotations

from typing import Any

from renovate_gui.assets import tr
from renovate_gui.domain.roles import Role


def roles_words() -> str:
    """Return what the roles of a layer are called."""
    from renovate_gui.app.terms import term
    from renovate_gui.domain.roles import FIELDS

    lines = [tr("Roles, and the fields that --map fills (FIELD=COLUMN):")]
    lines += [f"  {role.value}  {term(role)}: {', '.join(f.name for f in FIELDS[role])}" for role in Role]
    return "\n".join(lines)


def kinds_words() -> str:
    """Return the standards with their kinds, and what the kinds are called."""
    from renovate_gui.analysis.kinds import facility_kinds
    from renovate_gui.app import standards
    from renovate_gui.app.standards import kinds_with_distance
    from renovate_gui.assets import current_language

    def word(kind: Any) -> str:
        return str(kind.zh if current_language() == "zh_CN" else kind.en)

    lines = [tr("Standards, and the kinds that each gives a distance for (--limit allows any kind):")]
    for standard in standards.profiles():
        codes = ", ".join(kind.code for kind in kinds_with_distance(standard))
        lines.append(f"  {standard.id}: {codes}")
    lines.append(tr("Kinds:"))
    lines += [f"  {kind.code}  {word(kind)}" for kind in facility_kinds()]
    return "\n".join(lines)


_EXAMPLES = """\
  {"op": "add", "layer": "proposals", "id": "p1", "geometry": {"type": "Point", "coordinates": [X, Y]}, \
"properties": {"title": "Day nursery", "kind": "childcare"}}
  {"op": "add", "layer": "notes", "id": "n1", "geometry": null, "properties": {"text": "Steep here"}}
  {"op": "update", "id": "p1", "properties": {"title": "Longer ramp"}}
  {"op": "delete", "id": "n1"}
  {"op": "batch", "ops": [OPERATION, OPERATION]}
  {"op": "undo"}
  {"op": "redo"}"""


def operations_words() -> str:
    """Return the operations that a program may send."""
    return "\n".join(
        (
            tr("Operations (each on one line):"),
            _EXAMPLES,
            tr(
                'Coordinates are in the project\'s system unless the operation says "crs": "EPSG:4326" (longitude first).'
            ),
            tr(
                "Answers: {ok} or {wrong}, in order.",
                ok='{"ok": true, "n": 1}',
                wrong='{"ok": false, "n": 2, "error": "…"}',
            ),
        )
    )
