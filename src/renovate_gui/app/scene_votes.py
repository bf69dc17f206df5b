"""How far a vote has come, building by building, as a part of the map."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from renovate_gui.app.gap_inputs import text_of
from renovate_gui.app.night import dark_ground, dark_symbol
from renovate_gui.app.scene_parts import Look, legend_of, plain, shape_of
from renovate_gui.app.voting_records import Ballot
from renovate_gui.app.voting_register import flat_key
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import Role
from renovate_gui.domain.scene import SceneLayer
from renovate_gui.domain.style import Hatch, Symbol

if TYPE_CHECKING:
    from renovate_gui.app.session import Session

REACHED, SOME, NOBODY, OUTSIDE = range(4)

# lightness orders them for the copier; the hatch tells what is under way
_SYMBOLS = (
    Symbol(fill="#007A5E", stroke="#FFFFFF", stroke_px=0.7),
    Symbol(fill="#F0B23A", stroke="#FFFFFF", stroke_px=0.7, hatch=Hatch.DIAGONAL, hatch_colour="#FFF6DC"),
    Symbol(fill="#FFFFFF", stroke="#D55E00", stroke_px=1.2),
    Symbol(fill="#F1F0EC", stroke="#CFD3DA", stroke_px=0.7, opacity=0.8),
)


@dataclass(frozen=True, slots=True)
class Turnout:
    """The buildings of a layer by how far a vote has come in them.

    Attributes
    ----------
    classes
        Pairs of a feature's id and its class; features that are not named are outside the vote.
    unmatched
        Buildings of the register that the map does not know by name or code.
    """

    layer_id: LayerId
    ballot: str
    title: str
    classes: tuple[tuple[int, int], ...]
    unmatched: tuple[str, ...]


def turnout_of(session: Session, ballot: Ballot) -> Turnout:
    """Match buildings of the register to the map by name or code; raise RequestError when the map has none."""
    layers = session.layers.of_role(Role.BUILDINGS)
    if not layers:
        raise RequestError(tr("There is no layer of buildings on the map."))
    standing = session.voting.standing(ballot)
    wanted = {flat_key(g[0]): g for g in standing.blocks}
    found = max((_matched(session, info, wanted) for info in layers), key=lambda m: len(m[1]))
    info, matched = found
    classes = []
    for feature, key in matched:
        part = standing.blocks[wanted[key]]
        if standing.has_quorum(wanted[key]):
            classes.append((feature, REACHED))
        else:
            classes.append((feature, SOME if part.took_part.heads else NOBODY))
    seen = {key for _, key in matched}
    missing = tuple(g[0] for key, g in wanted.items() if key not in seen)
    return Turnout(info.id, str(ballot.uuid), ballot.title, tuple(classes), missing)


def _matched(
    session: Session, info: LayerInfo, wanted: dict[tuple[str, ...], tuple[str, str]]
) -> tuple[LayerInfo, list[tuple[int, tuple[str, ...]]]]:
    table = session.layers.table(info.id)
    best: list[tuple[int, tuple[str, ...]]] = []
    for name in ("name", "code"):
        column = session.layers.field(info.id, name)
        if column is None:
            continue
        keys = [flat_key(text_of(v)) for v in column]
        rows = [(int(i), k) for i, k in zip(table.ids, keys, strict=True) if k in wanted]
        best = max(best, rows, key=len)
    return info, best


def turnout_part(
    turnout: Turnout, info: LayerInfo, table: LayerTable, *, version: int, is_dark: bool
) -> SceneLayer:
    """Return the buildings coloured by how far the vote has come in each."""
    look: Look = dark_symbol if is_dark else plain
    quiet: Look = dark_ground if is_dark else plain
    nobody = _SYMBOLS[NOBODY] if not is_dark else replace(_SYMBOLS[NOBODY], fill="#2A3440")
    symbols = (look(_SYMBOLS[REACHED]), look(_SYMBOLS[SOME]), nobody, quiet(_SYMBOLS[OUTSIDE]))
    numbers = np.full(len(table), OUTSIDE, dtype=np.int16)
    given = dict(turnout.classes)
    for row, feature in enumerate(table.ids):
        numbers[row] = given.get(int(feature), OUTSIDE)
    words = [
        tr("As many as the rule asks for"),
        tr("Some have voted"),
        tr("Nobody has voted"),
        tr("Not in this vote"),
    ]
    return SceneLayer(
        key="gap:votes",
        title=tr("Vote: {title}", title=turnout.title),
        version=version,
        ids=table.ids,
        geometry=table.geometry,
        class_of=numbers,
        symbols=symbols,
        legend=legend_of(words, symbols, numbers, shape_of(info)),
    )
