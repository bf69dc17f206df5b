"""What the review page knows, as one JSON value: small numbers for shapes, words in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.assets import resource_path
from renovate_gui.assets.words import catalogue
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.questions import Question, Questions
from renovate_gui.io.package.geojson import to_wgs84
from renovate_gui.io.package.texts import Text, as_json, keys_of

MICRO = 1e6  # millionths of a degree: a decimetre


@dataclass(frozen=True, slots=True)
class PagePhoto:
    """A picture as a ``data:`` address."""

    data: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class PageSaid:
    """What was said about the plan before, what was done about it, and how far that is."""

    said: Text
    did: Text
    state: Text = ""


@dataclass(frozen=True, slots=True)
class PageProposal:
    """A card: the number, the words a resident needs first, the facts behind the fold. ``theme``: which map to show."""

    id: str
    number: int
    geometry: BaseGeometry | None
    title: Text
    kind: Text = ""
    lead: Text = ""
    money: Text = ""
    gain: Text = ""
    facts: tuple[tuple[Text, Text], ...] = ()
    doubt: Text = ""
    photos: tuple[PagePhoto, ...] = ()
    theme: int = -1
    said: tuple[PageSaid, ...] = ()


@dataclass(frozen=True, slots=True)
class PageGap:
    """One map of verdicts, parallel to the buildings; ``is_planned``: with the proposals, else as things stand."""

    code: str
    name: Text
    title: Text
    limit_m: float
    is_network: bool
    verdict: NDArray[np.int8]
    metres: NDArray[np.float64]
    places: ObjectArray  # facility points
    place_names: tuple[Text, ...]
    is_planned: bool = False
    served: Text = ""  # what the first colour means, as the window says it: within so many metres and minutes


@dataclass(frozen=True, slots=True)
class PageHeat:
    """A map of density classes: per class its label, colour and area."""

    title: Text
    unit: Text
    classes: tuple[tuple[str, str, BaseGeometry], ...]


@dataclass(frozen=True, slots=True)
class PageContext:
    """Something to find one's way by: ``kind`` is ``area`` or ``line``; colours are ``#rrggbb`` or empty."""

    kind: str
    geometry: ObjectArray
    stroke: str = ""
    fill: str = ""
    width: float = 2.0
    dash: str = ""


@dataclass(frozen=True, slots=True)
class PageNote:
    """A callout."""

    geometry: BaseGeometry
    text: str


@dataclass(frozen=True, slots=True)
class PagePlan:
    """Everything on the page. Geometry in the project's metric CRS ``crs``; buildings' names are None when withheld."""

    package: str
    version: int
    key: str
    community: str
    until: str
    contact: str
    seal: str
    attribution: str
    language: str
    crs: str
    bounds: tuple[float, float, float, float]
    buildings: ObjectArray
    building_names: tuple[str, ...] | None
    proposals: tuple[PageProposal, ...]
    gaps: tuple[PageGap, ...] = ()
    heat: PageHeat | None = None
    context: tuple[PageContext, ...] = ()
    notes: tuple[PageNote, ...] = ()
    remarks: tuple[Text, ...] = ()
    questions: Questions = field(default_factory=Questions)
    said: tuple[PageSaid, ...] = ()  # about the plan as a whole


def page_payload(plan: PagePlan, *, tolerance_m: float = 0.0) -> dict[str, Any]:
    """Return the JSON value; shapes are simplified by ``tolerance_m`` (0: not) to keep a large community small."""
    box = to_wgs84(_objects([shapely.box(*plan.bounds)]), plan.crs)[0]
    coder = _Coder(plan.crs, (box.bounds[0], box.bounds[1]), tolerance_m)
    payload = {
        "package": plan.package,
        "version": plan.version,
        "key": plan.key,
        "community": plan.community,
        "until": plan.until,
        "contact": plan.contact,
        "seal": plan.seal,
        "attribution": plan.attribution,
        "lang": "zh" if plan.language == "zh_CN" else "en",
        "origin": coder.origin,
        "zoom": 16.75,  # a point is shown with some 400 m around it on a phone
        "bounds": coder.line(np.array(box.bounds).reshape(2, 2), is_delta=False),
        "buildings": {
            "shapes": coder.areas(plan.buildings),
            "names": None if plan.building_names is None else list(plan.building_names),
        },
        "context": [_context(coder, layer) for layer in plan.context],
        "themes": _themes(coder, plan),
        "proposals": [_proposal(coder, p) for p in plan.proposals],
        "notes": [{"at": coder.point(n.geometry), "text": n.text} for n in plan.notes],
        "remarks": [as_json(t) for t in plan.remarks],
        "questions": {
            "menu": _questions(plan.questions.menu),
            "needs": _questions(plan.questions.needs),
            "management": _questions(plan.questions.management),
        },
        "said": _said(plan.said),
    }
    payload["words"] = _words(plan)
    return payload


class _Coder:
    """Turns geometry into differences in millionths of a degree from an origin."""

    def __init__(self, crs: str, origin: tuple[float, float], tolerance_m: float) -> None:
        self.crs = crs
        self.origin = [round(origin[0], 6), round(origin[1], 6)]
        self.tolerance_m = tolerance_m

    def lonlat(self, geometry: ObjectArray) -> ObjectArray:
        """Return the shapes in degrees, simplified."""
        if self.tolerance_m > 0 and len(geometry):
            geometry = np.asarray(shapely.simplify(geometry, self.tolerance_m), dtype=object)
        return to_wgs84(geometry, self.crs)

    def line(self, lonlat: NDArray[np.float64], *, is_delta: bool = True) -> list[int]:
        """Return ``[x0, y0, dx1, dy1 …]`` from the origin, or absolute pairs."""
        whole = np.round((lonlat[:, :2] - np.array(self.origin)) * MICRO).astype(np.int64)
        if is_delta and len(whole) > 1:
            whole = np.vstack([whole[:1], np.diff(whole, axis=0)])
        flat: list[int] = whole.ravel().tolist()
        return flat

    def area(self, shape: Any) -> list[list[list[int]]]:
        """Return polygons of rings."""
        parts = [] if shape is None else [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
        return [[self.line(shapely.get_coordinates(r)) for r in (p.exterior, *p.interiors)] for p in parts]

    def areas(self, geometry: ObjectArray) -> list[list[list[list[int]]]]:
        """Return every shape's polygons."""
        return [self.area(shape) for shape in self.lonlat(geometry)]

    def lines(self, geometry: ObjectArray) -> list[list[list[int]]]:
        """Return every shape's lines."""
        return [
            [self.line(shapely.get_coordinates(part)) for part in shapely.get_parts(shape)]
            for shape in self.lonlat(geometry)
            if shape is not None
        ]

    def point(self, shape: BaseGeometry) -> list[int]:
        """Return a point on the shape."""
        lonlat = to_wgs84(_objects([shapely.point_on_surface(shape)]), self.crs)
        return self.line(shapely.get_coordinates(lonlat[0]))


def _questions(asked: Sequence[Question]) -> list[list[Any]]:
    return [[q.code, {"zh": q.zh, "en": q.en}] for q in asked]


def _said(entries: Sequence[PageSaid]) -> list[dict[str, Any]]:
    return [{"said": as_json(e.said), "did": as_json(e.did), "state": as_json(e.state)} for e in entries]


def _objects(shapes: Sequence[Any]) -> ObjectArray:
    out = np.empty(len(shapes), dtype=object)
    out[:] = shapes
    return out


def _context(coder: _Coder, layer: PageContext) -> dict[str, Any]:
    shapes = coder.areas(layer.geometry) if layer.kind == "area" else coder.lines(layer.geometry)
    return {
        "kind": layer.kind,
        "shapes": shapes,
        "stroke": layer.stroke,
        "fill": layer.fill,
        "width": layer.width,
        "dash": layer.dash,
    }


def _themes(coder: _Coder, plan: PagePlan) -> list[dict[str, Any]]:
    themes = [_gap_theme(coder, gap) for gap in plan.gaps]
    if plan.heat is not None:
        classes = [
            {"label": label, "colour": colour, "shapes": [coder.area(_lonlat_one(coder, shape))]}
            for label, colour, shape in plan.heat.classes
        ]
        title, unit = as_json(plan.heat.title), as_json(plan.heat.unit)
        themes.append({"kind": "heat", "title": title, "unit": unit, "classes": classes})
    return themes


def _lonlat_one(coder: _Coder, shape: BaseGeometry) -> Any:
    return to_wgs84(_objects([shape]), coder.crs)[0]


def _gap_theme(coder: _Coder, gap: PageGap) -> dict[str, Any]:
    metres = [round(float(m)) if np.isfinite(m) else -1 for m in gap.metres]
    places = [
        [*coder.point(shape), as_json(name)]
        for shape, name in zip(gap.places, gap.place_names, strict=True)
        if shape is not None
    ]
    return {
        "kind": "gap",
        "code": gap.code,
        "name": as_json(gap.name),
        "title": as_json(gap.title),
        "limit": f"{gap.limit_m:g}",
        "served": as_json(gap.served),
        "network": gap.is_network,
        "planned": gap.is_planned,
        "verdicts": "".join(str(int(v)) for v in gap.verdict),
        "metres": metres,
        "places": places,
    }


def _proposal(coder: _Coder, proposal: PageProposal) -> dict[str, Any]:
    has_place = proposal.geometry is not None and not proposal.geometry.is_empty
    return {
        "id": proposal.id,
        "number": proposal.number,
        "title": as_json(proposal.title),
        "kind": as_json(proposal.kind),
        "lead": as_json(proposal.lead),
        "money": as_json(proposal.money),
        "gain": as_json(proposal.gain),
        "facts": [[as_json(label), as_json(words)] for label, words in proposal.facts],
        "doubt": as_json(proposal.doubt),
        "photos": [{"data": p.data, "caption": p.caption} for p in proposal.photos],
        "theme": proposal.theme,
        "said": _said(proposal.said),
        "at": coder.point(proposal.geometry) if has_place and proposal.geometry is not None else None,
        "geometry": _shapes(coder, proposal.geometry) if has_place else [],
    }


def _shapes(coder: _Coder, geometry: BaseGeometry | None) -> list[dict[str, Any]]:
    lonlat = to_wgs84(_objects([geometry]), coder.crs)[0]
    out: list[dict[str, Any]] = []
    for part in _leaves(lonlat):
        coordinates = shapely.get_coordinates(part)
        if part.geom_type == "Polygon":
            out.append({"kind": "area", "shapes": [coder.area(part)]})
        elif part.geom_type == "Point":
            out.append({"kind": "point", "shapes": [coder.line(coordinates)]})
        else:
            out.append({"kind": "line", "shapes": [[coder.line(coordinates)]]})
    return out


def _leaves(shape: Any) -> Iterable[Any]:
    for part in shapely.get_parts(shape):
        if hasattr(part, "geoms"):
            yield from _leaves(part)
        elif not part.is_empty:
            yield part


def _words(plan: PagePlan) -> dict[str, str]:
    """Return the Chinese of every sentence of ours that the page may need."""
    chinese = catalogue("zh_CN")
    scripts = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted(resource_path("page").glob("*.js"))
    )
    wanted = {key for key in chinese if f'"{key}"' in scripts}
    for text in _texts(plan):
        wanted |= keys_of(text)
    return {key: chinese[key] for key in sorted(wanted) if key in chinese}


def _texts(plan: PagePlan) -> Iterable[Text]:
    yield from plan.remarks
    for gap in plan.gaps:
        yield from (gap.name, gap.title, *gap.place_names)
    if plan.heat is not None:
        yield from (plan.heat.title, plan.heat.unit)
    for p in plan.proposals:
        yield from (p.title, p.kind, p.lead, p.money, p.gain, p.doubt)
        yield from (text for pair in p.facts for text in pair)
    for entry in (*plan.said, *(e for p in plan.proposals for e in p.said)):
        yield from (entry.said, entry.did, entry.state)
