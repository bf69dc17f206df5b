"""Opening hours as people write them."""

from __future__ import annotations

from datetime import time

import pytest

from renovate_gui.analysis.opening import Readable, read_hours


@pytest.mark.parametrize(
    "text",
    [
        "06:00-22:00",
        "6:00–22:00",
        "6:00－22:00",
        "6：00～22：00",
        "06:00 至 22:00",
        "6时-22时",
        "6点到22点",
        "Mo-Su 06:00-22:00",
        "每天6:00—22:00",
        "6:00-22:00;PH off",
        "06.00-22.00",
    ],
)
def test_day_hours_are_read_however_they_are_written(text):
    hours = read_hours(text)
    assert hours.readable is Readable.READ
    assert [hours.is_open(time(h, m)) for h, m in ((5, 59), (6, 0), (21, 59), (22, 0))] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("text", ["24/7", "全天", "24小时", "00:00-24:00", "全天开放"])
def test_always_is_always(text):
    assert read_hours(text).readable is Readable.ALWAYS
    assert read_hours(text).is_open(time(3, 0))


def test_hours_past_midnight_and_with_a_pause():
    night = read_hours("22:00-次日6:00")
    assert [night.is_open(time(h)) for h in (23, 5, 12)] == [True, True, False]
    pause = read_hours("8:30-11:30, 14时-17时半")
    assert [pause.is_open(time(h, 15)) for h in (8, 9, 12, 14, 17, 18)] == [
        False,
        True,
        False,
        True,
        True,
        False,
    ]


def test_what_cannot_be_read_counts_as_open_and_says_so():
    odd = read_hours("问物业")
    assert odd.readable is Readable.UNREADABLE
    assert odd.is_open(time(3, 0))
    assert read_hours("25:70-99:00").readable is Readable.UNREADABLE


@pytest.mark.parametrize("text", ["closed", "停用", " off "])
def test_out_of_service_is_never_open(text):
    assert not any(read_hours(text).is_open(time(h)) for h in range(24))


def test_nothing_written_is_nothing_known():
    assert read_hours("  ") is None
