"""Merge a colleague's copy of the project: what it would bring, and the one undoable step that brings it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.difference import MergeReport, ObjectKey
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import LayerId
from renovate_gui.store.merge_layers import bring_table, register
from renovate_gui.store.merge_plan import Choices, Plan
from renovate_gui.store.merge_settling import settle
from renovate_gui.store.merge_sides import Sides
from renovate_gui.store.merge_words import conflicts_of, incoming_of
from renovate_gui.store.other_copy import check_kin, open_copy
from renovate_gui.store.parting import no_common_past
from renovate_gui.store.rowchange import Row, read_row
from renovate_gui.store.settings import setting
from renovate_gui.store.versions import NamedVersion, read_versions, write_version

if TYPE_CHECKING:
    from renovate_gui.store.project import Project
    from renovate_gui.store.writer import Writer


def merge_report(project: Project, other: Path) -> MergeReport:
    """Return what merging another copy would bring; writes nothing.

    Raises
    ------
    DataError
        When the other file is not a project, or damaged.
    RequestError
        When it is another project, a newer version's, or this very file.
    """
    _check_other(project, other)
    with open_copy(other) as theirs, project.reading() as mine:
        _check_together(mine, theirs)
        return _Merge(mine, theirs, other, {}).report


def merge(project: Project, other: Path, choices: Choices) -> MergeReport:
    """Merge another copy as one step; raise RequestError when something to be decided has no choice.

    The report's conflicts are those that the choices settled. What is in the other copy already leaves no step.
    """
    _check_other(project, other)
    with open_copy(other) as theirs:
        with project.reading() as mine:
            _check_together(mine, theirs)
        with project.action(tr("Merge “{file}”", file=other.name)) as writer:
            _adopt_system(writer, theirs)
            run = _Merge(writer.db, theirs, other, choices)
            run.check_choices()
            run.write(writer)
            return run.report


class _Merge:
    """One merge: the two sides, the plan, and its report."""

    def __init__(self, mine: apsw.Connection, theirs: apsw.Connection, other: Path, choices: Choices) -> None:
        self.sides = Sides(mine, theirs)
        self.other = other
        self.plan = Plan(self.sides, choices)
        notes = settle(self.plan)
        is_news = bool(self.plan.results or self.plan.quarrels or self.plan.same)
        self.versions = _new_versions(self.sides)
        notes += self._version_notes()
        if not self.plan.results and not self.plan.quarrels:
            notes.append(
                tr("There is nothing to merge: all that “{file}” has is here already.", file=other.name)
            )
        steps = self._steps() if is_news else []
        self.is_news = is_news
        self.report = MergeReport(
            other=other.name,
            who=tuple(dict.fromkeys(name for _, who in steps for name in who.split(", ") if name)),
            parted_at=self._parted_at(),
            steps=tuple(what for what, _ in steps),
            conflicts=conflicts_of(self.sides, self.plan.quarrels),
            incoming=incoming_of(self.plan),
            same=self.plan.same,
            notes=tuple(notes),
        )

    def _known(self) -> int | None:
        past = self.sides.their_past
        return past.newest_in(self.sides.my_past.knows(self.sides.my_past.last), past.last)

    def _steps(self) -> list[tuple[str, str]]:
        past, known = self.sides.their_past, self._known()
        return [] if known is None else list(past.steps(past.head(known), past.head(past.last)))

    def _parted_at(self) -> str:
        base = self.sides.base
        if base.theirs is not None:
            return self.sides.their_past.moves[base.theirs].at
        return self.sides.my_past.moves[base.mine or 0].at

    def _version_notes(self) -> list[str]:
        return [
            tr(
                "The version “{name}” stays in “{file}”: its steps are not in this copy.",
                name=v.name,
                file=self.other.name,
            )
            for v in self.versions
            if v.state not in self.sides.my_past.tree
        ]

    def check_choices(self) -> None:
        """Raise RequestError when something that has to be decided was not."""
        open_ones = [c for c in self.report.conflicts if c.key not in self.plan.choices]
        if open_ones:
            raise RequestError(
                tr(
                    "Objects that both copies changed: {n}, the first is “{title}”; say for each which side stays.",
                    n=len(open_ones),
                    title=open_ones[0].mine.title,
                )
            )

    def write(self, writer: Writer) -> None:
        """Write the plan inside the open action."""
        _write_layers(writer, self.plan)
        ordered = sorted(
            self.plan.results.items(), key=lambda item: item[1] is not None
        )  # what goes, goes first
        for key, row in ordered:
            if key.table != "rg_layers":
                _write_row(writer, key, row)
        for key, row in ordered:
            if key.table == "rg_layers" and row is None:
                writer.drop_layer(LayerId(key.row))
        for version in self.versions:
            if version.state in self.sides.my_past.tree:
                write_version(writer.db, _named_apart(writer.db, version))
        if self.is_news:
            writer.seen = " ".join(self._seen())
            if self.report.who:
                who = tr(", ").join(self.report.who)
                writer.title = tr("Merge “{file}” ({who})", file=self.other.name, who=who)

    def _seen(self) -> Iterable[str]:
        """Return their last move, and what they in turn have seen of others."""
        mine, theirs = self.sides.my_past, self.sides.their_past
        last = theirs.moves[theirs.last].id
        others = theirs.knows(theirs.last) - theirs.place.keys() - mine.knows(mine.last)
        return [last, *sorted(others)]


# -- checks ---------------------------------------------------------------------------------------------------
def _check_other(project: Project, other: Path) -> None:
    try:
        is_same = other.samefile(project.path)
    except OSError:
        is_same = False
    if is_same:
        raise RequestError(
            tr(
                "“{name}” is this project itself, so there is nothing to merge; choose the other copy.",
                name=other.name,
            )
        )


def _check_together(mine: apsw.Connection, theirs: apsw.Connection) -> None:
    check_kin(mine, theirs, no_common_past())
    systems = [setting(db, "crs") for db in (mine, theirs)]
    if all(systems) and systems[0] != systems[1]:
        raise RequestError(
            tr(
                "The copies have different coordinate systems ({mine} and {theirs}), so they cannot be merged;"
                " import the layers instead.",
                mine=systems[0][:40],
                theirs=systems[1][:40],
            )
        )


def _adopt_system(writer: Writer, theirs: apsw.Connection) -> None:
    """Take over the coordinate system that the other copy chose while this one had none."""
    crs = setting(theirs, "crs")
    if crs and not setting(writer.db, "crs"):
        writer.set_meta("crs", crs)


# -- writing --------------------------------------------------------------------------------------------------
def _write_layers(writer: Writer, plan: Plan) -> None:
    """Bring tables, put layers into the registry and change its rows; layers that go, go last."""
    for key, row in plan.results.items():
        if key.table != "rg_layers" or row is None:
            continue
        table = str(row["table_name"])
        if table in plan.sides.brought:
            bring_table(writer, plan.sides, table)
        if read_row(writer.db, key.table, key.row) is None:
            register(writer, plan.sides, row)
        else:
            derived = {"id", "table_name", "feature_count"}
            _update(writer, key, {c: v for c, v in row.items() if c not in derived})


def _write_row(writer: Writer, key: ObjectKey, row: Row | None) -> None:
    is_there = read_row(writer.db, key.table, key.row) is not None
    if row is None:
        if is_there:
            writer.rows.delete(key.table, key.row)
    elif is_there:
        _update(writer, key, row)
    else:
        writer.rows.insert(key.table, row)


def _update(writer: Writer, key: ObjectKey, row: Row) -> None:
    now = read_row(writer.db, key.table, key.row) or {}
    changed = {c: v for c, v in row.items() if now.get(c) != v}
    if changed:
        writer.rows.update(key.table, key.row, changed)


# -- versions -------------------------------------------------------------------------------------------------
def _new_versions(sides: Sides) -> list[NamedVersion]:
    known = {v.uuid for v in read_versions(sides.my_rows.db)}
    return [v for v in read_versions(sides.their_rows.db) if v.uuid not in known]


def _named_apart(db: apsw.Connection, version: NamedVersion) -> NamedVersion:
    """Return the version under a name that is not taken."""
    from dataclasses import replace

    taken = {v.name for v in read_versions(db)}
    number, name = 1, version.name
    while name in taken:
        number += 1
        name = f"{version.name} ({number})"
    return replace(version, name=name)
