from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from renovate_gui.ui.table_model import Column, TableModel, cell_words, parse_cell, sort_order


def model_of(numbers, texts):
    model = TableModel()
    column = np.empty(len(texts), dtype=object)
    column[:] = texts
    model.set_content(
        np.arange(1, len(texts) + 1),
        [Column("n", np.array(numbers, dtype=float), True), Column("t", column, True)],
    )
    return model


@given(st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(float("nan"))), max_size=30), st.booleans())
def test_sorting_numbers_puts_missing_last(values, is_descending):
    array = np.array(values, dtype=float)
    ordered = array[sort_order(array, is_descending=is_descending)]
    known = ordered[~np.isnan(ordered)]
    steps = np.diff(known)
    assert (steps <= 0).all() if is_descending else (steps >= 0).all()
    assert np.isnan(ordered[len(known) :]).all()


def test_sorting_texts_ignores_case_and_is_stable(qapp):
    model = model_of([1, 2, 3, 4], ["b", "A", None, "a"])
    model.sort(1)
    assert [model.feature_id(r) for r in range(4)] == [2, 4, 1, 3]
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert [model.feature_id(r) for r in range(4)] == [1, 2, 4, 3]


def test_filter_finds_texts_and_numbers_and_keeps_the_order(qapp):
    model = model_of([10, 250, 30], ["Alpha", "beta", "ALPS"])
    model.set_filter("al")
    assert [model.feature_id(r) for r in range(model.rowCount())] == [1, 3]
    model.set_filter("25")
    assert [model.feature_id(r) for r in range(model.rowCount())] == [2]
    model.set_filter("")
    assert model.rowCount() == 3


def test_rows_of_features_after_sorting(qapp):
    model = model_of([3, 1, 2], ["a", "b", "c"])
    model.sort(0)
    assert model.rows_of((1, 2, 99)) == [2, 0]


def test_editing_asks_and_refuses_nonsense(qapp):
    model = model_of([3, 1], ["a", "b"])
    asked = []
    model.edited.connect(lambda *what: asked.append(what))
    assert model.setData(model.index(1, 0), "7.5")
    assert not model.setData(model.index(1, 0), "seven")
    assert model.setData(model.index(0, 1), "a")  # unchanged: nothing to store
    assert asked == [(2, "n", 7.5)]


def test_hundred_thousand_rows_sort_and_answer_quickly(qapp):
    rng = np.random.default_rng(1)
    texts = np.array([f"name {i % 977}" for i in range(100_000)], dtype=object)
    model = TableModel()
    model.set_content(np.arange(100_000), [Column("v", rng.random(100_000)), Column("t", texts)])
    model.sort(0)
    values = [float(model.columns[0].values[model.feature_id(r)]) for r in (0, 50_000, 99_999)]
    assert values == sorted(values)
    model.sort(1)
    model.set_filter("name 12")
    assert 0 < model.rowCount() < 100_000


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, ""), (float("nan"), ""), (3.0, "3"), (2.5, "2.5"), (float("inf"), "∞"), ("x", "x")],
)
def test_cell_words(value, words):
    assert cell_words(value) == words


def test_parse_cell():
    assert parse_cell(" 1,200 ", is_number=True) == 1200
    assert parse_cell("", is_number=True) is None
    with pytest.raises(ValueError, match="inf"):
        parse_cell("inf", is_number=True)
