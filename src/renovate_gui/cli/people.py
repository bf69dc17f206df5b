"""``people``: totals shared out to the buildings, as scripts ask for it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import numpy as np

from renovate_gui.assets import tr
from renovate_gui.cli.report import say, say_json
from renovate_gui.cli.services import Services
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.facility import AgeBasis

if TYPE_CHECKING:
    from renovate_gui.app.people_estimate import Estimate, Totals
    from renovate_gui.app.session import Session


def people(options: argparse.Namespace, services: Services) -> int:
    """Set, show or end the estimate of residents."""
    wanted = _typed(options)
    is_asked = bool(wanted or options.holder)
    if options.clear and is_asked:
        raise RequestError(tr("Either give totals or --clear, not both."))
    if wanted and options.holder:
        raise RequestError(tr("Either type totals or take them from a layer, not both."))
    with services.open_session(options.project, read_only=not (is_asked or options.clear)) as session:
        if options.clear:
            session.people.clear()
        elif is_asked:
            session.people.set_totals(_totals(session, wanted, options))
        totals, found = session.people.totals(), session.people.estimate()
    if options.json:
        say_json(_json(totals, found))
    elif found is None:
        say(tr("Residents are not estimated."))
    else:
        for note in found.notes():
            say(note)
    return 0


def _typed(options: argparse.Namespace) -> dict[str, float]:
    values = {basis.value: getattr(options, basis.value) for basis in AgeBasis}
    return {name: value for name, value in values.items() if value is not None}


def _totals(session: Session, wanted: dict[str, float], options: argparse.Namespace) -> Totals:
    from renovate_gui.app.people_estimate import Totals

    if not options.holder:
        return Totals(wanted, area=options.area, whole=options.whole)
    holders = [h.layer for h in session.people.holders()]
    found = [i for i in holders if options.holder in {i.name, str(i.uuid)}]
    if not found:
        names = ", ".join(i.name for i in holders) or tr("none")
        raise RequestError(
            tr(
                "“{layer}” is no layer whose areas hold totals; there are: {names}.",
                layer=options.holder,
                names=names,
            )
        )
    return Totals(layer=str(found[0].uuid), whole=options.whole)


def _json(totals: Totals | None, found: Estimate | None) -> dict[str, Any]:
    if totals is None or found is None:
        return {"estimated": None}
    groups = {
        basis.value: {
            "total": found.totals[basis],
            "shared_out": float(np.nansum(values)),
            "without_home": found.left[basis],
            "error_of_one_building": _or_none(found.usual_error(basis)),
        }
        for basis, values in found.people.items()
    }
    return {
        "estimated": {
            "from": "layer" if totals.layer else "typed",
            "layer": totals.layer or None,
            "area": None if totals.layer else totals.area,
            "whole": totals.whole,
            "by": "residents" if found.by_residents else "floor_area",
            "groups": groups,
            **found.counts,
        },
        "notes": list(found.notes()),
    }


def _or_none(value: float) -> float | None:
    return round(value, 4) if np.isfinite(value) else None
