"""What became of a layer's look, class by class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from renovate_gui.app.styling import label_words
from renovate_gui.assets import tr
from renovate_gui.domain.style import Hatch, LabelStyle, Style, StyleClass, StyleKind, Symbol

_MOST_CLASSES = 24
Words = tuple[str, str, str]


def kind_words(kind: StyleKind) -> str:
    """Return a style kind's name."""
    if kind == StyleKind.SINGLE:
        return tr("One look")
    return tr("Categories") if kind == StyleKind.CATEGORISED else tr("Classes of numbers")


def style_words(before: Any, after: Any) -> tuple[Words, ...]:
    """Return ``(label, before, after)`` of what is different between two styles, given as JSON-like values."""
    one, two = read_style(before), read_style(after)
    if one is None or two is None:
        kept = one or two
        if kept is None:
            return ()
        words = _kind(kept)
        return ((tr("Style"), words, ""),) if two is None else ((tr("Style"), "", words),)
    lines: list[Words] = [(tr("Style"), _kind(one), _kind(two))]
    lines.append((tr("Opacity"), _percent(one.opacity), _percent(two.opacity)))
    lines.append((tr("Labels"), _labels(one.label), _labels(two.label)))
    lines += _classes(one, two)
    return tuple(line for line in lines if line[1] != line[2])


def style_symbols(before: Any, after: Any) -> Mapping[str, tuple[Symbol | None, Symbol | None]]:
    """Return the symbols before and after by the labels that :func:`style_words` gives to the classes."""
    one, two = read_style(before), read_style(after)
    if one is None or two is None:
        kept = one or two
        symbol = kept.classes[0].symbol if kept is not None and kept.classes else None
        return {tr("Style"): (symbol, None) if two is None else (None, symbol)}
    return {
        _label(key, old, new): (old.symbol if old else None, new.symbol if new else None)
        for key, old, new in _pairs(one, two)
    }


def read_style(value: Any) -> Style | None:
    """Return the style that JSON-like values describe; None when there is none, or only a newer program knows it."""
    import msgspec

    if not isinstance(value, Mapping):
        return None
    try:
        return msgspec.convert(dict(value), Style)
    except msgspec.MsgspecError:
        return None


def _kind(style: Style) -> str:
    words = kind_words(style.kind)
    return tr("{kind} by “{column}”", kind=words, column=style.column) if style.column else words


def _percent(value: float) -> str:
    return f"{value * 100:.0f} %"


def _labels(label: LabelStyle | None) -> str:
    if label is None:
        return tr("No labels")
    return tr("“{column}”, from 1:{scale} on", column=label.column, scale=f"{label.max_scale:,.0f}")


# -- classes --------------------------------------------------------------------------------------------------
_Key = tuple[str | None, float | None, float | None]
_Pair = tuple[_Key, StyleClass | None, StyleClass | None]


def _pairs(before: Style, after: Style) -> list[_Pair]:
    old = {(c.value, c.lower, c.upper): c for c in before.classes}
    new = {(c.value, c.lower, c.upper): c for c in after.classes}
    return [(k, old.get(k), new.get(k)) for k in dict.fromkeys([*old, *new]) if old.get(k) != new.get(k)]


def _label(key: _Key, old: StyleClass | None, new: StyleClass | None) -> str:
    kept = new or old
    words = label_words(kept.label, kept.value) if kept is not None else ""
    return words or key[0] or tr("Look")


def _classes(before: Style, after: Style) -> list[Words]:
    pairs = _pairs(before, after)
    lines = [(_label(key, old, new), *_symbols(old, new)) for key, old, new in pairs[:_MOST_CLASSES]]
    rest = len(pairs) - len(lines)
    return [*lines, (tr("More classes"), "", tr("{n} changed", n=f"{rest:,}"))] if rest else lines


def _symbols(old: StyleClass | None, new: StyleClass | None) -> tuple[str, str]:
    """Return the words of two looks: of both sides only what differs."""
    if old is None or new is None:
        return ("" if old is None else _main(old.symbol)), ("" if new is None else _main(new.symbol))
    one, two = _facts(old), _facts(new)
    differing = [name for name in one if one[name] != two[name]]
    return tuple(tr(", ").join(words for n in differing if (words := side[n])) for side in (one, two))  # type: ignore[return-value]


def _main(symbol: Symbol) -> str:
    return symbol.fill or symbol.stroke or ""


def _facts(entry: StyleClass) -> dict[str, str]:
    s = entry.symbol
    return {
        "label": label_words(entry.label, entry.value),
        "shown": tr("shown") if entry.is_visible else tr("hidden"),
        "fill": s.fill or tr("no fill"),
        "stroke": tr("outline {colour}", colour=s.stroke) if s.stroke else tr("no outline"),
        "width": tr("outline {px} px", px=f"{s.stroke_px:g}"),
        "size": tr("size {px} px", px=f"{s.size_px:g}"),
        "hatch": tr("hatched") if s.hatch is not Hatch.NONE else tr("no hatch"),
        "opacity": _percent(s.opacity),
        "marker": s.marker.value,
        "glyph": s.glyph,
        "dash": tr("dashed") if s.dash else tr("not dashed"),
        "casing": tr("with an edge") if s.casing else tr("without an edge"),
    }
