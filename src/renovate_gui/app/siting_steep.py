"""How steep the ground is where something could stand, and candidates that are too steep left out."""

from __future__ import annotations

import numpy as np
import shapely

from renovate_gui.app.gap_frozen import Frozen
from renovate_gui.app.siting_candidates import Candidates
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.geo.heights import HeightModel

_STEP_M = 10.0
"""The slope is taken over twenty metres, about the length of a building."""


def not_steep(candidates: Candidates, frozen: Frozen, steepest: float | None) -> Candidates:
    """Return the candidates on ground that is not too steep; where no height is known nothing is ruled out."""
    if steepest is None:
        return candidates
    model = _model(frozen)
    if model is None:
        raise RequestError(tr("Steep ground can't be ruled out: neither the ways nor a layer have heights."))
    xy = shapely.get_coordinates(candidates.points)
    step_x, step_y = np.array([_STEP_M, 0.0]), np.array([0.0, _STEP_M])
    east = model.at(xy + step_x) - model.at(xy - step_x)
    north = model.at(xy + step_y) - model.at(xy - step_y)
    grade = np.hypot(east, north) / (2 * _STEP_M)
    left = candidates.only(~(grade > steepest))
    if len(left) == 0:
        raise RequestError(
            tr(
                "All {n} candidate places stand on ground steeper than {grade} %; allow steeper ground.",
                n=f"{len(candidates):,}",
                grade=f"{100 * steepest:g}",
            )
        )
    return left


def _model(frozen: Frozen) -> HeightModel | None:
    """Return heights of the layers of heights, else of the ways themselves."""
    if frozen.ground.model is not None or frozen.ways is None:
        return frozen.ground.model
    lines = frozen.ways.existing
    z = shapely.get_coordinates(lines, include_z=True)[:, 2]
    return HeightModel.from_lines_z(lines) if np.any(np.nan_to_num(z)) else None
