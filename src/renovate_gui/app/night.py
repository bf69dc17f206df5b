"""The dark theme's colours on the map: each of our own quiet colours has a dark twin; colours that mean something stay."""

from __future__ import annotations

import colorsys
from dataclasses import replace

from renovate_gui.domain.style import LabelStyle, Symbol

GROUND = "#F7F5F0"
GROUND_DARK = "#1B2127"

_TWINS = {
    "#FFFFFF": "#0F1419",  # rings of discs, halos
    GROUND: GROUND_DARK,
    "#D2CCC0": "#414A54",  # buildings
    "#FBFAF7": "#1B2127",
    "#DCD7CA": "#323A43",  # parcels
    "#E4E0D6": "#12171C",  # casings of streets
    "#77808D": "#A5B1BF",  # stairs
    "#F1EFE9": "#20272E",  # quiet land use
    "#E1EBDA": "#22342B",
    "#D3E4EC": "#1B3342",
    "#E6E4DE": "#2B333B",
    "#C9C5BA": "#3A434D",
    "#A9B2BE": "#4C5763",
    "#1B2430": "#E6EBF1",  # ink
    "#5B6675": "#A5B1BF",
    "#7A7468": "#A9B0B8",
    "#0E7C86": "#3CC7D2",  # accent
    "#0B6770": "#6FD0D6",
    "#0A333A": "#BFEDF1",  # titles of proposals
    "#1F3A5F": "#9CC4F2",  # route
    "#C3C8D0": "#5B6675",
    "#B8BFC9": "#6B7480",  # unknown
    "#CBD1DA": "#7C8692",
    "#9DBE90": "#54744A",
    "#9AA6B5": "#66727F",
    "#6F7C8C": "#9BA8B7",
    "#8C96A5": "#8290A0",
    "#A9D6D4": "#1E4A4E",  # proposed areas
    "#E9F5F4": "#2F6E73",
}
_STREET_DARK = "#39434E"
_PALE = 0.6
"""Lightness from which a colour of the ground is too bright for the night."""


def dark_colour(colour: str) -> str:
    """Return the dark twin of one of our colours, else the colour itself."""
    return _TWINS.get(colour.upper(), colour)


def dark_symbol(symbol: Symbol) -> Symbol:
    """Return a symbol for the dark map."""
    is_street = symbol.casing is not None and (symbol.stroke or "").upper() == "#FFFFFF"
    stroke = _STREET_DARK if is_street else symbol.stroke and dark_colour(symbol.stroke)
    return replace(
        symbol,
        fill=symbol.fill and dark_colour(symbol.fill),
        stroke=stroke,
        hatch_colour=dark_colour(symbol.hatch_colour),
        casing=symbol.casing and dark_colour(symbol.casing),
    )


def dark_ground(symbol: Symbol) -> Symbol:
    """Return a symbol of the ground for the dark map: pale fills that have no twin keep their hue and turn dark."""
    made = dark_symbol(symbol)
    return replace(
        made,
        fill=_dimmed(made.fill),
        stroke=_dimmed(made.stroke),
        hatch_colour=_dimmed(made.hatch_colour) or made.hatch_colour,
    )


def _dimmed(colour: str | None) -> str | None:
    """Return a pale colour at the lightness of the dark ground, its hue kept and its strength halved."""
    if colour is None or len(colour) != 7:
        return colour
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, light, strength = colorsys.rgb_to_hls(red, green, blue)
    if light < _PALE:
        return colour
    r, g, b = colorsys.hls_to_rgb(hue, 0.12 + 0.3 * (1 - light), 0.5 * strength)
    return f"#{round(r * 255):02X}{round(g * 255):02X}{round(b * 255):02X}"


def dark_label(label: LabelStyle) -> LabelStyle:
    """Return a label style for the dark map."""
    return replace(label, colour=dark_colour(label.colour), halo=GROUND_DARK)
