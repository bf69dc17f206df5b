"""Rows of a standard in words: the same in the window, on the command line, in the history and on paper."""

from __future__ import annotations

from enum import Enum
from typing import Any

import msgspec

from renovate_gui.analysis.kinds import kind_of
from renovate_gui.app.terms import term
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.standard import (
    Confidence,
    Obligation,
    ProfileLayer,
    Ratio,
    StandardProfile,
    StandardRow,
    Tier,
    Unit,
)

_ROW, _PROFILE = "standards.row.", "standards.profile."


def is_zh() -> bool:
    """Return whether the reader reads Chinese."""
    return current_language() == "zh_CN"


def row_title(row: StandardRow) -> str:
    """Return what the standard calls a row."""
    return row.zh if is_zh() else row.en


def layer_title(layer: ProfileLayer) -> str:
    """Return a text's name."""
    return layer.zh if is_zh() else layer.en


def tier_title(tier: Tier | None) -> str:
    """Return a tier's name; rows of no tier stand under quantities."""
    if tier is None:
        return tr("Quantities, no tier")
    return tier.zh if is_zh() else tier.en


def origin_words(standard: StandardProfile, row: StandardRow) -> str:
    """Return the layer a row comes from: “Province · Guizhou 2022 rules …”."""
    layer = standard.layer(row.origin)
    level = term(row.level)
    return level if layer is None or layer.id == "project" else f"{level} · {layer_title(layer)}"


# -- values ---------------------------------------------------------------------------------------------------
def field_title(name: str) -> str:
    """Return what a field of a row is called."""
    titles = {
        "radius_m": tr("Distance"),
        "minutes": tr("Minutes"),
        "gfa_m2": tr("Floor area, m²"),
        "site_m2": tr("Site area, m²"),
        "ratio_value": tr("Ratio"),
        "count": tr("Number per community"),
        "obligation": tr("Obligation word"),
        "clause": tr("Clause"),
        "source": tr("Source"),
        "note": tr("Remark on the row"),
    }
    return titles.get(name, name)


def field_words(name: str, value: Any) -> str:
    """Return a field's value as people write it; empty for none."""
    if value is None or value == "":
        return ""
    if name == "radius_m":
        return f"{value:,g} m"
    if name == "minutes":
        return tr("{n} min", n=f"{value:g}")
    if name in ("gfa_m2", "site_m2"):
        return span_words(tuple(value))
    if name == "obligation" and value in set(Obligation):
        return term(Obligation(value))
    return f"{value:,g}" if isinstance(value, int | float) else str(value)


def span_words(span: tuple[float | None, ...] | None) -> str:
    """Return “350–750 m²”, “at least 350 m²”."""
    if span is None:
        return ""
    low, high = span
    if low is not None and high is not None:
        return f"{low:,g} m²" if low == high else f"{low:,g}–{high:,g} m²"
    if low is not None:
        return tr("at least {n} m²", n=f"{low:,g}")
    return tr("at most {n} m²", n=f"{high:,g}") if high is not None else ""


def distance_words(row: StandardRow) -> str:
    """Return the distance with its range: “300 m”, “800–1,000 m”, “every 100 m”."""
    if row.radius_m is not None:
        low = f"{row.radius_from_m:,g}–" if row.radius_from_m is not None else ""
        return f"{low}{row.radius_m:,g} m"
    return tr("every {n} m", n=f"{row.interval_m:,g}") if row.interval_m is not None else ""


def ratio_words(row: StandardRow) -> str:
    """Return “4.5 places per 1,000 residents by 2025”; empty for rows without a ratio."""
    ratio = row.ratio
    if ratio is None:
        return ""
    if ratio.unit is Unit.SHARE:
        words = tr("{n} % of {basis}", n=f"{100 * ratio.value:g}", basis=term(ratio.basis).lower())
    else:
        upper = f"–{ratio.value_to:,g}" if ratio.value_to is not None else ""
        amount = _amount(row.kind, ratio.unit, f"{ratio.value:,g}{upper}")
        words = tr("{amount} per {basis}", amount=amount, basis=_basis(ratio))
    return tr("{words} by {year}", words=words, year=ratio.by) if ratio.by else words


def _amount(kind: str, unit: Unit, n: str) -> str:
    if unit is Unit.PLACES:
        return tr("{n} childcare places", n=n) if kind == "childcare" else tr("{n} school places", n=n)
    return f"{n} {term(unit)}"


def _basis(ratio: Ratio) -> str:
    n = f"{ratio.per:,g}"
    if ratio.per == 1:
        one: dict[Enum, str] = {
            AgeBasis.RESIDENTS: tr("resident"),
            AgeBasis.DWELLINGS: tr("dwelling"),
            AgeBasis.HOUSEHOLDS: tr("household"),
        }
        return one.get(ratio.basis, term(ratio.basis))
    words: dict[Enum, str] = {
        AgeBasis.RESIDENTS: tr("{n} residents", n=n),
        AgeBasis.DWELLINGS: tr("{n} dwellings", n=n),
        AgeBasis.HOUSEHOLDS: tr("{n} households", n=n),
    }
    return words.get(ratio.basis, f"{n} {term(ratio.basis)}")


def size_words(row: StandardRow) -> str:
    """Return what is asked of the quantity and size of facilities, in one line."""
    parts = [
        ratio_words(row),
        tr("floor {area}", area=span_words(row.gfa_m2)) if row.gfa_m2 else "",
        tr("site {area}", area=span_words(row.site_m2)) if row.site_m2 else "",
        tr("width at least {n} m", n=f"{row.width_m:g}") if row.width_m else "",
        tr("{n} in a community", n=row.count) if row.count else "",
    ]
    return tr(", ").join(p for p in parts if p)


def clause_words(row: StandardRow) -> str:
    """Return source and clause."""
    if not row.clause:
        return row.source
    return tr("{source}, clause {clause}", source=row.source, clause=row.clause)


def checked_words(row: StandardRow) -> str:
    """Return who compared the row with which print, or that nobody has."""
    if not row.is_checked:
        return tr("Reference value, not checked against the printed text.")
    return tr(
        "Compared with {printed} by {who}, {on}.",
        printed=row.printed or tr("the printed text"),
        who=row.verified_by,
        on=row.verified_on,
    )


def mark_words(row: StandardRow) -> str:
    """Return how an unchecked row is known; empty once a person compared it, for then :func:`checked_words` holds."""
    return "" if row.is_checked else term(row.confidence)


def legend_words() -> str:
    """Return what the marks of unchecked rows mean, in one line."""
    parts = [tr("{mark}: {words}", mark=one.value, words=term(one)) for one in Confidence]
    return tr("Marks of rows that are not checked. {marks}", marks=tr("; ").join(parts))


def claim_words(row: StandardRow) -> str:
    """Return what signing a changed row says of the printed text; empty where the project changed nothing."""
    if not row.changed or row.below is None:
        return ""
    claims = [
        tr(
            "{field}: {own}, not {below}",
            field=field_title(name),
            own=field_words(name, _value(row, name)) or "–",
            below=field_words(name, _value(row.below, name)) or "–",
        )
        for name in row.changed
    ]
    return tr(
        "The project changed this row. By signing you state that the printed text says what the project says, not what the program ships: {claims}.",
        claims=tr("; ").join(claims),
    )


def _value(row: StandardRow, name: str) -> Any:
    if name == "ratio_value":
        return row.ratio.value if row.ratio is not None else None
    return getattr(row, name)


def wording_words(row: StandardRow) -> str:
    """Return what the text calls its distance; empty for rows without one."""
    return term(row.wording) if row.radius_m is not None else ""


# -- history --------------------------------------------------------------------------------------------------
def is_standard_setting(name: str) -> bool:
    """Return whether a project setting belongs to the standards."""
    return name.startswith((_ROW, _PROFILE))


def setting_title(name: str) -> str:
    """Return what such a setting is called in the history."""
    if name.startswith(_PROFILE):
        return tr("Imported standard {id}", id=name.removeprefix(_PROFILE))
    code, _, part = name.removeprefix(_ROW).partition(".")
    kind = kind_of(code)
    title = code if kind is None else (kind.zh if is_zh() else kind.en)
    return tr("Row of the standard: {row}", row=f"{title} ({part})" if part else title)


def setting_words(name: str, value: object) -> str:
    """Return such a setting's value in words: what is changed and why, who signed; of a file, its length."""
    text = str(value or "")
    if not text:
        return ""
    if name.startswith(_PROFILE):
        return tr("file of {n} lines", n=f"{text.count(chr(10)) + 1:,}")
    try:
        said = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.MsgspecError:
        return text
    return "\n".join(_said(said))


def _said(said: dict[str, Any]) -> list[str]:
    changes, signatures = said.get("changes") or {}, said.get("signatures") or {}
    lines = [f"{field_title(n)} {field_words(n, v) or '–'}" for n, v in changes.items()]
    if said.get("why"):
        lines.append(tr("Reason: {why}", why=said["why"]))
    lines += [
        tr(
            "Compared with {printed} by {who}, {on}.",
            printed=one.get("printed", ""),
            who=one.get("who", ""),
            on=one.get("on", ""),
        )
        for one in signatures.values()
    ]
    return lines


# -- data -----------------------------------------------------------------------------------------------------
def row_values(standard: StandardProfile, row: StandardRow) -> dict[str, Any]:
    """Return a row as plain values, for the command line and files."""
    ratio = row.ratio
    return {
        "key": row.key,
        "kind": row.kind,
        "title": row_title(row),
        "tier": row.tier,
        "distance_m": row.radius_m,
        "distance_from_m": row.radius_from_m,
        "wording": row.wording.value if row.radius_m is not None else None,
        "minutes": row.minutes,
        "minutes_counted": (
            round(standard.minutes_of(row, row.radius_m), 3) if row.radius_m is not None else None
        ),
        "interval_m": row.interval_m,
        "gfa_m2": row.gfa_m2,
        "site_m2": row.site_m2,
        "ratio": None
        if ratio is None
        else {
            "value": ratio.value,
            "value_to": ratio.value_to,
            "per": ratio.per,
            "unit": ratio.unit.value,
            "basis": ratio.basis.value,
            "by": ratio.by or None,
        },
        "count": row.count,
        "basis": row.basis.value,
        "applies": row.applies.value,
        "list": row.listing.value if row.listing is not None else None,
        "obligation": row.obligation.value,
        "source": row.source,
        "clause": row.clause,
        "confidence": row.confidence.value,
        "level": row.level.value,
        "origin": row.origin,
        "covers": row.below.origin if row.below is not None else None,
        "changed": list(row.changed),
        "why": row.why,
        "is_checked": row.is_checked,
        "checked_by": row.verified_by,
        "checked_on": row.verified_on,
        "compared_with": row.printed,
        "note": row.note,
    }
