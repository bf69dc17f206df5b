"""``history``, ``undo``, ``goto``, ``version``, ``versions``, ``compare``, ``compact``: what the history dock can do."""

from __future__ import annotations

import argparse
import unicodedata
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from renovate_gui.assets import tr
from renovate_gui.cli.merge import is_meant, object_json
from renovate_gui.cli.report import complain, run_task, say, say_json
from renovate_gui.cli.services import Services
from renovate_gui.domain.difference import ChangeKind, Difference, ObjectKey
from renovate_gui.domain.errors import RequestError

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.app.timeline import HistoryStep, NamedVersion

_SIGNS = {ChangeKind.ADDED: "+", ChangeKind.CHANGED: "~", ChangeKind.REMOVED: "−"}


# -- the steps ------------------------------------------------------------------------------------------------
def history(options: argparse.Namespace, services: Services) -> int:
    """List the steps, or what one of them changed."""
    with services.open_session(options.project, read_only=True) as session:
        if options.step is not None:
            return _one_step(session, options.step, as_json=options.json)
        steps = session.timeline.steps(with_left=options.all)
        if options.json:
            say_json({"state": session.timeline.state, "steps": [_step_json(s) for s in steps]})
        else:
            _say_steps(session, steps)
    return 0


def _one_step(session: Session, number: int, *, as_json: bool) -> int:
    step = _step(session, number)
    difference = run_task(session.timeline.prepare_difference(number))
    if as_json:
        say_json({"step": _step_json(step), **_difference_json(difference)})
        return 0
    say(f"{step.number}  {_local(step.at)}  {step.who}  {step.what}")
    if step.why:
        say(step.why)
    _say_difference(session, difference)
    return 0


def _step(session: Session, number: int) -> HistoryStep:
    for step in session.timeline.steps(with_left=True):
        if step.number == number:
            return step
    raise RequestError(tr("There is no step {n}; “history” lists the steps.", n=number))


def _say_steps(session: Session, steps: tuple[HistoryStep, ...]) -> None:
    if not steps:
        say(tr("The history is empty."))
        return
    names = {v.state: v.name for v in session.timeline.versions()}
    present = session.timeline.state
    widest = max(_width(s.who) for s in steps)
    for step in steps:
        mark = "→" if step.uuid == present else "×" if step.is_left else "↶" if step.is_undone else " "
        who = step.who + " " * (widest - _width(step.who))
        name = f"  [{names[step.uuid]}]" if step.uuid in names else ""
        say(f"{mark} {step.number:>5}  {_local(step.at)}  {who}  {step.what}{name}")
    if any(s.is_undone for s in steps):
        say(tr("→ the present state   ↶ undone   × left behind"))


def _width(text: str) -> int:
    """Return how many columns a text takes; Chinese signs take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _local(time: str) -> str:
    return f"{datetime.fromisoformat(time).astimezone():%Y-%m-%d %H:%M}"


def _step_json(step: HistoryStep) -> dict[str, Any]:
    found = asdict(step)
    found["undone"], found["left"] = found.pop("is_undone"), found.pop("is_left")
    return found


# -- back and forth -------------------------------------------------------------------------------------------
def undo(options: argparse.Namespace, services: Services) -> int:
    """Take back the newest step; one from the middle becomes a new step."""
    if options.object and options.step is None:
        raise RequestError(tr("--object needs --step: the step whose change of the object is taken back."))
    with services.open_session(options.project) as session:
        step: HistoryStep | None
        if options.step is None:
            step = session.undo()
            if step is None:
                raise RequestError(tr("There is nothing to undo."))
            words = tr("Undone: {what}", what=step.what)
        else:
            _step(session, options.step)
            step = session.timeline.undo_one(options.step, _keys(session, options.step, options.object))
            words = step.what
        if options.json:
            say_json({"step": _step_json(step), "state": session.timeline.state})
        else:
            say(words)
    return 0


def _keys(session: Session, number: int, names: list[str]) -> frozenset[ObjectKey] | None:
    if not names:
        return None
    changes = session.timeline.difference(number).changes
    found = set()
    for name in names:
        key = next((c.key for c in changes if is_meant(c.key, name)), None)
        if key is None:
            raise RequestError(
                tr(
                    "Step {n} did not change “{name}”; “history --step {n}” tells what it did.",
                    n=number,
                    name=name,
                )
            )
        found.add(key)
    return frozenset(found)


def go_to(options: argparse.Namespace, services: Services) -> int:
    """Go to a state: after a step, of a version, or the beginning."""
    with services.open_session(options.project) as session:
        if options.start:
            state = ""
        elif options.version is not None:
            state = _version(session, options.version).state
        else:
            state = _step(session, options.step).uuid
        count = session.timeline.go_to(state)
        if options.json:
            say_json({"state": session.timeline.state, "steps": count})
        elif count:
            say(tr("Steps taken back or done again: {n}", n=count))
        else:
            say(tr("The project is in that state already."))
    return 0


# -- versions -------------------------------------------------------------------------------------------------
def version(options: argparse.Namespace, services: Services) -> int:
    """Name the present state."""
    with services.open_session(options.project) as session:
        named = session.timeline.name_version(options.name, options.why)
    if options.json:
        say_json(asdict(named))
    else:
        say(tr("Kept as “{name}”, sealed {seal}", name=named.name, seal=named.seal))
    return 0


def versions(options: argparse.Namespace, services: Services) -> int:
    """List the named versions, on request checked against their seals."""
    with services.open_session(options.project, read_only=True) as session:
        found = session.timeline.versions()
        sound = {v.uuid: run_task(session.timeline.check_version(v)) for v in found} if options.check else {}
    if options.json:
        say_json({"versions": [asdict(v) | ({"whole": sound[v.uuid]} if sound else {}) for v in found]})
    elif not found:
        say(tr("No version has a name yet."))
    else:
        for named in found:
            _say_version(named, sound.get(named.uuid))
    broken = [v.name for v in found if sound.get(v.uuid) is False]
    if broken:
        complain(tr("Not as it was sealed: {names}", names=", ".join(broken)))
        return 2
    return 0


def _say_version(named: NamedVersion, is_whole: bool | None) -> None:  # noqa: FBT001  a value to be told
    verdict = "" if is_whole is None else tr("as sealed") if is_whole else tr("NOT as it was sealed")
    say("  ".join(p for p in (_local(named.at), named.who, named.name, named.why, verdict) if p))
    say(f"    {named.seal}")


def _version(session: Session, name: str) -> NamedVersion:
    known = session.timeline.versions()
    for named in known:
        if named.name == name:
            return named
    names = ", ".join(f"“{v.name}”" for v in known)
    if not known:
        raise RequestError(tr("There is no version “{name}”; no version has a name yet.", name=name))
    raise RequestError(tr("There is no version “{name}”; there are {known}.", name=name, known=names))


# -- differences ----------------------------------------------------------------------------------------------
def compare(options: argparse.Namespace, services: Services) -> int:
    """Tell what is different from another file, or between two states."""
    has_states = options.before is not None or options.after is not None
    if (options.other is None) == (options.before is None) or (options.other is not None and has_states):
        raise RequestError(tr("Say what to compare with: another project file, or --from STATE."))
    with services.open_session(options.project, read_only=True) as session:
        if options.other is not None:
            task = session.timeline.compare_file(options.other)
        else:
            before, after = _state(session, options.before), _state(session, options.after or "now")
            task = session.timeline.prepare_comparison(before, after)
        difference = run_task(task)
        if options.json:
            say_json(_difference_json(difference))
        else:
            _say_difference(session, difference)
    return 0


def _state(session: Session, words: str) -> str:
    """Return the state that a version's name, a step's number, ``start`` or ``now`` means; a name goes first."""
    named = next((v for v in session.timeline.versions() if v.name == words), None)
    if named is not None:
        return named.state
    if words == "now":
        return session.timeline.state
    if words == "start":
        return ""
    return _step(session, int(words)).uuid if words.isdecimal() else _version(session, words).state


def _say_difference(session: Session, difference: Difference) -> None:
    from renovate_gui.app.difference_table import words_of
    from renovate_gui.app.merge_words import place_words

    if not difference.changes:
        say(tr("Nothing is different."))
        return
    in_words = words_of(session.project)
    for change in difference.changes:
        count = tr(" ({n} features)", n=change.features) if change.features else ""
        say(f"{_SIGNS[change.kind]} {place_words(change)} · {session.timeline.title(change)}{count}")
        if change.kind is ChangeKind.CHANGED:
            for line in in_words(change):
                say(f"    {line.label}: {line.before or '—'} → {line.after or '—'}")
    counts = difference.counts()
    say(
        tr(
            "Added: {added}, changed: {changed}, removed: {removed}",
            added=counts[ChangeKind.ADDED],
            changed=counts[ChangeKind.CHANGED],
            removed=counts[ChangeKind.REMOVED],
        )
    )


def _difference_json(difference: Difference) -> dict[str, Any]:
    return {
        "crs": difference.crs,
        "counts": {kind.value: count for kind, count in difference.counts().items()},
        "changes": [object_json(c) for c in difference.changes],
    }


# -- tidying --------------------------------------------------------------------------------------------------
def compact(options: argparse.Namespace, services: Services) -> int:
    """Make one step of the steps between states that count."""
    from renovate_gui.app.timeline import days_ago

    if options.keep_days < 0:
        raise RequestError(tr("--keep-days is a number of days, 0 or more."))
    edge = days_ago(options.keep_days) if options.keep_days else ""
    with services.open_session(options.project) as session:
        report = run_task(session.timeline.compact(edge))
    if options.json:
        say_json(asdict(report))
        return 0
    say(tr("Steps: {before} → {after}", before=report.steps_before, after=report.steps_after))
    say(
        tr(
            "Size: {before} → {after} KB",
            before=f"{report.bytes_before // 1024:,}",
            after=f"{report.bytes_after // 1024:,}",
        )
    )
    say(tr("Tables of layers that no state shows any more, removed: {n}", n=report.tables_dropped))
    say(tr("As it was before: {path}", path=report.backup))
    return 0
