"""Parts of a reply from photographed codes: joined in any order, the missing ones named, never mixed."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.assets import set_language
from renovate_gui.io.qr_series import is_part, join_parts, parts_in

LETTERS = "abcXYZ019-_"


def parts_of(packed: str, count: int) -> list[str]:
    """Cut as the page does."""
    name = hashlib.sha256(packed.encode()).hexdigest()[:8]
    size = -(-len(packed) // count)
    return [f"RGQ2:{name}:{i + 1}/{count}:{packed[i * size : (i + 1) * size]}" for i in range(count)]


@given(st.text(LETTERS, min_size=20, max_size=400), st.integers(1, 5), st.randoms())
def test_any_order_and_any_repetition_gives_the_text(body: str, count: int, random: object) -> None:
    shown = parts_of("z" + body, count)
    seen = [*shown, *shown[:2]]
    random.shuffle(seen)  # type: ignore[attr-defined]
    (series,) = join_parts(seen)
    assert series.text == f"renovate-gui-reply:2z:{body}:end"
    assert series.reason() == ""
    assert all(is_part(p) for p in shown)


@given(st.lists(st.booleans(), min_size=2, max_size=8).filter(lambda kept: any(kept) and not all(kept)))
def test_what_is_missing_is_named(kept: list[bool]) -> None:
    shown = parts_of("p" + "a" * 100, len(kept))
    (series,) = join_parts([p for p, is_kept in zip(shown, kept, strict=True) if is_kept])
    assert series.missing == tuple(n + 1 for n, is_kept in enumerate(kept) if not is_kept)
    assert series.text == ""
    for number in series.missing:
        assert str(number) in series.reason()
    assert "\n" not in series.reason()


def test_two_replies_in_one_heap_are_kept_apart() -> None:
    one, two = parts_of("z" + "a" * 90, 3), parts_of("z" + "b" * 90, 3)
    first, second = join_parts([two[2], one[0], two[0], one[2], two[1]])
    assert first.text == f"renovate-gui-reply:2z:{'b' * 90}:end"
    assert second.missing == (2,)


def test_a_part_read_wrongly_is_noticed() -> None:
    shown = parts_of("z" + "a" * 90, 3)
    wrong = shown[1].replace("aaaa", "aaab")
    for seen in ([shown[0], wrong, shown[2]], [*shown, wrong]):
        (series,) = join_parts(seen)
        assert series.is_damaged
        assert series.text == ""
        assert "again" in series.reason()
    set_language("zh_CN")
    assert "重新拍照" in series.reason()


@pytest.mark.parametrize(
    "text",
    ["", "https://example.org", "RGQ2:0123abcd:0/2:aaa", "RGQ2:0123abcd:3/2:aaa", "RGQ2:0123abcd:1/2:", "RGQ2:XYZ:1/1:a", "RGQ2:0123abcd:1/2:a b"],
)  # fmt: skip
def test_other_codes_are_left_out(text: str) -> None:
    assert join_parts([text]) == ()


def test_a_picture_without_codes_gives_nothing() -> None:
    assert parts_in(np.full((60, 80), 255, np.uint8)) == ()
