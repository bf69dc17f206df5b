"""The fields of a changed object in words, before and after: what the history, comparing and merging show."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from renovate_gui.app.figure_words import number_titles
from renovate_gui.app.people import SETTING as PEOPLE
from renovate_gui.app.shape_words import shape_words
from renovate_gui.app.standard_words import is_standard_setting, setting_title, setting_words
from renovate_gui.app.style_words import style_words
from renovate_gui.app.terms import term
from renovate_gui.app.value_words import part_words, value_words
from renovate_gui.assets import tr
from renovate_gui.domain.difference import FieldChange, ObjectChange, ObjectKind
from renovate_gui.domain.facility import AgeBasis

GEOMETRY = "geometry"
PICTURE = "data"
_KEPT_PARAMETERS = "parameters."


class FieldWords(NamedTuple):
    """One line of a comparison: what it is, how it was, how it is; an empty text where nothing is set."""

    label: str
    before: str
    after: str


def field_words(
    change: ObjectChange, crs: str = "", field_map: Mapping[str, str] | None = None
) -> tuple[FieldWords, ...]:
    """Return what is different about an object, in the reader's words.

    Parameters
    ----------
    change
        The object's change.
    crs
        CRS of its geometries; lengths and areas are measured on the ellipsoid.
    field_map
        For a feature: what the columns of its layer mean, role field → column.
    """
    lines = [FieldWords(*words) for words in shape_words(change.before, change.after, crs)]
    meanings = {column: name for name, column in (field_map or {}).items()}
    for item in change.fields:
        if change.what is ObjectKind.PHOTO and item.name == PICTURE:
            lines.append(FieldWords(tr("Picture"), "", tr("another picture")))
        elif item.name != GEOMETRY:
            lines += _lines(change.what, item, meanings)
    return tuple(line for line in lines if line.before != line.after)


def object_title(change: ObjectChange) -> str:
    """Return what a person calls the object, also where it has no name of its own."""
    if change.what is ObjectKind.SETTING:
        return _label(change.what, change.title)
    return change.title or tr("(no name)")


def _lines(what: ObjectKind, item: FieldChange, meanings: Mapping[str, str]) -> list[FieldWords]:
    if what is ObjectKind.LAYER and item.name == "style":
        return [FieldWords(*w) for w in style_words(item.before, item.after)]
    if what is ObjectKind.LAYER and item.name == "passport":
        return _parts(item, _PASSPORT)
    if what is ObjectKind.LAYER and item.name == "field_map":
        return _parts(item, None, lambda name: tr("Column of “{field}”", field=field_title(name)))
    if what is ObjectKind.PROPOSAL and item.name == "governance":
        return _parts(item, _GOVERNANCE)
    if what is ObjectKind.SETTING and item.name.startswith((_KEPT_PARAMETERS, PEOPLE)):
        is_people = item.name == PEOPLE
        return _parts(_totals_apart(item), None, _totals_title) if is_people else _parts(item, _PARAMETERS)
    label = _feature_label(item.name, meanings) if what is ObjectKind.FEATURE else _label(what, item.name)
    is_standard = what is ObjectKind.SETTING and is_standard_setting(item.name)
    before, after = (
        setting_words(item.name, v) if is_standard else value_words(what, item.name, v)
        for v in (item.before, item.after)
    )
    return [FieldWords(label, before, after)]


def _parts(
    item: FieldChange,
    titles: Callable[[], Mapping[str, str]] | None,
    title: Callable[[str], str] = str,
) -> list[FieldWords]:
    """Return the members of a value that is itself made of named values; without titles every member, else the named."""
    before, after = _mapping(item.before), _mapping(item.after)
    known = titles() if titles is not None else {}
    names = [n for n in known if n in before or n in after] or list(dict.fromkeys([*before, *after]))
    return [
        FieldWords(known.get(n) or title(n), part_words(n, before.get(n)), part_words(n, after.get(n)))
        for n in names
        if before.get(n) != after.get(n)
    ]


def _mapping(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return dict(value) if isinstance(value, Mapping) else {}


# -- labels ---------------------------------------------------------------------------------------------------
def field_title(name: str) -> str:
    """Return the words of a role's field."""
    ages = {a.value for a in AgeBasis}
    if name in ages:
        return term(AgeBasis(name))
    words = {
        "code": tr("Code"),
        "name": tr("Name"),
        "use": tr("Use"),
        "floors": tr("Floors"),
        "floor_area_m2": tr("Floor area, m²"),
        "site_area_m2": tr("Site area, m²"),
        "waste_sorting": tr("Household waste is sorted"),
        "year": tr("Year built"),
        "kind": tr("Kind of facility"),
        "capacity": tr("Capacity"),
        "status": tr("Status"),
        "way": tr("Kind of way"),
        "length_m": tr("Length, m"),
        "grade": tr("Slope"),
        "hours": tr("Opening hours"),
        "category": tr("Category"),
        "weight": tr("Weight"),
        "date": tr("Date"),
        "text": tr("Text"),
        "worker": tr("Grid worker"),
        "role": tr("Role"),
        "height_m": tr("Height, m"),
    }
    return words.get(name, name)


def _feature_label(column: str, meanings: Mapping[str, str]) -> str:
    """Return what a column means, and its own name where that says something else."""
    if column not in meanings:
        return column
    title = field_title(meanings[column])
    return (
        title
        if title.casefold() == column.casefold()
        else tr("{meaning} ({column})", meaning=title, column=column)
    )


def _label(what: ObjectKind, name: str) -> str:
    if what is ObjectKind.SETTING:
        return setting_title(name) if is_standard_setting(name) else _SETTINGS().get(name, name)
    return _LABELS.get(what, dict)().get(name, name)


def _proposal_labels() -> dict[str, str]:
    return {
        "number": tr("Number"),
        "title": tr("Title"),
        "category": tr("Action category"),
        "tier": tr("Renewal tier"),
        "kind": tr("Measure type"),
        "description": tr("Description"),
        "cost": tr("Cost in yuan"),
        "funds": tr("Funds"),
        "capacity": tr("Capacity (places)"),
        "priority": tr("Priority"),
        "status": tr("Status"),
        "responsible": tr("Responsible professional"),
        "answers": tr("Demands it answers"),
        "affected": tr("Who is affected"),
        "cost_assumed": tr("Cost that was assumed"),
    }


def _layer_labels() -> dict[str, str]:
    return {
        "name": tr("Name"),
        "role": tr("Role"),
        "slot": tr("Group"),
        "position": tr("Place in its group"),
        "visible": tr("On the map"),
        "geometry_type": tr("Kind of shapes"),
        "feature_count": tr("Features"),
        "source_crs": tr("Coordinate system"),
        "datum": tr("Datum"),
        "attribution": tr("Source to be named"),
    }


_LABELS: dict[ObjectKind, Callable[[], dict[str, str]]] = {
    ObjectKind.PROPOSAL: _proposal_labels,
    ObjectKind.NOTE: lambda: {"text": tr("Text"), "number": tr("Number")},
    ObjectKind.LAYER: _layer_labels,
    ObjectKind.PHOTO: lambda: {
        "caption": tr("Caption"),
        "name": tr("File name"),
        "position": tr("Place in the row"),
        "proposal": tr("Belongs to"),
    },
    ObjectKind.REPLY: lambda: {
        "created_at": tr("Written"),
        "wish": tr("Wishes the renewal"),
        "building": tr("Building"),
        "source": tr("File"),
        "answers": tr("Answers"),
    },
    ObjectKind.FIGURE: number_titles,
    ObjectKind.SCENARIO: lambda: {
        "name": tr("Name"),
        "note": tr("Remark"),
        "members": tr("Proposals"),
        "locked_at": tr("Locked"),
        "locked_by": tr("Locked by"),
        "locked_why": tr("Why locked"),
        "seal": tr("Seal"),
    },
    ObjectKind.PACKAGE: lambda: {
        "version": tr("Version of the package"),
        "name": tr("Name"),
        "seal": tr("Seal"),
        "created": tr("Exported"),
        "distribution": tr("For whom"),
        "reply_until": tr("Replies until"),
        "proposals": tr("Proposals"),
    },
}


def _SETTINGS() -> dict[str, str]:  # noqa: N802  a table that is made anew in each language
    return {
        "title": tr("Title"),
        "crs": tr("Coordinate system"),
        "standard": tr("Standard"),
        "language": tr("Language"),
        "parameters.gaps": tr("How gaps are judged"),
        "parameters.heat": tr("How needs are mapped"),
        PEOPLE: tr("Residents estimated from totals"),
    }


def _GOVERNANCE() -> dict[str, str]:  # noqa: N802
    return {"operator": tr("Run by"), "rule": tr("Rule of use"), "fee": tr("Fee"), "upkeep": tr("Upkeep")}


def _PASSPORT() -> dict[str, str]:  # noqa: N802
    return {
        "source_name": tr("Source file"),
        "source_layer": tr("Layer in the file"),
        "encoding": tr("Encoding"),
        "crs": tr("Coordinate system"),
        "conversion": tr("Conversion"),
        "rows_read": tr("Rows read"),
        "rows_refused": tr("Rows refused"),
        "repairs": tr("Repaired shapes"),
    }


def _totals_apart(item: FieldChange) -> FieldChange:
    """Return totals of residents with their age groups beside what else is said of them."""

    def apart(value: Any) -> dict[str, Any]:
        said = _mapping(value)
        return {**_mapping(said.pop("people", None)), **{k: v for k, v in said.items() if v}}

    return FieldChange(item.name, apart(item.before), apart(item.after))


def _totals_title(name: str) -> str:
    words = {
        "layer": tr("Totals from"),
        "area": tr("Who is counted"),
        "whole": tr("Whole people in every building"),
    }
    return words.get(name) or field_title(name)


def _PARAMETERS() -> dict[str, str]:  # noqa: N802
    return {
        "measure": tr("Measure of distance"),
        "walker": tr("Walker"),
        "with_proposals": tr("Count the proposals"),
        "area": tr("Who is counted"),
        "limits": tr("Own distances"),
        "bandwidth_m": tr("Bandwidth"),
        "without": tr("Left out"),
    }
