"""Looks that make a map understood at a glance: by what a layer is; by a column: :mod:`renovate_gui.app.classing`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np

from renovate_gui.app.classing import (
    CATEGORY_COLOURS,
    MOST_CATEGORIES,
    OTHER_COLOUR,
    RAMP,
    categorised_style,
    category_key,
    coloured,
    graduated_style,
)
from renovate_gui.app.terms import term
from renovate_gui.assets import LANGUAGES, current_language, resource_path, tr
from renovate_gui.assets.words import catalogue
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import Role
from renovate_gui.domain.style import LabelStyle, Marker, Style, StyleClass, StyleKind, Symbol

WAY_STREET, WAY_PATH, WAY_STAIRS, WAY_RAMP, WAY_LIFT = "street", "path", "stairs", "ramp", "lift"


def suggest_style(
    info: LayerInfo,
    table: LayerTable,
    column: str | None = None,
    *,
    graduated: bool | None = None,
    classes: int = 5,
) -> Style:
    """Return a look for a layer.

    Parameters
    ----------
    info, table
        The layer and its features.
    column
        None: by the layer's role. Else by this column: categories for text, quantile classes with round limits for
        numbers.
    graduated
        Force numbers into classes (True) or into categories (False); None decides by the column's kind.
    classes
        How many classes numbers get at most, 2 to 6.

    Raises
    ------
    RequestError
        The layer has no such column, or the column has no numbers to grade.
    """
    if column is None:
        return _style_of_role(info, table)
    if column not in table.columns:
        raise RequestError(tr("Layer “{layer}” has no column “{column}”.", layer=info.name, column=column))
    values = table.columns[column]
    is_number = values.dtype.kind == "f"
    if graduated is None:
        graduated = is_number and len(np.unique(values[np.isfinite(values)])) > MOST_CATEGORIES
    base = _base_symbol(info)
    if base.fill is None and "Line" not in info.geometry_type:
        base = OTHER_AREA  # outlines become areas, so that classes can be seen
    if graduated:
        if not is_number or not np.isfinite(values).any():
            text = tr(
                "Column “{column}” of layer “{layer}” has no numbers to grade.",
                column=column,
                layer=info.name,
            )
            raise RequestError(text)
        return graduated_style(column, values, base, max(2, min(classes, len(RAMP))))
    return categorised_style(column, values, base)


# -- by role ------------------------------------------------------------------------------------------------------
PARCEL = Symbol(fill=None, stroke="#DCD7CA", stroke_px=0.8)
BUILDING = Symbol(fill="#D2CCC0", stroke="#FBFAF7", stroke_px=0.7)
# white on an off-white ground is seen by its casing alone, on paper as on the screen
STREET = Symbol(fill=None, stroke="#FFFFFF", stroke_px=3.2, casing="#ADA99D", casing_px=1.2)
PATH = Symbol(fill=None, stroke="#A39A87", stroke_px=1.3)
STAIRS = Symbol(fill=None, stroke="#4F5763", stroke_px=2.4, dash=(1.6, 1.7))
RAMP_WAY = Symbol(fill=None, stroke="#3C7FB1", stroke_px=1.8, dash=(6.0, 2.5))
LIFT = Symbol(fill=None, stroke="#7A4FA3", stroke_px=2.6)
STUDY_AREA = Symbol(fill=None, stroke="#0E7C86", stroke_px=2.2, dash=(9.0, 5.0))
SURROUNDINGS = Symbol(fill=None, stroke="#9AA1AB", stroke_px=1.0)
GRID = Symbol(fill=None, stroke="#A9B2BE", stroke_px=0.9)
FACILITY = Symbol(fill="#FFFFFF", stroke="#1F3A5F", stroke_px=1.6, marker=Marker.PLUS, size_px=17.0)
ENTRANCE = Symbol(fill="#8A8272", stroke="#FBFAF7", stroke_px=0.6, marker=Marker.TRIANGLE, size_px=5.0)
DEMAND = Symbol(fill="#6B5FA8", stroke="#FFFFFF", stroke_px=0.8, size_px=6.5, opacity=0.9)
HEIGHT = Symbol(fill="#9A8F7E", stroke=None, size_px=2.5)
OTHER_POINT = Symbol(fill="#6F7C8C", stroke="#FFFFFF", stroke_px=0.8, size_px=6.5)
OTHER_LINE = Symbol(fill=None, stroke="#8C96A5", stroke_px=1.3)
OTHER_AREA = Symbol(fill="#E6E4DE", stroke="#C9C5BA", stroke_px=0.7, opacity=0.8)

GREEN_WORDS = ("park", "grass", "garden", "forest", "wood", "meadow", "green", "recreation", "cemetery", "orchard",
               "village_green", "scrub", "绿", "公园", "林", "草", "园地", "游憩")  # fmt: skip
WATER_WORDS = ("water", "river", "reservoir", "basin", "sea", "水", "河", "江", "湖", "海")

_ROLE_SYMBOLS: dict[Role, Symbol] = {
    Role.PARCELS: PARCEL,
    Role.BUILDINGS: BUILDING,
    Role.ENTRANCES: ENTRANCE,
    Role.FACILITIES: FACILITY,
    Role.WALK_NETWORK: STREET,
    Role.DEMAND: DEMAND,
    Role.GRIDS: GRID,
    Role.STUDY_AREA: STUDY_AREA,
    Role.HEIGHTS: HEIGHT,
}


def _base_symbol(info: LayerInfo) -> Symbol:
    """Return the role's look as far as the geometry allows it."""
    symbol = _ROLE_SYMBOLS.get(info.role)
    is_point, is_line = "Point" in info.geometry_type, "Line" in info.geometry_type
    if symbol is None:
        return OTHER_POINT if is_point else OTHER_LINE if is_line else OTHER_AREA
    if info.role is Role.FACILITIES and not is_point:
        return Symbol(fill="#BFD3E6", stroke="#1F3A5F", stroke_px=1.2)
    if is_line and symbol.fill is not None:
        return OTHER_LINE
    return symbol


def _style_of_role(info: LayerInfo, table: LayerTable) -> Style:
    makers = {
        Role.WALK_NETWORK: _network_style,
        Role.FACILITIES: _facility_style,
        Role.DEMAND: _demand_style,
        Role.STUDY_AREA: _study_area_style,
        Role.BASEMAP: _ground_style,
        Role.OTHER: _ground_style,
    }
    maker = makers.get(info.role)
    styled = maker(info, table) if maker is not None else None
    if styled is None:
        styled = Style(
            classes=(StyleClass(term(info.role) if info.role is not Role.OTHER else "", _base_symbol(info)),)
        )
    return replace(styled, label=_label_of_role(info, table))


def _column(info: LayerInfo, table: LayerTable, name: str) -> str | None:
    column = info.field_map.get(name)
    return column if column in table.columns else None


# what these are called is in the title bar, the legend or the table; on the map it would be one word too many
_UNNAMED = {
    Role.STUDY_AREA, Role.PARCELS, Role.ENTRANCES, Role.DEMAND, Role.HEIGHTS, Role.OTHER, Role.BASEMAP,
}  # fmt: skip


def _label_of_role(info: LayerInfo, table: LayerTable) -> LabelStyle | None:
    name = _column(info, table, "name")
    if name is None or info.role in _UNNAMED:
        return None
    far = {
        Role.BUILDINGS: 1500.0,
        Role.FACILITIES: 2500.0,
        Role.WALK_NETWORK: 3000.0,
    }
    colour = {Role.WALK_NETWORK: "#7A7468", Role.BUILDINGS: "#5B6675"}
    return LabelStyle(name, 11.0, colour.get(info.role, "#1B2430"), "#FFFFFF", far.get(info.role, 4000.0))


_WAY_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (WAY_STAIRS, ("stairs", "steps", "stair", "梯道", "台阶", "阶梯", "楼梯")),
    (WAY_RAMP, ("ramp", "坡道")),
    (WAY_LIFT, ("lift", "elevator", "电梯", "扶梯", "escalator")),
    (
        WAY_PATH,
        ("path", "footway", "pedestrian", "track", "cycleway", "corridor", "小径", "步道", "人行", "巷"),
    ),
)


def way_of(value: object) -> str:
    """Return ``stairs``, ``ramp``, ``lift``, ``path`` or ``street`` for a walk edge's kind as it stands in the data."""
    text = str(value or "").strip().lower()
    return next((way for way, words in _WAY_WORDS if any(w in text for w in words)), WAY_STREET)


def way_symbol(way: str) -> Symbol:
    """Return how a kind of way is drawn."""
    return {WAY_STAIRS: STAIRS, WAY_RAMP: RAMP_WAY, WAY_LIFT: LIFT, WAY_PATH: PATH}.get(way, STREET)


def way_word(way: str) -> str:
    """Return the translated word of a kind of way."""
    words = {
        WAY_STAIRS: tr("Stairs"),
        WAY_RAMP: tr("Ramp"),
        WAY_LIFT: tr("Lift"),
        WAY_PATH: tr("Footpath"),
    }
    return words.get(way, tr("Street"))


def _network_style(info: LayerInfo, table: LayerTable) -> Style | None:
    column = _column(info, table, "way")
    if column is None:
        return None
    keys = sorted({k for k in (category_key(v) for v in table.columns[column].tolist()) if k})
    order = (WAY_STREET, WAY_PATH, WAY_RAMP, WAY_LIFT, WAY_STAIRS)
    found = [
        StyleClass(way_word(way), way_symbol(way), value=key)
        for way in order
        for key in keys
        if way_of(key) == way
    ]  # fmt: skip
    return Style(StyleKind.CATEGORISED, column, (*found, StyleClass(way_word(WAY_STREET), STREET)))


@lru_cache(maxsize=1)
def _facility_looks() -> Mapping[str, tuple[str, str, str, str]]:
    """Return code → (Chinese, English, glyph, colour) from the shipped list of kinds; empty while there is none."""
    import tomllib

    try:
        path = resource_path("facility_kinds.toml")
    except FileNotFoundError:
        return {}
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    rows = next((v for v in read.values() if isinstance(v, list)), [])
    return {
        r["code"]: (r.get("zh", ""), r.get("en", ""), r.get("glyph", ""), r.get("colour", ""))
        for r in rows
        if "code" in r
    }


def facility_symbol(kind: str) -> Symbol:
    """Return the service disc of a facility kind: its colour and glyph, else a plain cross."""
    look = _facility_looks().get(kind)
    if look is None or not look[3]:
        return FACILITY
    return replace(FACILITY, fill=look[3], stroke="#FFFFFF", glyph=look[2], marker=Marker.PLUS)


def facility_word(kind: str) -> str:
    """Return the translated name of a facility kind, or the code as it stands."""
    look = _facility_looks().get(kind)
    return kind if look is None else (look[0] if current_language() == "zh_CN" else look[1]) or kind


@lru_cache(maxsize=1)
def _class_names() -> Mapping[str, tuple[str, str]]:
    """Return class of map data (folded) → (Chinese, English): words for classes wider than any one kind."""
    import tomllib

    rows = tomllib.loads(resource_path("facility_kinds.toml").read_text(encoding="utf-8")).get("class", [])
    return {word.lower(): (row["zh"], row["en"]) for row in rows for word in row["words"]}


def kind_of_class(value: str) -> str:
    """Return the facility kind that a class of the data stands for, or an empty text."""
    from renovate_gui.analysis.kinds import classify

    if value in _facility_looks():
        return value
    codes = classify([value], [""])[0].codes
    return min(codes) if len(codes) == 1 else ""


def _last_part(value: str) -> str:
    """Return the narrowest word of a class such as ``交通设施服务;公交车站;公交车站``."""
    return next((part.strip() for part in reversed(re.split("[;；|]", value)) if part.strip()), value)


@lru_cache(maxsize=512)
def _words_of_class(value: str) -> tuple[str, str] | None:
    """Return (Chinese, English) of a class; a word for the class itself beats that of the kind it is counted as."""
    looks = _facility_looks()
    if value in looks:
        return looks[value][0], looks[value][1]
    names = _class_names()
    for word in (value.strip().lower(), _last_part(value).lower()):
        if word in names:
            return names[word]
    kind = kind_of_class(value)
    return (looks[kind][0], looks[kind][1]) if kind in looks else None


def class_word(value: str) -> str:
    """Return what a class of facilities is called in the legend: in the reader's language as far as it is known."""
    pair = _words_of_class(value)
    if pair is not None:
        return pair[0] if current_language() == "zh_CN" else pair[1]
    last = _last_part(value)
    return last.replace("_", " ").capitalize() if last.isascii() and "_" in last else last


_OWN_WORDS = (
    "Stairs", "Ramp", "Lift", "Footpath", "Street", "Other", "Other land", "Green space", "Water", "No data",
    "The community", "Its surroundings",
    "Parcels", "Buildings", "Facilities", "Walking network", "Demand", "Grids", "Study area", "Heights", "Base map",
)  # fmt: skip


@lru_cache(maxsize=1)
def _known_words() -> Mapping[str, str]:
    """Return every wording of our own class labels, in any language, with its English source."""
    found = {word: word for word in _OWN_WORDS}
    for language in LANGUAGES:
        found |= {catalogue(language).get(word, word): word for word in _OWN_WORDS}
    return found


def label_words(label: str, value: str | None) -> str:
    """Return a stored class label in the reader's language when we wrote it ourselves, else as it stands.

    Styles keep the words of the day they were made; a project opened in the other language must still read well.
    """
    pair = _words_of_class(value or "")
    if pair is not None and label in pair:
        return pair[0] if current_language() == "zh_CN" else pair[1]
    source = _known_words().get(label)
    return label if source is None else catalogue(current_language()).get(source, source)


def _facility_style(info: LayerInfo, table: LayerTable) -> Style | None:
    column = _column(info, table, "kind")
    if column is None:
        return None
    counts: dict[str, int] = {}
    for value in table.columns[column].tolist():
        key = category_key(value)
        if key is not None:
            counts[key] = counts.get(key, 0) + 1
    ranked = sorted(counts, key=lambda k: (-counts[k], k))
    found = []
    for i, key in enumerate(ranked[:24]):
        symbol = _disc_of(key, i)
        if "Point" not in info.geometry_type:
            symbol = coloured(_base_symbol(info), symbol.fill or "#BFD3E6")
        found.append(StyleClass(class_word(key), symbol, value=key))
    return Style(StyleKind.CATEGORISED, column, (*found, StyleClass(tr("Other"), _plain_disc(OTHER_COLOUR))))


def _plain_disc(colour: str, size: float = 8.0) -> Symbol:
    return Symbol(fill=colour, stroke="#FFFFFF", stroke_px=1.0, size_px=size)


_QUIET_KINDS = frozenset({"bus_stop", "park"})
"""Kinds that map data holds by the hundred; only when a layer uses the code itself they get a full disc."""


def _disc_of(value: str, rank: int) -> Symbol:
    """Return how a class of facilities is drawn: by the kind it stands for, else as a dot of its own."""
    if value in _facility_looks():
        return facility_symbol(value)
    kind = kind_of_class(value)
    return facility_symbol(kind) if kind and kind not in _QUIET_KINDS else _unknown_disc(value, rank)


def _unknown_disc(kind: str, rank: int) -> Symbol:
    """Return the dot of a kind that no standard names; greens and stops are many and stay in the background."""
    low = kind.lower()
    if any(w in low for w in (*GREEN_WORDS, "open_space")):
        return _plain_disc("#9DBE90", 5.5)
    if any(w in low for w in ("transit", "stop", "parking", "站", "停车")):
        return _plain_disc("#9AA6B5", 6.0)
    return _plain_disc(CATEGORY_COLOURS[rank % len(CATEGORY_COLOURS)])


_COMMUNITY_WORDS = frozenset({"community", "社区", "社区范围"})  # as the gaps read them


def _study_area_style(info: LayerInfo, table: LayerTable) -> Style | None:
    """Draw the community itself stronger than the surroundings that its layer holds too."""
    column = _column(info, table, "role")
    if column is None:
        return None
    keys = sorted({k for k in (category_key(v) for v in table.columns[column].tolist()) if k})
    mine = [k for k in keys if k.strip().lower() in _COMMUNITY_WORDS]
    if not mine:
        return None
    found = [StyleClass(tr("The community"), STUDY_AREA, value=k) for k in mine]
    found += [StyleClass(tr("Its surroundings"), SURROUNDINGS, value=k) for k in keys if k not in mine]
    return Style(StyleKind.CATEGORISED, column, (*found, StyleClass(tr("Other"), SURROUNDINGS)))


def _demand_style(info: LayerInfo, table: LayerTable) -> Style | None:
    column = _column(info, table, "category")
    return None if column is None else categorised_style(column, table.columns[column], _base_symbol(info))


def _ground_style(info: LayerInfo, table: LayerTable) -> Style | None:
    """Colour land use quietly: green for parks, blue for water, the rest hardly at all."""
    column = _column(info, table, "use") or next(
        (
            c
            for c in table.columns
            if c.lower() in {"landuse", "land_use", "natural", "用地性质", "用地类型", "地类名称"}
        ),
        None,
    )
    if column is None or "Polygon" not in info.geometry_type:
        return None
    quiet = Symbol(fill="#F1EFE9", stroke=None, stroke_px=0.0)
    keys = sorted({k for k in (category_key(v) for v in table.columns[column].tolist()) if k})
    found = []
    for key in keys:
        low = key.lower()
        if any(w in low for w in GREEN_WORDS):
            found.append(StyleClass(tr("Green space"), replace(quiet, fill="#E1EBDA"), value=key))
        elif any(w in low for w in WATER_WORDS):
            found.append(StyleClass(tr("Water"), replace(quiet, fill="#D3E4EC"), value=key))
    return Style(StyleKind.CATEGORISED, column, (*found, StyleClass(tr("Other land"), quiet)))
