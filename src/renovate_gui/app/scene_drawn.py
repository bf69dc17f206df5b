"""The parts of a scene that people draw and say: proposals, callouts, answers; pure functions of values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from renovate_gui.app.night import dark_label, dark_symbol
from renovate_gui.app.scene_marks import drawn_part
from renovate_gui.app.scene_parts import Look, legend_of, plain
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.proposal import Note, Proposal, ProposalStatus
from renovate_gui.domain.reply import Choice, Reply
from renovate_gui.domain.scene import LegendEntry, SceneLayer
from renovate_gui.domain.style import Hatch, LabelStyle, Marker, Symbol

ACCENT = "#0E7C86"
TITLE_INK = "#0A333A"
"""Darker than the discs: titles must be read on served green as well."""
FADED = 0.28
"""Opacity of proposals that a sheet or the scenario is not about."""
TITLES_TO, PRINTED_TITLES_TO = 3000.0, 6000.0
"""Scale denominators up to which titles stand beside the numbers; further out they would cover the map."""


def proposals_part(
    proposals: Iterable[Proposal],
    *,
    strong: frozenset[Uuid] | None,
    version: int,
    is_dark: bool,
    titles_to: float = PRINTED_TITLES_TO,
) -> SceneLayer | None:
    """Return the proposals, faint all that are not ``strong`` (None: none); ``ids`` are their numbers, lines and areas carry a second row with the numbered disc."""
    rows: list[tuple[int, BaseGeometry, Symbol, str | None]] = []
    for p in proposals:
        if p.geometry is None or p.geometry.is_empty:
            continue
        is_subject = strong is None or p.uuid in strong
        colour = "#8C96A5" if p.status is ProposalStatus.REJECTED else ACCENT
        opacity = 1.0 if is_subject else FADED
        title = p.title if is_subject and p.title else None
        disc = _disc(p.number, colour, opacity)
        if "Point" in p.geometry.geom_type:
            rows.append((p.number, p.geometry, disc, title))
            continue
        rows.append((p.number, p.geometry, _body(p.geometry, colour, opacity), None))
        rows.append((p.number, _middle(p.geometry), disc, title))
    if not rows:
        return None
    look: Look = dark_symbol if is_dark else plain
    symbols = tuple(dict.fromkeys(look(r[2]) for r in rows))
    index = {s: i for i, s in enumerate(symbols)}
    label = LabelStyle("title", 12.5, TITLE_INK, "#FFFFFF", titles_to)
    return SceneLayer(
        key="proposals",
        title=tr("Proposals"),
        version=version,
        ids=np.array([r[0] for r in rows], dtype=np.int64),
        geometry=np.array([r[1] for r in rows], dtype=object),
        class_of=np.array([index[look(r[2])] for r in rows], dtype=np.int16),
        symbols=symbols,
        legend=_proposal_legend(rows, look),
        labels=tuple(r[3] for r in rows),
        label_style=dark_label(label) if is_dark else label,
    )


def _proposal_legend(
    rows: Sequence[tuple[int, BaseGeometry, Symbol, str | None]], look: Look
) -> tuple[LegendEntry, ...]:
    count = len({r[0] for r in rows})
    entries = [LegendEntry(tr("Proposal with its number"), look(_disc(1, ACCENT, 1.0)), "point", count)]
    kinds = {
        "line" if "Line" in r[1].geom_type else "polygon" if "Polygon" in r[1].geom_type else "" for r in rows
    }
    if "line" in kinds:
        entries.append(
            LegendEntry(tr("Proposed line"), look(_body(shapely.LineString(), ACCENT, 1.0)), "line")
        )
    if "polygon" in kinds:
        entries.append(
            LegendEntry(tr("Proposed area"), look(_body(shapely.Polygon(), ACCENT, 1.0)), "polygon")
        )
    return tuple(entries)


def _disc(number: int, colour: str, opacity: float) -> Symbol:
    return Symbol(
        fill=colour,
        stroke="#FFFFFF",
        stroke_px=2.4,
        marker=Marker.NUMBER,
        size_px=25.0,
        glyph=str(number),
        opacity=opacity,
    )


def _body(geometry: BaseGeometry, colour: str, opacity: float) -> Symbol:
    if "Line" in geometry.geom_type:
        return Symbol(
            fill=None, stroke=colour, stroke_px=4.2, casing="#FFFFFF", casing_px=1.5, opacity=opacity
        )
    return Symbol(
        fill="#A9D6D4",
        stroke=colour,
        stroke_px=2.6,
        hatch=Hatch.DIAGONAL,
        hatch_colour="#E9F5F4",
        opacity=opacity * 0.92,
    )


def _middle(geometry: BaseGeometry) -> BaseGeometry:
    if isinstance(geometry, shapely.LineString):
        return shapely.line_interpolate_point(geometry, 0.5, normalized=True)
    return shapely.point_on_surface(geometry)


def notes_part(notes: Iterable[Note], *, version: int, is_dark: bool) -> SceneLayer | None:
    """Return the callouts; ``ids`` count the notes from 1; a line or an area carries its bubble in a second row."""
    bubble = Symbol(fill="#FFFDF5", stroke="#5B6675", stroke_px=1.1, marker=Marker.CALLOUT)
    body = Symbol(fill=None, stroke="#5B6675", stroke_px=1.6, dash=(4.0, 3.0))
    if is_dark:
        bubble, body = replace(bubble, fill="#2C3846", stroke="#8290A0"), dark_symbol(body)
    rows: list[tuple[int, BaseGeometry, int, str | None]] = []
    for number, note in enumerate(notes, start=1):
        if note.geometry is None or note.geometry.is_empty:
            continue
        if "Point" not in note.geometry.geom_type:
            rows.append((number, note.geometry, 1, None))
        place = (
            note.geometry if note.geometry.geom_type == "Point" else shapely.point_on_surface(note.geometry)
        )
        rows.append((number, place, 0, note.text or None))
    if not rows:
        return None
    return SceneLayer(
        key="notes",
        title=tr("Callouts"),
        version=version,
        ids=np.array([r[0] for r in rows], dtype=np.int64),
        geometry=np.array([r[1] for r in rows], dtype=object),
        class_of=np.array([r[2] for r in rows], dtype=np.int16),
        symbols=(bubble, body),
        legend=(),
        labels=tuple(r[3] for r in rows),
        label_style=LabelStyle("text", 12.0, "#E6EBF1" if is_dark else "#1B2430", "", 0.0),
    )


_MARKS = {
    Choice.AGREE: Symbol(
        fill="#2B78A8", stroke="#FFFFFF", stroke_px=1.2, size_px=14.0, glyph="mdi6.check-bold"
    ),
    Choice.OPPOSE: Symbol(
        fill="#882255", stroke="#FFFFFF", stroke_px=1.2, size_px=14.0, glyph="mdi6.close-thick"
    ),
    Choice.UNSURE: Symbol(fill="#6F7C8C", stroke="#FFFFFF", stroke_px=1.2, size_px=14.0, glyph="mdi6.help"),
}


def replies_parts(
    replies: Sequence[Reply],
    proposals: Mapping[Uuid, Proposal],
    to_map: Callable[[float, float], tuple[float, float]],
    *,
    version: int,
    is_dark: bool,
) -> tuple[SceneLayer, ...]:
    """Return the tallies as words beside the numbers, and the places and shapes that residents drew."""
    answers = [a for r in replies for a in r.answers]
    marks = [
        (a.choice or Choice.UNSURE, to_map(*a.mark_lonlat)) for a in answers if a.mark_lonlat is not None
    ]
    counts: dict[Uuid, Counter[Choice]] = {}
    for a in answers:
        if a.choice is not None and a.proposal in proposals:
            counts.setdefault(a.proposal, Counter())[a.choice] += 1
    drawn = drawn_part([m for r in replies for m in r.extra.marks], to_map, version=version, is_dark=is_dark)
    parts = [drawn] if drawn is not None else []
    if marks:
        parts.append(_marks_part(marks, version, is_dark=is_dark))
    tallied = [(u, c, g) for u, c in counts.items() if (g := proposals[u].geometry) is not None]
    if tallied:
        parts.append(_tally_part(tallied, proposals, version, is_dark=is_dark))
    return tuple(parts)


def _marks_part(
    marks: Sequence[tuple[Choice, tuple[float, float]]], version: int, *, is_dark: bool
) -> SceneLayer:
    look: Look = dark_symbol if is_dark else plain
    symbols = tuple(look(s) for s in _MARKS.values())
    numbers = np.array([list(_MARKS).index(choice) for choice, _ in marks], dtype=np.int16)
    return SceneLayer(
        key="replies:marks",
        title=tr("Places residents marked"),
        version=version,
        ids=np.arange(1, len(marks) + 1, dtype=np.int64),
        geometry=np.array([shapely.Point(xy) for _, xy in marks], dtype=object),
        class_of=numbers,
        symbols=symbols,
        legend=legend_of([term(c) for c in _MARKS], symbols, numbers, "point"),
    )


def _tally_part(
    tallied: Sequence[tuple[Uuid, Counter[Choice], BaseGeometry]],
    proposals: Mapping[Uuid, Proposal],
    version: int,
    *,
    is_dark: bool,
) -> SceneLayer:
    # nothing is painted but words: the symbol only keeps them off the number, where they find room like all words
    place = Symbol(fill=None, stroke=None, stroke_px=0.0, size_px=25.0)
    label = LabelStyle("text", 12.0, "#1B2430", "#FFFFFF", 0.0)
    places = np.array([_middle(g) for _, _, g in tallied], dtype=np.object_)
    texts = [" · ".join(f"{term(c)} {n[c]}" for c in Choice if n[c]) for _, n, _ in tallied]
    return SceneLayer(
        key="replies",
        title=tr("Answers of residents"),
        version=version,
        ids=np.array([proposals[u].number for u, _, _ in tallied], dtype=np.int64),
        geometry=places,
        class_of=np.zeros(len(tallied), dtype=np.int16),
        symbols=(place,),
        legend=(),
        labels=tuple(texts),
        label_style=dark_label(label) if is_dark else label,
    )
