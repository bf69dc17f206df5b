"""What the data has and lacks for each stage, as plain sentences with a state."""

from __future__ import annotations

from renovate_gui.app.gap_lifts import lift_note
from renovate_gui.app.gaps import NetworkReport
from renovate_gui.app.session import Session
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.roles import FIELDS, Role
from renovate_gui.domain.verdict import GapResult, PeopleSource
from renovate_gui.ui.stages.numbers import whole

Line = tuple[str, str]
"""State (good, warn, bad, info) and sentence."""


def survey_readiness(session: Session) -> list[Line]:
    """Return what the layers allow in the next stages."""
    layers = session.layers

    def has(role: Role) -> bool:
        return bool(layers.of_role(role))

    lines: list[Line] = []
    if not (has(Role.BUILDINGS) or has(Role.PARCELS)):
        lines.append(("bad", tr("No buildings or parcels yet: Gaps has nothing to judge.")))
    elif session.people.totals() is not None:
        lines += _estimate_lines(session)
    elif not _has_people(session):
        lines.append(("warn", tr("No residents' column: shares are counted in buildings.")))
    if not has(Role.FACILITIES):
        lines.append(("bad", tr("No facilities yet: every building would be a gap.")))
    lines += _network_lines(session)
    if not has(Role.DEMAND):
        lines.append(("info", tr("No residents' answers yet: Needs can only map the population.")))
    if not has(Role.STUDY_AREA):
        lines.append(("info", tr("No study area: heat is not corrected at the edge.")))
    if not lines:
        lines.append(("good", tr("All stages have what they need.")))
    return lines


def _network_lines(session: Session) -> list[Line]:
    """Return what the walking network lacks, or that there is none."""
    if not session.layers.of_role(Role.WALK_NETWORK):
        return [("warn", tr("No walking network yet: Gaps can only use straight lines."))]
    lifts = session.gaps.point_lifts()
    return [("warn", lift_note(lifts))] if lifts else []


def _estimate_lines(session: Session) -> list[Line]:
    """Return what the estimate of residents is, or why there is none."""
    found = session.people.estimate()
    if found is None:
        return []
    return [("warn" if found.problem else "info", note) for note in found.notes()]


def _has_people(session: Session) -> bool:
    wanted = {f.name for f in FIELDS[Role.BUILDINGS] if f.kind == "count"} - {"dwellings", "households"}
    judged = (*session.layers.of_role(Role.BUILDINGS), *session.layers.of_role(Role.PARCELS))
    return any(wanted & set(info.field_map) for info in judged)


def gap_readiness(result: GapResult, report: NetworkReport | None) -> list[Line]:
    """Return what the gap figures rest on."""
    lines: list[Line] = [*_people_lines(result), _facility_line(result)]
    if report is None:
        lines.append(("warn", tr("Walking network: none, straight lines only")))
    else:
        lines.append(("good", tr("Walking network: {n} edges", n=whole(report.edges))))
        lines += [("warn", note) for note in report.notes]
    return lines + [("info", note) for note in result.notes]


def _people_lines(result: GapResult) -> list[Line]:
    """Return where the headcount comes from; what is missing stands in the result's own notes."""
    if result.people_source == PeopleSource.COLUMN:
        return [("good", tr("Headcount: {age}, from its own column", age=term(result.basis)))]
    if result.people_source == PeopleSource.ESTIMATED:
        return [("warn", tr("Headcount: {age}, estimated from totals", age=term(result.basis)))]
    return []


def _facility_line(result: GapResult) -> Line:
    planned = sum(k.startswith("proposal:") for k in result.facility_keys)
    existing = len(result.facility_keys) - planned
    state = "good" if existing else "bad"
    cut_off = (result.counts or {}).get("unreachable", 0)
    if existing and cut_off:
        words = tr(
            "Facilities of this kind: {n}; that no way leads to: {m}",
            n=whole(len(result.facility_keys)),
            m=whole(cut_off),
        )
        return ("warn", words)
    if planned:
        return (state, tr("Facilities of this kind: {n}, proposed: {m}", n=whole(existing), m=whole(planned)))
    return (state, tr("Facilities of this kind: {n}", n=whole(existing)))
