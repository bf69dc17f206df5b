"""Shares as they read everywhere: one decimal for those who work with them, whole per cent in what is given away.

A tenth of a per cent of some hundred people is a person or two. It is a house that the planner looks for; in a package
it would tell how many the counts beside it call "fewer than 5", so there it is left out.
"""

from __future__ import annotations

import math


def per_cent(share: float, *, is_coarse: bool = False) -> str:
    """Return a share without its sign: ``22.5``; neither 0 nor 100 unless it is exactly so.

    Parameters
    ----------
    share
        0 … 1; NaN gives a dash.
    is_coarse
        Whether whole per cent must do, because few people could be told from a decimal.
    """
    if not math.isfinite(share):
        return "–"
    if share in (0.0, 1.0):
        return f"{100 * share:.0f}"
    digits, step = (0, 1.0) if is_coarse else (1, 0.1)
    value = 100.0 * share
    if 0.0 < value < step / 2:
        return f"< {step:g}"
    if 100.0 - step / 2 <= value < 100.0:
        return f"> {100.0 - step:g}"
    return f"{value:.{digits}f}"


def percent(share: float, *, is_coarse: bool = False) -> str:
    """Return a share with its sign, a space between: ``22.5 %``; a dash alone where there is none."""
    words = per_cent(share, is_coarse=is_coarse)
    return words if words == "–" else f"{words} %"
