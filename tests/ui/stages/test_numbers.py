"""Numbers read the same everywhere, and money is exact."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.ui.stages import numbers
from renovate_gui.ui.stages.import_table import typed_crs


def test_share_never_rounds_somebody_away():
    assert numbers.share(1, 10_000) == "< 0.1"
    assert numbers.share(9_999, 10_000) == "> 99.9"
    assert numbers.share(225, 1000) == "22.5"
    assert numbers.share(0, 1000) == "0"
    assert numbers.share(1000, 1000) == "100"
    assert numbers.share(3, 0) == "–"


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_share_says_zero_only_for_nobody_and_all_only_for_everybody(part, rest):
    total = part + rest
    assert (numbers.share(part, total) == "0") == (part == 0)
    assert numbers.share(part, total) != "100"


@given(st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False, allow_infinity=False))
def test_money_survives_being_shown_and_typed(amount):
    assert numbers.parse_money(numbers.money(amount)) == amount


def test_money_understands_how_people_write_it():
    assert numbers.parse_money("35万") == Decimal(350000)
    assert numbers.parse_money(" ￥1,200.50 元") == Decimal("1200.50")
    assert numbers.parse_money("") is None


@pytest.mark.parametrize("words", ["abc", "-5", "1e400", "NaN", "Infinity", "99999999999999"])
def test_money_refuses_what_is_no_amount(words):
    with pytest.raises(ValueError):
        numbers.parse_money(words)


def test_distances_say_unreachable_and_unknown_in_words():
    assert numbers.metres(760.4) == "760 m"
    assert numbers.metres(math.inf) == "no way"
    assert numbers.metres(math.nan) == "unknown"


def test_differences_carry_their_sign():
    assert numbers.signed(2140) == "+2,140"
    assert numbers.signed(-3) == "−3"
    assert numbers.signed(0) == "0"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("4545", "EPSG:4545"),
        ("epsg:4490", "EPSG:4490"),
        (" EPSG: 32628 ", "EPSG:32628"),
        ("Xian", ""),
        ("", ""),
    ],
)
def test_typed_coordinate_systems(words, code):
    assert typed_crs(words) == code
