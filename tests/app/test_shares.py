"""One rule for percentages: a decimal for the planner, none in what is given away, and never a rounded-away person."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.app.shares import per_cent, percent


@pytest.mark.parametrize(
    ("share", "fine", "coarse"),
    [
        (0.0, "0 %", "0 %"),
        (1.0, "100 %", "100 %"),
        (0.225, "22.5 %", "22 %"),
        (0.3, "30.0 %", "30 %"),
        (0.0002, "< 0.1 %", "< 1 %"),
        (0.9998, "> 99.9 %", "> 99 %"),
        (math.nan, "–", "–"),
    ],
)
def test_shares_read_alike(share: float, fine: str, coarse: str) -> None:
    assert (percent(share), percent(share, is_coarse=True)) == (fine, coarse)


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.booleans())
def test_nobody_and_everybody_are_said_only_of_nobody_and_everybody(
    part: int, rest: int, coarse: bool
) -> None:
    words = per_cent(part / (part + rest), is_coarse=coarse)
    assert (float(words.strip("<> ")) == 0.0) == (part == 0)
    assert words not in ("100", "100.0")
