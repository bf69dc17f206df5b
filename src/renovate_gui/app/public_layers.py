"""Which layers a public notice may show.

Water, gas, heat and power lines are never public unless somebody says so of a layer (rules of 2003 on publicly shown
maps: exact data of such lines). A base map needs the number of its approval (审图号); without one a notice is a schematic
of our own lines (自然资规〔2023〕2号; workflow notes §7). Nothing here is legal advice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from renovate_gui.assets import tr
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.roles import Role

if TYPE_CHECKING:
    from renovate_gui.store.project import Project

_PREFIX = "public:"
_UTILITIES = re.compile(
    r"管线|管网|给水|供水|排水|污水|燃气|煤气|供电|电力|电缆|热力|供热|通信线|变电|泵站"
    r"|\b(?:gas|water|sewer|power|electric\w*|heating|telecom)[ _-]*(?:main|line|pipe|net\w*|grid|cable)s?\b|pipeline|utilit",
    re.IGNORECASE,
)


def flags(project: Project) -> Mapping[str, bool]:
    """Return what was said of layers, by their uuid."""
    held = project.metas(_PREFIX)
    return {key.removeprefix(_PREFIX): value == "yes" for key, value in held.items()}


def is_public(info: LayerInfo, said: Mapping[str, bool]) -> bool:
    """Return whether a public notice may show a layer: as was said of it, else every layer but lines of supply."""
    source = info.passport.source_name if info.passport is not None else ""
    return said.get(info.uuid, not _UTILITIES.search(f"{info.name} {source}"))


def set_public(project: Project, info: LayerInfo, *, public: bool) -> None:
    """Say whether a public notice may show a layer."""
    title = (
        tr("Let public notices show “{layer}”", layer=info.name)
        if public
        else tr("Keep “{layer}” out of public notices", layer=info.name)
    )
    with project.action(title) as writer:
        writer.set_meta(_PREFIX + info.uuid, "yes" if public else "no")


def withheld(
    layers: Sequence[LayerInfo], said: Mapping[str, bool], *, map_number: str
) -> tuple[LayerInfo, ...]:
    """Return the layers that stay out of a public notice.

    What is counted (buildings, parcels, ways, facilities, the study area) stays in even without a map number: these are
    our own lines, which make the schematic.
    """
    return tuple(
        i for i in layers if not is_public(i, said) or (i.role is Role.BASEMAP and not map_number.strip())
    )
