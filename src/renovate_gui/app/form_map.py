"""The map on a comment form: pale, so that what a pen draws is told from print, and at a round scale."""

from __future__ import annotations

import colorsys
import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from renovate_gui.domain.form import Box, MapFrame
from renovate_gui.domain.roles import Role
from renovate_gui.domain.scene import Scene, SceneLayer
from renovate_gui.domain.style import Symbol

INK = "#20262E"
_PROPOSALS = "proposals"
_FAINT = "#7C848E"
_LETTERS = "#59616B"
_WALLS = "#979EA6"
_ROUND = (10, 12.5, 15, 20, 25, 30, 40, 50, 60, 75, 80)
_AREAS_FROM = 0.80
"""Least lightness of grounds; what people find their way by may be darker, :data:`_MARKS_FROM`."""
_MARKS_FROM = 0.62
_MOST_SATURATION = 0.15
_STREET_NAMES_TO = 12_000.0
"""Scale denominator up to which streets carry their names: people look for their own street first."""


def frame_of(extent: tuple[float, float, float, float], box: Box, crs: str) -> MapFrame:
    """Return the frame that shows an extent in a box of the page at the smallest round scale, centred."""
    x_min, y_min, x_max, y_max = extent
    need = max((x_max - x_min) / box.width, (y_max - y_min) / box.height, 0.1)
    each = round_scale(need * 1000.0) / 1000.0
    left = round((x_min + x_max) / 2 - each * box.width / 2, 3)
    top = round((y_min + y_max) / 2 + each * box.height / 2, 3)
    return MapFrame(box, left, top, each, crs)


def round_scale(smallest: float) -> float:
    """Return the smallest customary scale denominator that is at least ``smallest``."""
    power = 1.0
    while True:
        for step in _ROUND:
            if step * 10 * power >= smallest * (1 - 1e-9):
                return step * 10 * power
        power *= 10


def round_length(longest: float) -> float:
    """Return the largest of 1, 2, 5 × 10ⁿ metres that is not longer."""
    power = 10.0 ** math.floor(math.log10(longest))
    return next(s * power for s in (5.0, 2.0, 1.0) if s * power <= longest * (1 + 1e-9))


def pale(scene: Scene, roles: Mapping[str, Role]) -> Scene:
    """Return a scene in light greys and tints on white, without the proposals: they differ from side to side.

    Parameters
    ----------
    roles
        Of layers, by the key of their part of the scene.
    """
    layers = [i for i in scene.items if isinstance(i, SceneLayer) and i.key != _PROPOSALS]
    items = tuple(_pale_layer(i, roles.get(i.key)) for i in layers)
    return replace(scene, items=items, ground="#FFFFFF")


def numbered(scene: Scene, numbers: frozenset[int]) -> Scene:
    """Return the proposals alone: those asked about on a side as black discs above the others, which are white."""
    layers = [i for i in scene.items if isinstance(i, SceneLayer) and i.key == _PROPOSALS]
    return replace(scene, items=tuple(_proposals(i, numbers) for i in layers), ground="#FFFFFF")


def _pale_layer(layer: SceneLayer, role: Role | None) -> SceneLayer:
    style = layer.label_style
    if style is not None:
        farthest = _STREET_NAMES_TO if role is Role.WALK_NETWORK else style.max_scale
        style = replace(style, colour=_LETTERS, halo="#FFFFFF", max_scale=max(farthest, style.max_scale))
    least = _AREAS_FROM if role is Role.BASEMAP else _MARKS_FROM
    symbols = tuple(pale_symbol(s, least) for s in layer.symbols)
    if role in (Role.BUILDINGS, Role.PARCELS):  # a copier loses a pale wall, not its edge
        symbols = tuple(replace(s, stroke=_WALLS, stroke_px=0.6) for s in symbols)
    return replace(layer, symbols=symbols, label_style=style)


def pale_symbol(symbol: Symbol, least: float) -> Symbol:
    """Return a symbol in tints that no pen draws."""
    return replace(
        symbol,
        fill=pale_colour(symbol.fill, least),
        stroke=pale_colour(symbol.stroke, least),
        casing=pale_colour(symbol.casing, least),
        hatch_colour=pale_colour(symbol.hatch_colour, least) or "#FFFFFF",
    )


def pale_colour(colour: str | None, least: float) -> str | None:
    """Return a colour lifted to a light, nearly grey tint: its lightness from ``least`` to white."""
    if colour is None or len(colour) != 7:
        return colour
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    lifted = least + (1 - least) * light * light * (light if least >= _AREAS_FROM else 1.0)
    channels = colorsys.hls_to_rgb(hue, lifted, min(saturation, _MOST_SATURATION))
    return "#" + "".join(f"{round(c * 255):02X}" for c in channels)


def _proposals(layer: SceneLayer, numbers: frozenset[int]) -> SceneLayer:
    """Return the proposals without titles (the table has them): asked here in black and last, elsewhere in white."""
    is_here = np.isin(layer.ids, list(numbers))
    count = len(layer.symbols)
    symbols = tuple(_print(s, _FAINT) for s in layer.symbols) + tuple(_print(s, INK) for s in layer.symbols)
    shifted = np.where(is_here, layer.class_of + count, layer.class_of)
    class_of = np.where(layer.class_of < 0, layer.class_of, shifted).astype(np.int16)
    order = np.argsort(is_here, kind="stable")
    return replace(
        layer,
        ids=layer.ids[order],
        geometry=layer.geometry[order],
        symbols=symbols,
        class_of=class_of[order],
        labels=None,
        label_style=None,
    )


def _print(symbol: Symbol, ink: str) -> Symbol:
    """Return a proposal's look in print: a black disc where it is asked about here, a white one elsewhere."""
    if symbol.glyph:
        is_here = ink == INK
        return replace(
            symbol,
            fill=ink if is_here else "#FFFFFF",
            stroke="#FFFFFF" if is_here else ink,
            stroke_px=symbol.stroke_px if is_here else 1.6,
            opacity=1.0,
        )
    fill = None if symbol.fill is None else "#E9EBEE"
    width = min(symbol.stroke_px, 3.2)
    return replace(symbol, fill=fill, stroke=ink, stroke_px=width, hatch_colour="#B9BEC5", opacity=1.0)
