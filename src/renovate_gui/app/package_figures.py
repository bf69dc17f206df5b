"""The figures a package is given out with, kept in the project, so that each can be computed again later."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from renovate_gui.app.gap_inputs import counting_proposals
from renovate_gui.app.provenance import Found, gap_numbers, heat_numbers
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.figure import Figure, FigureSubject
from renovate_gui.domain.verdict import GapResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from renovate_gui.app.plan_content import Gathering, PlanContent
    from renovate_gui.app.session import Session


def package_figures(session: Session, gathering: Gathering, content: PlanContent) -> tuple[Figure, ...]:
    """Return a figure per gap of a package, today's and (where something drawn counts) the planned one, and its density.

    They rest on the state the package was gathered in; there are none when the project has left it meanwhile.
    """
    version = content.identity.version
    today = tr("Package {version}, today", version=version)
    planned = tr("Package {version}, with the proposals", version=version)
    keeping, state = session.provenance, gathering.state
    try:
        made = keeping.figures_of(
            FigureSubject.GAPS, _found(gathering, content.gaps_today, is_planned=False), today, state
        )
        if counting_proposals(content.proposals):
            found = _found(gathering, content.gaps_planned, is_planned=True)
            made += keeping.figures_of(FigureSubject.GAPS, found, planned, state)
        if content.heat is not None and content.heat_request is not None:
            title = tr("Package {version}, {subject}", version=version, subject=content.heat_title)
            numbers = heat_numbers(content.heat)
            made += keeping.figures_of(FigureSubject.HEAT, [(content.heat_request, numbers)], title, state)
    except RequestError:  # somebody went on working while the package was computed
        return ()
    return made


def _found(gathering: Gathering, results: Sequence[GapResult], *, is_planned: bool) -> list[Found]:
    return [(replace(gathering.requests[r.kind], with_proposals=is_planned), gap_numbers(r)) for r in results]
