"""What a gap result rests on and lacks, in sentences; nothing that is missing passes for nothing."""

from __future__ import annotations

from collections import Counter

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.analysis.links import lone_lifts
from renovate_gui.analysis.reach import SNAP_LIMIT_M
from renovate_gui.analysis.ways import HeightSource
from renovate_gui.app.gap_frozen import Frozen, FrozenKind
from renovate_gui.app.gap_inputs import Places, Services, Ways
from renovate_gui.app.gap_lifts import lift_note
from renovate_gui.app.gap_unusable import capacity_note, headcount_note, unusable_capacity
from renovate_gui.app.gap_words import default_distance, kind_title, no_facility, some_names
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.roles import Role
from renovate_gui.domain.shapes import together
from renovate_gui.domain.standard import StandardRow
from renovate_gui.domain.verdict import GapResult, Measure, PeopleSource, Verdict


def notes_of(frozen: Frozen, one: FrozenKind, result: GapResult, doubled: tuple[str, ...]) -> list[str]:
    """Return all notes of one result; empty ones may be among them."""
    places, services = frozen.places, frozen.services
    notes = (
        []
        if len(one.rows)
        else [no_facility(one.kind, counts_parcels=result.counts_parcels), no_layer_note(services)]
    )
    notes.append(straight_note(result))
    row = one.limit.row
    if row is not None and row.radius_m == one.limit_m:
        notes.append(default_distance(row))
    notes += service_notes(services, one.kind, one.rows, doubled)
    notes += network_notes(frozen, one, result)
    notes += entrance_notes(frozen, one)
    notes += open_ends(frozen)
    notes += way_notes(frozen)
    notes += room_notes(frozen, one)
    notes.append(people_note(result.people_source, one.limit.row, places))
    notes.append(headcount_note(frozen, one))
    notes += places.estimate.notes() if places.estimate is not None else ()
    notes.append(other_layers_note(places) if places.other_layers else "")
    return notes


def straight_note(result: GapResult) -> str:
    """Return that straight lines stand in for a walking network that is not there; empty where none stands in."""
    if result.measure is not Measure.CIRCLE or not result.has_no_network:
        return ""
    return tr("Measured in a straight line: there is no walking network.")


def entrance_notes(frozen: Frozen, one: FrozenKind) -> list[str]:
    """Return how far entrances are known, of homes and of facilities; nothing is said of a straight line."""
    if frozen.request.measure is Measure.CIRCLE:
        return []
    notes = frozen.entrances.notes()
    if notes and len(one.rows):
        notes.append(
            tr(
                "{n} of {m} facilities are reached by their entrances, the others where their point is.",
                n=f"{one.with_doors:,}",
                m=f"{len(one.rows):,}",
            )
            if one.with_doors < len(one.rows)
            else tr("All {m} facilities are reached by their entrances.", m=f"{len(one.rows):,}")
        )
    return notes


def way_notes(frozen: Frozen) -> list[str]:
    """Return what is not known of the ways: heights, readable hours; nothing is said of a straight line."""
    facts = frozen.facts
    if frozen.request.measure is Measure.CIRCLE or facts is None:
        return []
    notes = _lift_notes(frozen.services, frozen.ways)
    notes += [
        tr(
            "Layer “{layer}”: heights outside −500 to 9,000 m are left out: {n}. Check their unit.",
            layer=name,
            n=f"{count:,}",
        )
        for name, count in (*frozen.ground.left_out, *(frozen.ways.left_out if frozen.ways else ()))
    ]
    if facts.is_flat:
        notes.append(
            tr("No heights in the data: all ways count as flat. Import heights, or lines with heights.")
        )
    elif flat := np.count_nonzero((facts.source == HeightSource.FLAT) & (facts.network.source >= 0)):
        notes.append(tr("Stretches of way without heights, counted as flat: {n}.", n=f"{flat:,}"))
    notes += _coarse_notes(frozen)
    if frozen.request.at and facts.unreadable_hours:
        notes.append(
            tr(
                "Opening hours that cannot be read, so counted as open: {hours}.",
                hours=some_names(facts.unreadable_hours),
            )
        )
    if frozen.request.at and not facts.hours:
        notes.append(
            tr("The data has no opening hours of ways: all count as open at {at}.", at=frozen.request.at)
        )
    return notes


def _coarse_notes(frozen: Frozen) -> list[str]:
    """Return which heights that decide slopes stand too far apart to see short ones."""
    if frozen.facts is None or not np.any(frozen.facts.source == HeightSource.MODEL):
        return []
    return [
        tr(
            "Heights of layer “{layer}” are {metres} m apart: slopes of ways shorter than that are not seen or are smeared, so verdicts for wheels and for people who tire may be wrong either way.",
            layer=name,
            metres=f"{metres:,.1f}",
        )
        for name, metres in frozen.ground.coarse
    ]


def _lift_notes(services: Services, ways: Ways | None) -> list[str]:
    if ways is None:
        return []
    lines = together([ways.existing, ways.links])
    count = lone_lifts(services.classes, services.geometry, ways.kind, lines)
    return [lift_note(count)] if count else []


def room_notes(frozen: Frozen, one: FrozenKind) -> list[str]:
    """Return whether capacity decides, and what it does not know."""
    request, total = frozen.request, len(one.rows)
    if not request.counts_capacity or not total:
        return []
    unknown = int(np.count_nonzero(np.isnan(one.capacity)))
    words = unusable_capacity(frozen, one)
    said = [capacity_note(words)] if words else []
    if unknown == total and words:
        return [
            *said,
            tr("No facility of this kind states a usable number of places: all count as having room."),
        ]
    if unknown == total:
        return [
            tr(
                "No facility of this kind states how many places it has: all count as having room for everybody."
            )
        ]
    if one.asked is None:
        return [
            *said,
            tr(
                "No source says how many people need a place of this kind, so capacity does not decide; set the share to let it."
            ),
        ]
    if not one.decides_room:
        return [tr("Without headcounts capacity does not decide.")]
    notes = said
    if unknown:
        notes.append(
            tr(
                "Without a number of places, so counted as having room for everybody: {n} of {total} facilities.",
                n=unknown,
                total=total,
            )
        )
    if one.need_source is PeopleSource.RESIDENTS_ONLY and one.asked.basis is not AgeBasis.RESIDENTS:
        notes.append(
            tr(
                "Need is reckoned from all residents: there is no column for “{basis}”.",
                basis=term(one.asked.basis),
            )
        )
    return notes


def no_layer_note(services: Services) -> str:
    """Return the note of a project without any layer of facilities, empty when there is one."""
    if services.has_layer:
        return ""
    return tr("There is no layer of facilities; import one and set its role.")


def service_notes(services: Services, code: str, rows: np.ndarray, doubled: tuple[str, ...]) -> list[str]:
    """Return what is doubtful about the facilities of a kind."""
    notes = []
    broad = Counter(services.classes[i] for i in rows if services.classified[i].is_broad)
    if broad:
        notes.append(
            tr(
                "Counted by a broad class of the source ({classes}), which may mean other services too: {n} of {total} facilities. Please check them.",
                n=sum(broad.values()),
                total=len(rows),
                classes=tr(", ").join(broad),
            )
        )
    other = [services.names[i] for i in rows if services.classified[i].by_name not in {"", code}]
    if other:
        notes.append(
            tr(
                "The source's class says {kind}, the name says otherwise: {names}. Counted as the class says.",
                kind=kind_title(code),
                names=some_names(other),
            )
        )
    if doubled:
        notes.append(
            tr(
                "The same place seems to be there more than once: {names}. Distances are not affected.",
                names=some_names(doubled),
            )
        )
    drawn = {
        k for k in services.odd_capacity if k.startswith("proposal:")
    }  # those of layers are told by their values
    odd = [services.names[i] or services.keys[i] for i in rows if services.keys[i] in drawn]
    if odd:
        notes.append(
            tr(
                "What is stated as capacity is no number of places, so it counts as unknown: {names}.",
                names=some_names(odd),
            )
        )
    closed = [i for i, c in enumerate(services.classified) if code in c.codes and services.is_closed[i]]
    replaced = [i for i in closed if services.keys[i] in services.replaced]
    if replaced:
        notes.append(
            tr(
                "Closes with a proposal that takes its place, so not counted: {names}.",
                names=some_names([services.names[i] or services.keys[i] for i in replaced]),
            )
        )
    is_kind = [i for i in closed if i not in replaced]
    if is_kind:
        notes.append(
            tr(
                "Not in service according to the data, so not counted: {names}.",
                names=some_names([services.names[i] or services.keys[i] for i in is_kind]),
            )
        )
    return notes


def people_note(source: PeopleSource, row: StandardRow | None, places: Places) -> str:
    """Return the note on the headcount, empty when the right column is there."""
    if source is PeopleSource.RESIDENTS_ONLY and row is not None:
        return tr(
            "Layer “{layer}” has no column for “{basis}”: all residents are counted instead.",
            layer=places.layer.name,
            basis=term(row.basis),
        )
    if source is PeopleSource.NONE:
        layer = places.layer.name
        if places.layer.role is Role.PARCELS:
            return tr("Layer “{layer}” has no headcount: only parcels are counted, not people.", layer=layer)
        return tr("Layer “{layer}” has no headcount: only buildings are counted, not people.", layer=layer)
    return ""


def other_layers_note(places: Places) -> str:
    """Return the note that only one layer of several is counted."""
    return tr(
        "Only layer “{layer}” is counted; not counted: {others}.",
        layer=places.layer.name,
        others=some_names(places.other_layers),
    )


def network_notes(frozen: Frozen, one: FrozenKind, result: GapResult) -> list[str]:
    """Return what the network leaves undecided, in buildings and in the people who live there."""
    engine = frozen.metres
    if engine is None or not len(one.rows):
        return []
    off, cut_off = np.isnan(result.network_m), np.isinf(result.network_m)
    doubtful = (result.verdict == Verdict.UNKNOWN) & np.isfinite(result.network_m)
    own = engine.join(one.spots)
    is_joined, is_main = own.is_joined, engine.is_on_main(own)
    near_apart = doubtful & _near(frozen, one.points[~is_main], one.limit_m)
    doubtful &= ~near_apart
    names = _told_names(one)
    island = [n for n, joined, main in zip(names, is_joined, is_main, strict=True) if joined and not main]
    apart = [n for n, main in zip(names, is_main, strict=True) if not main]
    if near_apart.any():
        island = []  # the note on the buildings near them names them already
    notes = [
        not is_joined.all() and _far_note(one, is_joined, frozen),
        off.any() and _off_note(_counted(off, frozen), result),
        cut_off.any() and is_joined.any() and _cut_off_note(_counted(cut_off, frozen), result),
        near_apart.any() and _apart_note(apart, _counted(near_apart, frozen), result),
        doubtful.any() and _doubtful_note(_counted(doubtful, frozen), result),
        island
        and tr(
            "On a part of the walking network that is cut off from the rest: {names}.",
            names=some_names(island),
        ),
    ]
    return [n for n in notes if n]


def _told_names(one: FrozenKind) -> list[str]:
    """Return the names of facilities; one without a name is called like its kind, so its feature id is added."""
    kind = kind_title(one.kind)
    return [
        tr("{kind}, feature {id}", kind=kind, id=key.rpartition(":")[2]) if name == kind else name
        for name, key in zip(one.names, one.keys, strict=True)
    ]


def _near(frozen: Frozen, points: ObjectArray, limit_m: float) -> NDArray[np.bool_]:
    """Return which places are within a distance of any of the points in a straight line."""
    found = np.zeros(len(frozen.anchors), dtype=bool)
    if len(points):
        found[shapely.STRtree(points).query(frozen.anchors, predicate="dwithin", distance=limit_m)[0]] = True
    return found


def _off_note(count: str, result: GapResult) -> str:
    limit = f"{SNAP_LIMIT_M:,.0f}"
    if result.counts_parcels:
        return tr("Parcels more than {limit} m from the walking network: {n}.", n=count, limit=limit)
    return tr("Buildings more than {limit} m from the walking network: {n}.", n=count, limit=limit)


def _cut_off_note(count: str, result: GapResult) -> str:
    if result.counts_parcels:
        return tr("Parcels on parts of the walking network that lead to no such facility: {n}.", n=count)
    return tr("Buildings on parts of the walking network that lead to no such facility: {n}.", n=count)


def _apart_note(names: list[str], count: str, result: GapResult) -> str:
    values = {"names": some_names(names), "n": count}
    if result.counts_parcels:
        return tr(
            "Not joined to the walking network: {names}. So {n} parcels cannot be judged; move it nearer to a way.",
            **values,
        )
    return tr(
        "Not joined to the walking network: {names}. So {n} buildings cannot be judged; move it nearer to a way.",
        **values,
    )


def _doubtful_note(count: str, result: GapResult) -> str:
    if result.counts_parcels:
        return tr(
            "Parcels not judged, because a facility within the distance in a straight line is one that the walking network does not lead to: {n}.",
            n=count,
        )
    return tr(
        "Buildings not judged, because a facility within the distance in a straight line is one that the walking network does not lead to: {n}.",
        n=count,
    )


def _counted(rows: NDArray[np.bool_], frozen: Frozen) -> str:
    """Return how many buildings, with their residents where those are known."""
    count = f"{np.count_nonzero(rows):,}"
    residents = frozen.places.people.get(AgeBasis.RESIDENTS)
    if residents is None:
        return count
    return tr("{n} ({people} residents)", n=count, people=f"{np.nansum(residents[rows]):,.0f}")


def _far_note(one: FrozenKind, is_joined: NDArray[np.bool_], frozen: Frozen) -> str:
    """Return which facilities no path comes near, and how far the farthest of them is from any."""
    assert frozen.metres is not None
    rows = np.flatnonzero(~is_joined)
    lines = shapely.STRtree(frozen.metres.network.lines)
    near = lines.query_nearest(one.spots[rows], return_distance=True, all_matches=False)[1]
    told = _told_names(one)
    names = some_names([told[i] for i in rows])
    if len(near) == 0:
        return tr("Too far from the walking network to be reached: {names}.", names=names)
    return tr(
        "Too far from the walking network to be reached: {names}; up to {metres} m from the nearest path.",
        names=names,
        metres=f"{near.max():,.0f}",
    )


def open_ends(frozen: Frozen) -> list[str]:
    """Return which proposed links do not join the network."""
    ways, engine = frozen.ways, frozen.metres
    if ways is None or engine is None:
        return []
    gaps: dict[int, list[float]] = {}
    for end in engine.open_ends:
        gaps.setdefault(end.link, []).append(end.gap_m)
    return [open_end_note(*ways.link_titles[link], own) for link, own in sorted(gaps.items())]


def open_end_note(number: int, title: str, gaps_m: list[float]) -> str:
    """Return which end of a proposed link does not join the network."""
    if len(gaps_m) == 1:
        return tr(
            "The end of proposal {number} “{title}” is {gap} m from the walking network; it does not join it.",
            number=number,
            title=title,
            gap=f"{gaps_m[0]:,.1f}",
        )
    return tr(
        "No end of proposal {number} “{title}” joins the walking network; the nearest is {gap} m from it.",
        number=number,
        title=title,
        gap=f"{min(gaps_m):,.1f}",
    )
