"""Values in a receiver's fields: bytes, digits, lists; and tables of fields that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.assets import resource_path
from renovate_gui.domain.errors import DataError
from renovate_gui.io.package.officials.fitting import clean, cut_to_bytes, fit, fit_rows
from renovate_gui.io.package.officials.template import FieldRule, read_template

KNOWN = {"facilities.name": "text", "facilities.floor_area_m2": "real", "parcels.use": "text"}
HEAD = "layer,code,name,type,length,decimals,constraint,source,values\n"


def rule(
    kind: str = "text", length: int = 10, decimals: int = 0, constraint: str = "O", **more: object
) -> FieldRule:
    values = more.get("values", {})
    assert isinstance(values, dict)
    return FieldRule("SS", "F", "", kind, length, decimals, constraint, "facilities.name", values, 2)


@given(st.text(max_size=60), st.integers(0, 80), st.sampled_from(["utf-8", "gbk"]))
def test_a_text_is_cut_at_a_character(text: str, length: int, encoding: str) -> None:
    cut = cut_to_bytes(text, length, encoding)
    data = cut.encode(encoding)
    assert len(data) <= length
    assert data.decode(encoding) == cut
    whole = "".join(c if _has(c, encoding) else "?" for c in text)
    assert whole.startswith(cut)
    if len(cut) < len(whole):  # nothing more would have fitted
        assert len(data) + len(whole[len(cut)].encode(encoding)) > length


def _has(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@given(st.text(max_size=40), st.integers(1, 60), st.sampled_from(["utf-8", "gbk"]))
def test_what_is_stored_always_fits(text: str, length: int, encoding: str) -> None:
    fitted = fit(text, rule(length=length), encoding)
    if fitted.value is not None:
        assert len(str(fitted.value).encode(encoding)) <= length
    if not fitted.reason:
        assert (fitted.value or "") == clean(text)


def test_too_long_counts_bytes_of_the_target_encoding() -> None:
    assert fit("石头城养老", rule(length=10), "gbk").reason == ""
    told = fit("石头城养老", rule(length=10), "utf-8")
    assert told.value == "石头城"
    assert "15 bytes" in told.reason


@pytest.mark.parametrize(
    ("value", "asked", "words"),
    [
        (None, rule(constraint="M"), "mandatory"),
        (float("nan"), rule("real", 18, 3, "M"), "mandatory"),
        ("abc", rule("real", 18, 3), "no number"),
        (12.5, rule("integer", 4), "no whole number"),
        (123456, rule("integer", 4), "more digits"),
        (12345.678, rule("real", 8, 3), "more digits"),
        ("在建", rule(values={"1": "现状", "2": "规划"}), "not in the list"),
        ("石é𠮷", rule(), "cannot be written"),
        ("2026-02-30", rule("date"), "no date"),
    ],
)
def test_each_fault_says_why(value: object, asked: FieldRule, words: str) -> None:
    assert words in fit(value, asked, "gbk").reason  # type: ignore[arg-type]


def test_our_word_becomes_the_listed_code_and_a_number_its_decimals() -> None:
    assert fit("规划", rule(values={"1": "现状", "2": "规划"}), "gbk").value == "2"
    assert fit(1234.56789, rule("real", 18, 3), "gbk").value == 1234.568


def test_faults_name_layer_feature_field_and_lead_to_the_feature() -> None:
    _, faults = fit_rows(
        (rule(constraint="M"),), [{"facilities.name": None}], ["点 3"], [("layer:7", 3)], {}, "gbk"
    )
    assert faults[0].blocks
    assert faults[0].ref == ("layer:7", 3)
    assert "SS, 点 3: F" in faults[0].words


def test_what_the_sender_states_is_missed_once_not_per_feature() -> None:
    asked = FieldRule("SS", "XZQHDM", "", "text", 12, 0, "M", "given", {}, 2)
    rows = [{"facilities.name": "a"}] * 3
    names, refs = ["a"] * 3, [("layer:7", 1)] * 3
    _, faults = fit_rows((asked,), rows, names, refs, {}, "gbk")
    assert [f.words for f in faults] == ["SS: XZQHDM is mandatory and empty."]
    stored, none = fit_rows((asked,), rows, names, refs, {"XZQHDM": "320106"}, "gbk")
    assert stored == (("320106",),) * 3
    assert none == ()


@pytest.mark.parametrize("name", ["rg", "kjghyd"])
def test_the_tables_that_come_with_the_program_are_sound(name: str) -> None:
    from renovate_gui.app.official_rows import FIELDS

    assert read_template(resource_path(f"receivers/{name}.csv"), FIELDS).rules


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("SS,SSMC,x,Text,50,,M,facilities.colour,", "facilities.name"),
        ("SS,SSMC,x,Texte,50,,M,facilities.name,", "Texte"),
        ("SS,SSMC,x,Text,0,,M,facilities.name,", "length"),
        ("SS,SSMC,x,Text,viel,,M,facilities.name,", "no number"),
        ("SS,SSMC,x,Double,18,,M,facilities.name,", "type"),
        ("SS,JZMJ,x,Double,5,4,M,facilities.floor_area_m2,", "decimals"),
        ("SS,SSMC,x,Text,50,,X,facilities.name,", "M, O or C"),
        ("SS,设施,x,Text,50,,M,facilities.name,", "no name"),
        ("SS,SSMC,x,Text,50,,M,given,", "a layer of ours"),
    ],
)
def test_a_table_that_cannot_be_is_told_with_file_line_and_field(
    tmp_path: Path, row: str, words: str
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"# encoding: GBK\n\n{HEAD}{row}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"mine\.csv, line 4, field ") as caught:
        read_template(path, KNOWN)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=300))
def test_any_file_is_a_table_or_one_sentence(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("t") / "any.csv"
    path.write_bytes(data)
    with pytest.raises(DataError) as caught:
        read_template(path, KNOWN)
    assert "\n" not in str(caught.value)
