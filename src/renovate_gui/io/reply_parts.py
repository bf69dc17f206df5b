"""What format 2 of a reply says beside its answers: checked part by part, then made into a domain value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.reply import Channel, Mark, ReplyExtra

POINTS = 100
"""What the budget game has to give away."""
MAX_MARKS = 40
MAX_CORNERS = 200
MAX_MARK_TEXT = 300
_MOST_CODES = 24
_CODE = re.compile(r"[a-z0-9][a-z0-9_\-]{0,39}")
_HOUSEHOLD = re.compile(r"[0-9A-Za-z\-]{0,24}")
_COLOUR = re.compile(r"(?:#[0-9A-F]{6})?")
_DEGREES = re.compile(r"-?\d{1,3}\.\d{6}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

EMPTY: Mapping[str, Any] = {
    "household": "",
    "stairwell": "",
    "ranks": [],
    "needs": [],
    "management": "",
    "budget": [],
    "marks": [],
}
"""The optional parts in the order they are signed, with what a missing one stands for."""


def signed_parts(data: Mapping[str, Any]) -> list[Any]:
    """Return the optional parts as the canonical text holds them: arrays and texts only, nothing left out."""
    parts = [data.get(name, empty) for name, empty in EMPTY.items()]
    parts[-1] = [
        [m["proposal"], m["geometry"]["type"], m["geometry"]["coordinates"], m["text"], m["colour"]]
        for m in parts[-1]
    ]
    return parts


def parts_of(values: Sequence[Any]) -> dict[str, Any]:
    """Return the optional parts from what :func:`signed_parts` returns; raise ValueError where it is none such."""
    if len(values) != len(EMPTY) or not isinstance(values[-1], list):
        raise ValueError("parts are missing")
    marks = []
    for mark in values[-1]:
        proposal, kind, coordinates, text, colour = mark
        marks.append(
            {
                "proposal": proposal,
                "geometry": {"type": kind, "coordinates": coordinates},
                "text": text,
                "colour": colour,
            }
        )
    found = dict(zip(EMPTY, [*values[:-1], marks], strict=True))
    return {name: value for name, value in found.items() if value != EMPTY[name]}


def are_sound(data: Mapping[str, Any]) -> bool:
    """Return whether every optional part that is there has its form."""
    full = {**EMPTY, **{name: data[name] for name in EMPTY if name in data}}
    return (
        _matches(_HOUSEHOLD, full["household"])
        and is_text(full["stairwell"], 40)
        and _are_codes(full["ranks"])
        and _are_codes(full["needs"])
        and (full["management"] == "" or _matches(_CODE, full["management"]))
        and _is_budget(full["budget"])
        and isinstance(full["marks"], list)
        and len(full["marks"]) <= MAX_MARKS
        and all(_is_mark(m) for m in full["marks"])
    )


def spent(data: Mapping[str, Any]) -> int:
    """Return how many points the budget gives away."""
    return sum(points for _, points in data.get("budget", ()))


def proposals_of(data: Mapping[str, Any]) -> set[str]:
    """Return the proposals that budget and marks speak of."""
    marked = {m["proposal"] for m in data.get("marks", ()) if m["proposal"] is not None}
    return marked | {proposal for proposal, _ in data.get("budget", ())}


def say_something(data: Mapping[str, Any]) -> bool:
    """Return whether the optional parts answer anything; where somebody lives is no answer."""
    return any(data.get(name) for name in ("ranks", "needs", "management", "budget", "marks"))


def to_extra(data: Mapping[str, Any], channel: Channel) -> ReplyExtra:
    """Return the parts as a domain value; they must be sound."""
    return ReplyExtra(
        channel=channel,
        household=data.get("household", ""),
        stairwell=data.get("stairwell", ""),
        ranks=tuple(data.get("ranks", ())),
        needs=tuple(data.get("needs", ())),
        management=data.get("management", ""),
        budget={Uuid(proposal): points for proposal, points in data.get("budget", ())},
        marks=tuple(_mark(m) for m in data.get("marks", ())),
    )


def is_text(value: Any, longest: int) -> bool:
    """Return whether a value is a text of at most so many letters, none of them half a pair."""
    return (
        isinstance(value, str) and len(value) <= longest and not any("\ud800" <= c <= "\udfff" for c in value)
    )


def is_place(value: Any) -> bool:
    """Return whether a value is longitude and latitude, each a text of six decimals."""
    if not isinstance(value, list) or len(value) != 2 or not all(_matches(_DEGREES, v) for v in value):
        return False
    return abs(float(value[0])) <= 180 and abs(float(value[1])) <= 90


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _are_codes(value: Any) -> bool:
    if not isinstance(value, list) or len(value) > _MOST_CODES or not all(_matches(_CODE, v) for v in value):
        return False
    return len(set(value)) == len(value)


def _is_budget(value: Any) -> bool:
    if not isinstance(value, list):
        return False
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2 or not _matches(_UUID, pair[0]):
            return False
        if not isinstance(pair[1], int) or isinstance(pair[1], bool) or not 0 < pair[1] <= POINTS:
            return False
    return len({pair[0] for pair in value}) == len(value)


def _is_mark(mark: Any) -> bool:
    if not isinstance(mark, dict) or set(mark) != {"proposal", "geometry", "text", "colour"}:
        return False
    proposal, geometry = mark["proposal"], mark["geometry"]
    return (
        (proposal is None or _matches(_UUID, proposal))
        and is_text(mark["text"], MAX_MARK_TEXT)
        and _matches(_COLOUR, mark["colour"])
        and isinstance(geometry, dict)
        and set(geometry) == {"type", "coordinates"}
        and _is_geometry(geometry["type"], geometry["coordinates"])
    )


def _is_geometry(kind: Any, coordinates: Any) -> bool:
    if kind == "Point":
        return is_place(coordinates)
    if kind == "LineString":
        return _is_path(coordinates, 2)
    if kind == "Polygon":
        if not isinstance(coordinates, list) or len(coordinates) != 1 or not _is_path(coordinates[0], 4):
            return False
        return bool(coordinates[0][0] == coordinates[0][-1])
    return False


def _is_path(places: Any, fewest: int) -> bool:
    return (
        isinstance(places, list)
        and fewest <= len(places) <= MAX_CORNERS
        and all(is_place(p) for p in places)
        and len({tuple(p) for p in places}) >= min(fewest, 3)
    )


def _mark(data: Mapping[str, Any]) -> Mark:
    proposal = data["proposal"]
    shape = _geometry(data["geometry"]["type"], data["geometry"]["coordinates"])
    return Mark(shape, data["colour"], data["text"], Uuid(proposal) if proposal is not None else None)


def _geometry(kind: str, coordinates: Any) -> BaseGeometry:
    """Return the shape; an area drawn across itself is the area it covers, a flat one its outline."""
    if kind == "Point":
        return shapely.Point(float(coordinates[0]), float(coordinates[1]))
    path = coordinates if kind == "LineString" else coordinates[0]
    places = [(float(x), float(y)) for x, y in path]
    if kind == "LineString":
        return shapely.LineString(places)
    area = shapely.make_valid(shapely.Polygon(places), method="structure", keep_collapsed=False)
    return area if area.area > 0 else shapely.LineString(places)
