"""``merge``: a colleague's copy into the project, with what has to be decided listed first."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renovate_gui.app.saving import must_be_published
from renovate_gui.assets import tr
from renovate_gui.cli.report import complain, run_task, say, say_json
from renovate_gui.cli.services import Services
from renovate_gui.domain.difference import Choice, Conflict, FieldChange, MergeReport, ObjectChange, ObjectKey
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import row_id_of
from renovate_gui.domain.save_state import SaveKind

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.store.keeping import Keeper


def merge(options: argparse.Namespace, services: Services) -> int:
    """Merge a copy of the project; what both changed differently is listed and asked, never guessed."""
    if options.unpublished or options.keep_both:
        return _settle(options, services)
    if options.other is None:
        raise RequestError(tr("Say what to merge: another copy, or --unpublished."))
    with services.open_session(options.project, read_only=options.dry_run) as session:
        undecided = _take_in(session, options.other, options)
    return _answer(options, undecided)


def _take_in(session: Session, other: Path, options: argparse.Namespace) -> int:
    """Merge a file when everything is decided, and say what it brings; return how much is still to be decided."""
    report = run_task(session.merging.report(other))
    choices = _choices(report, options.prefer, options.choose)
    undecided = sum(c.key not in choices for c in report.conflicts)
    is_merged = not undecided and not options.dry_run
    if is_merged:
        report = run_task(session.merging.merge(other, choices))
    if options.json:
        say_json(_json(report, choices, is_merged=is_merged))
    else:
        _say(session, report, choices, is_merged=is_merged)
    return undecided


def _answer(options: argparse.Namespace, undecided: int) -> int:
    if not undecided or options.dry_run:
        return 0
    words = tr(
        "Objects that both copies changed differently: {n}. Nothing was merged; decide with --prefer or --choose.",
        n=undecided,
    )
    if options.prefer is not None:  # mine and theirs go for every object
        words = f"{words} {_why_not_both(undecided)}"
    complain(words)
    return 2


def _why_not_both(count: int) -> str:
    return tr(
        "“Both” is not possible for {n} of them, such as those that one side removed: choose mine or theirs.",
        n=count,
    )


# -- what waits on this machine, and another file where it belongs ---------------------------------------------
def _settle(options: argparse.Namespace, services: Services) -> int:
    """Settle that both the working copy of this machine and the file on the share or drive went on."""
    if options.other is not None or (options.unpublished and options.keep_both):
        raise RequestError(tr("--unpublished and --keep-both stand alone, without another file."))
    session = services.open_session(options.project)
    undecided, is_published = 0, not options.dry_run
    try:
        saving = session.project.saving
        if saving.state.kind is not SaveKind.CONFLICT:
            raise RequestError(
                tr(
                    "“{name}” has nothing to be settled: no other file took its place.",
                    name=saving.place.name,
                )
            )
        if options.keep_both:
            _keep_both(saving, options)
        else:
            undecided = _take_in(session, _theirs(saving), options)
            is_published = not undecided and not options.dry_run
            if is_published:
                saving.publish()
    finally:
        state = session.close()
    if is_published:
        must_be_published(state)
    return _answer(options, undecided)


def _theirs(saving: Keeper) -> Path:
    copy = saving.their_copy()
    if copy is None:  # only what is published can be in conflict
        raise TypeError(saving)
    return copy


def _keep_both(saving: Keeper, options: argparse.Namespace) -> None:
    if options.dry_run:
        raise RequestError(tr("--dry-run goes with --unpublished, not with --keep-both."))
    kept = saving.keep_both()
    if options.json:
        say_json({"kept": None if kept is None else str(kept)})
    elif kept is None:
        say(tr("Published"))
    else:
        say(tr("Published; the other file is “{path}” now.", path=kept))


# -- what was decided -----------------------------------------------------------------------------------------
def _choices(
    report: MergeReport, prefer: str | None, chosen: list[tuple[str, str]]
) -> Mapping[ObjectKey, Choice]:
    """Return the choice of every conflict that has one; raise RequestError for one that does not go."""
    found: dict[ObjectKey, Choice] = {}
    if prefer is not None:
        found = {c.key: Choice(prefer) for c in report.conflicts if Choice(prefer) in c.choices}
    for name, side in chosen:
        conflict = next((c for c in report.conflicts if is_meant(c.key, name)), None)
        if conflict is None:
            raise RequestError(
                tr("Nothing about “{name}” has to be decided; --dry-run lists what has.", name=name)
            )
        if Choice(side) not in conflict.choices:
            known = ", ".join(conflict.choices)
            raise RequestError(
                tr("“{title}” can be settled with {known} only.", title=conflict.mine.title, known=known)
            )
        found[conflict.key] = Choice(side)
    return found


def is_meant(key: ObjectKey, name: str) -> bool:
    """Return whether a name means an object: as it is listed, or the uuid of a proposal or note."""
    return name in (_name(key), str(key.row)) or row_id_of(name) == key.row


def _name(key: ObjectKey) -> str:
    return f"{key.table}:{key.row}"


# -- words ----------------------------------------------------------------------------------------------------
def _say(
    session: Session, report: MergeReport, choices: Mapping[ObjectKey, Choice], *, is_merged: bool
) -> None:
    from renovate_gui.app import merge_words

    if report.steps:
        say(merge_words.parted(report))
    lines = merge_words.brings(report.incoming)
    if lines:
        say(tr("Came in:") if is_merged else tr("Would come in:"))
        for line in lines:
            say(f"  {line}")
    if report.same:
        say(tr("Changed alike in both copies: {n}", n=report.same))
    for note in report.notes:
        say(f"· {note}")
    if report.conflicts and not is_merged:
        _say_conflicts(session, report, choices)


def _say_conflicts(session: Session, report: MergeReport, choices: Mapping[ObjectKey, Choice]) -> None:
    from renovate_gui.app import merge_words
    from renovate_gui.app.conflict_words import conflict_lines

    meanings = {layer.id: layer.field_map for layer in session.project.layers()}
    who = merge_words.people(report.who)
    say(tr("To be decided:"))
    for conflict in report.conflicts:
        change = conflict.mine
        say(f"  {merge_words.place_words(change)} · {change.title}  [{_name(conflict.key)}]")
        say(f"    {merge_words.conflict_sentence(conflict, who)}")
        meaning = None if change.layer is None else meanings.get(change.layer)
        for line in conflict_lines(conflict, report.incoming.crs, meaning):
            say(
                tr(
                    "    {label}: mine {mine} | theirs {theirs}",
                    label=line.label,
                    mine=line.mine,
                    theirs=line.theirs,
                )
            )
        if conflict.key in choices:
            say(tr("    decided: {choice}", choice=choices[conflict.key].value))
    first = next((c for c in report.conflicts if c.key not in choices), None)
    if first is None:
        return
    example = f"--choose {_name(first.key)}={first.choices[-1].value}"
    say(tr("Decide for all with --prefer mine|theirs|both, for one with {example}", example=example))


# -- JSON -----------------------------------------------------------------------------------------------------
def _json(report: MergeReport, choices: Mapping[ObjectKey, Choice], *, is_merged: bool) -> dict[str, Any]:
    return {
        "merged": is_merged,
        "other": report.other,
        "who": list(report.who),
        "parted_at": report.parted_at,
        "steps": list(report.steps),
        "incoming": [object_json(c) for c in report.incoming.changes],
        "same": report.same,
        "conflicts": [_conflict(c, choices) for c in report.conflicts],
        "notes": list(report.notes),
    }


def object_json(change: ObjectChange) -> dict[str, Any]:
    """Return an object's change as every command tells it."""
    found: dict[str, Any] = {
        "id": _name(change.key),
        "what": change.what.value,
        "kind": change.kind.value,
        "title": change.title,
        "fields": [_field(f) for f in change.fields],
    }
    if change.layer_name:
        found["layer"] = change.layer_name
    if change.features:
        found["features"] = change.features
    return found


def _field(field: FieldChange) -> dict[str, Any]:
    return {"name": field.name, "before": _plain(field.before), "after": _plain(field.after)}


def _plain(value: Any) -> Any:
    """Return a value that JSON can hold: an infinite number as its word, anything foreign as text."""
    return json.loads(json.dumps(value, default=str), parse_constant=str)


def _conflict(conflict: Conflict, choices: Mapping[ObjectKey, Choice]) -> dict[str, Any]:
    chosen = choices.get(conflict.key)
    return {
        "id": _name(conflict.key),
        "title": conflict.mine.title,
        "fields": list(conflict.fields),
        "mine": object_json(conflict.mine),
        "theirs": object_json(conflict.theirs),
        "choices": [c.value for c in conflict.choices],
        "choice": None if chosen is None else chosen.value,
    }
