"""``figures``: where layers and kept figures come from; keep some; compute all of them again."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from renovate_gui.assets import tr
from renovate_gui.cli.report import complain, run_task, say, say_json
from renovate_gui.cli.services import Services
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.figure import Figure, Recomputed
from renovate_gui.domain.ids import Uuid

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.domain.layer import LayerInfo

Outcome = Recomputed | RenovateError


def figures(options: argparse.Namespace, services: Services) -> int:
    """List sources and kept figures; exit code 2 when one does not give the same any more."""
    with services.open_session(options.project, read_only=not options.keep) as session:
        if options.keep:
            _keep(session, tuple(dict.fromkeys(options.keep)), options.title)
        layers, kept = session.layers.all(), session.provenance.figures()
        outcomes = {f.uuid: _again(session, f) for f in kept} if options.recompute else {}
    if options.json:
        told = [_figure_json(f, outcomes.get(f.uuid)) for f in kept]
        say_json({"layers": [_layer_json(i) for i in layers], "figures": told})
    else:
        _say_layers(layers)
        _say_figures(kept, outcomes)
    wrong = [f for f in kept if f.uuid in outcomes and not _is_same(outcomes[f.uuid])]
    if wrong:
        names = tr(", ").join(f"“{f.title}”" for f in wrong)
        complain(tr("Computed again, these figures are not the same: {names}.", names=names))
        return 2
    return 0


def _keep(session: Session, kinds: Sequence[str], title: str) -> None:
    """Judge kinds as the project says that gaps are judged, and keep what comes out, as one step."""
    from renovate_gui.app.measures import measure_title

    requests = session.parameters.gaps().requests(kinds)
    name = title or (measure_title(kinds[0]) if len(kinds) == 1 else tr("Service gaps"))
    run_task(session.provenance.keep_gaps(requests, name))


def _again(session: Session, figure: Figure) -> Outcome:
    try:
        return run_task(session.provenance.recompute(figure))
    except RenovateError as error:  # its state is gone, say: the others are still computed
        return error


def _is_same(outcome: Outcome) -> bool:
    return isinstance(outcome, Recomputed) and outcome.is_same


# -- words ----------------------------------------------------------------------------------------------------
def _say_layers(layers: Sequence[LayerInfo]) -> None:
    from renovate_gui.app import figure_words
    from renovate_gui.app.terms import term
    from renovate_gui.app.value_words import time_words

    say(tr("Layers:") if layers else tr("The project has no layer yet."))
    for info in layers:
        say(f"  {info.name} · {term(info.role)}")
        passport = info.passport
        if passport is None:
            say("    " + tr("Not imported from a file. Features: {n}.", n=f"{info.feature_count:,}"))
            continue
        say(f"    {passport.source_name} · {time_words(passport.source_modified)}")
        say(f"    SHA-256 {passport.source_sha256}")
        say("    " + tr("Imported {how}", how=figure_words.imported_words(passport)))
        say(f"    {figure_words.rows_words(passport)}")


def _say_figures(kept: Sequence[Figure], outcomes: Mapping[Uuid, Outcome]) -> None:
    from renovate_gui.app import figure_words

    say()
    say(tr("Kept figures:") if kept else tr("No figure is kept yet."))
    for figure in kept:
        number, what = figure_words.headline(figure)
        say(f"  {figure.title}: {number} {what}")
        beside = figure_words.beside(figure)
        if beside:
            say(f"    {beside}")
        say("    " + " · ".join(figure_words.ground(figure)))
        say(f"    {figure_words.kept_words(figure)} · {figure_words.software_words(figure.software)}")
        if figure.uuid in outcomes:
            for line in _outcome_lines(outcomes[figure.uuid]):
                say(f"    {line}")


def _outcome_lines(outcome: Outcome) -> list[str]:
    from renovate_gui.app import figure_words

    if not isinstance(outcome, Recomputed):
        return [f"✗ {outcome}"]
    lines = [f"{'✓' if outcome.is_same else '✗'} {figure_words.outcome(outcome)}"]
    lines += [f"  {figure_words.difference(d)}" for d in outcome.differences]
    since = figure_words.since(outcome)
    return [*lines, since] if since else lines


# -- JSON -----------------------------------------------------------------------------------------------------
def _layer_json(info: LayerInfo) -> dict[str, Any]:
    p = info.passport
    values: dict[str, Any] = {"layer": info.name, "uuid": info.uuid, "role": info.role.value}
    if p is None:
        return {**values, "features": info.feature_count, "file": None}
    return {
        **values,
        "features": info.feature_count,
        "file": p.source_name,
        "sha256": p.source_sha256,
        "modified": p.source_modified,
        "imported": p.imported_at,
        "software": p.software,
        "rows_read": p.rows_read,
        "rows_shown": p.rows_shown,
        "rows_refused": p.rows_refused,
    }


def _figure_json(figure: Figure, outcome: Outcome | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        "uuid": figure.uuid,
        "subject": figure.subject.value,
        "title": figure.title,
        "at": figure.at,
        "who": figure.who,
        "state": figure.state,
        "parameters": dict(figure.parameters),
        "inputs": {u: dict(i) for u, i in figure.inputs.items()},
        "software": dict(figure.software),
        "numbers": dict(figure.numbers),
    }
    if outcome is None:
        return values
    if not isinstance(outcome, Recomputed):
        return {**values, "again": {"same": False, "error": str(outcome)}}
    again = {
        "same": outcome.is_same,
        "exact": outcome.is_exact,
        "tolerance": outcome.tolerance,
        "differences": [{"name": d.name, "then": d.then, "now": d.now} for d in outcome.differences],
        "changed_inputs": list(outcome.changed_inputs),
    }
    return {**values, "again": again}
