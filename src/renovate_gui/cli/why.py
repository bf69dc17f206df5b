"""``why``: why one building has its verdict."""

from __future__ import annotations

import argparse
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.cli.analysis import kind_name, under_standard
from renovate_gui.cli.asking import request_of
from renovate_gui.cli.report import run_task, say, say_json
from renovate_gui.cli.services import Services
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.verdict import Explanation, FacilityWay, WayProfile

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.domain.verdict import GapResult


def why(options: argparse.Namespace, services: Services) -> int:
    """Explain one building for one kind."""
    with under_standard(options, services) as session:
        request = request_of(session, options)
        if len(request.kinds) != 1 or not options.kind:
            raise RequestError(tr("Name one kind of facility with --kind."))
        (result,) = run_task(session.gaps.prepare(request))
        found = session.gaps.explain(result, _feature(session, result, options.building))
    if options.json:
        say_json(explanation_json(found))
    else:
        _say(found)
    return 0


def _feature(session: Session, result: GapResult, wanted: str) -> int:
    """Return the id of a counted feature by its code or name, else by its number."""
    from renovate_gui.app.gap_inputs import texts

    for field in ("code", "name"):
        column = session.layers.field(result.layer_id, field)
        if column is None:
            continue
        ids = session.layers.table(result.layer_id).ids
        named = ids[np.array([t == wanted for t in texts(column, len(ids))], dtype=bool)]
        rows = named[np.isin(named, result.ids)]
        if len(rows) > 1:
            raise RequestError(
                tr("{n} buildings are called “{name}”; give the number.", n=len(rows), name=wanted)
            )
        if len(rows) == 1:
            return int(rows[0])
    if wanted.isdecimal():
        return int(wanted)
    raise RequestError(tr("No counted building has the code or name “{name}”.", name=wanted))


def explanation_json(found: Explanation) -> dict[str, Any]:
    """Return an explanation as plain numbers and sentences."""
    return {
        "building": found.feature_id,
        "title": found.title,
        "kind": found.kind,
        "verdict": found.verdict.name.lower(),
        "nearest": found.nearest_name or None,
        "network_m": _number(found.network_m),
        "circle_m": _number(found.circle_m),
        "limit_m": found.limit_m,
        "minutes": _number(found.minutes),
        "minutes_limit": _number(found.minutes_limit),
        "direction": found.direction.value,
        "walker": found.walker or None,
        "stairs": found.stairs,
        "ways": [_way_json(w) for w in found.ways],
        "walkers": [
            {
                "walker": w.code,
                "minutes": _number(w.minutes),
                "passes": w.passes,
                "reason": w.reason or None,
            }
            for w in found.walkers
        ],
        "room": found.room or None,
        "rule": found.clause,
        "confidence": found.confidence.value if found.confidence else None,
        "is_checked": found.is_checked,
        "heights": found.heights or None,
        "entrance": found.entrance or None,
        "sentence": found.sentence,
        "doubt": found.doubt,
        "route": np.round(found.route_xy, 3).tolist(),
        "walked_m": _number(found.walked_m),
        "shortest_route": np.round(found.paper_xy, 3).tolist() or None,
        "profile": _profile_json(found.profile),
    }


def _way_json(way: FacilityWay) -> dict[str, Any]:
    return {
        "facility": way.name,
        "key": way.key,
        "metres": _number(way.metres),
        "minutes_there": _number(way.minutes_there),
        "minutes_back": _number(way.minutes_back),
        "stairs": way.stairs,
        "steps": way.steps,
        "steepest": _number(way.steepest, 4),
        "up_m": _number(way.up_m),
        "down_m": _number(way.down_m),
        "rests": way.rests,
        "capacity": _number(way.capacity),
        "taken": _number(way.taken),
        "passes": way.passes,
        "entrance": way.entrance or None,
    }


def _profile_json(profile: WayProfile | None) -> list[list[float | None]] | None:
    """Return points as metres along and height, None without heights."""
    if profile is None or not profile.has_heights:
        return None
    return [
        [_number(a), _number(h)]
        for a, h in zip(profile.along_m.tolist(), profile.height_m.tolist(), strict=True)
    ]


def _number(value: float, digits: int = 2) -> float | None:
    return round(float(value), digits) if math.isfinite(value) else None


def _say(found: Explanation) -> None:
    say(f"{found.title} · {kind_name(found.kind)} · {term(found.verdict)}")
    say(f"  {found.sentence}")
    if found.entrance:
        say(f"  {found.entrance}")
    for way in found.ways:
        say(f"  · {way_words(way)}")
    for walker in found.walkers:
        words = tr("meets the standard") if walker.passes else tr("does not meet the standard")
        words = tr("{verdict} ({why})", verdict=words, why=walker.reason) if walker.reason else words
        minutes = f"{walker.minutes:.1f} min" if math.isfinite(walker.minutes) else tr("no way")
        say(f"  {walker.title}: {minutes}, {words}")
    for line in (found.room, found.heights, found.doubt):
        if line:
            say(f"  {line}")


def way_words(way: FacilityWay) -> str:
    """Return one line on a facility and the way there."""
    parts = [f"{way.name}: {way.metres:,.0f} m"]
    if math.isfinite(way.minutes_there) and not math.isfinite(way.minutes_back):
        parts.append(tr("{there} min there, no way back", there=f"{way.minutes_there:.1f}"))
    elif math.isfinite(way.minutes_there):
        parts.append(
            tr(
                "{there} min there, {back} min back",
                there=f"{way.minutes_there:.1f}",
                back=f"{way.minutes_back:.1f}",
            )
        )
    else:
        parts.append(tr("no way for this person"))
    if way.stairs:
        parts.append(tr("{n} flights of stairs", n=way.stairs))
    if math.isfinite(way.taken) and math.isfinite(way.capacity):
        parts.append(
            tr("{taken} of {places} places taken", taken=f"{way.taken:.0f}", places=f"{way.capacity:.0f}")
        )
    return ", ".join(parts)
