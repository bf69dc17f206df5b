"""``standards`` as scripts see it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from renovate_gui.app.session import Session
from renovate_gui.bootstrap import run


@pytest.fixture(autouse=True)
def _speak_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENOVATE_LANG", "en")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "甲.gpkg"
    Session.create(path, title="甲", crs="EPSG:4545").close()
    return path


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert run(["standards", *map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert run(["standards", *map(str, arguments)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.count("\n") == 1
    return said


def test_show_edit_sign_and_take_back(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = call(capsys, path)
    rows = {r["key"]: r for r in shown["rows"]}
    assert shown["standard"] == "cn-gb50180-2018"
    assert [layer["level"] for layer in shown["layers"]] == ["national", "national", "project"]
    assert (rows["childcare"]["distance_m"], rows["childcare"]["minutes_counted"]) == (300, 5)
    assert rows["childcare.places"]["ratio"]["value"] == 4.5
    assert not any(r["is_checked"] for r in shown["rows"])
    (row,) = call(
        capsys,
        path,
        "edit",
        "elderly_day_care",
        "--set",
        "radius_m=250",
        "--set",
        "gfa_m2=300:",
        "--why",
        "x",
    )["rows"]
    assert (row["distance_m"], row["gfa_m2"], row["level"], row["covers"]) == (
        250, [300, None], "project", "cn-gb50180-2018",
    )  # fmt: skip
    signing = ("sign", "elderly_day_care", "--by", "Li", "--printed", "Book", "--on", "2026-11-02")
    said = refused(capsys, path, *signing)  # the row is not what the standard came with
    assert "250" in said
    assert "300" in said
    assert said.endswith("If the printed text says so, add --yes.\n")
    unsigned = {r["key"] for r in call(capsys, path, "show", "--unchecked")["rows"]}
    assert "elderly_day_care" in unsigned
    (row,) = call(capsys, path, *signing, "--yes")["rows"]
    assert (row["is_checked"], row["checked_by"], row["checked_on"], row["compared_with"]) == (
        True, "Li", "2026-11-02", "Book",
    )  # fmt: skip
    assert "elderly_day_care" not in {r["key"] for r in call(capsys, path, "show", "--unchecked")["rows"]}
    (row,) = call(capsys, path, "reset", "elderly_day_care")["rows"]
    assert (row["distance_m"], row["is_checked"]) == (300, False)


def test_a_whole_number_field_takes_the_number_a_script_writes(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (row,) = call(capsys, path, "edit", "childcare", "--set", "count=2", "--why", "x")["rows"]
    assert row["count"] == 2
    (row,) = call(capsys, path, "edit", "childcare", "--set", "count=", "--why", "y")["rows"]
    assert row["count"] is None


def test_a_row_as_it_came_is_signed_without_asking(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = call(capsys, path, "sign", "childcare", "--by", "Li", "--printed", "Book")["rows"]
    assert row["is_checked"]


def test_import_choose_and_list(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "市.toml"
    own.write_text(
        'schema = 2\nid = "our-city"\nzh = "我市"\nen = "Our city"\nsource = "rules"\nlevel = "city"\n'
        'extends = "cn-gb50180-2018"\n[[row]]\nkind = "market"\ntier = "c10"\nradius_m = 600\n'
        'basis = "residents"\nobligation = "must"\nconfidence = "S"\n',
        encoding="utf-8",
    )
    assert call(capsys, path, "import", own)["imported"] == "our-city"
    listed = {s["id"]: s for s in call(capsys, path, "choose", "our-city")["standards"]}
    assert listed["our-city"]["is_chosen"]
    assert listed["our-city"]["is_imported"]
    assert not listed["us-10min-walk"]["is_imported"]
    assert call(capsys, path, "show", "market")["rows"][0]["distance_m"] == 600
    own.write_text(own.read_text(encoding="utf-8").replace("radius_m", "radius"), encoding="utf-8")
    assert "市.toml, row 1 (market): radius: is no key here; did you mean “radius_m”?" in refused(
        capsys, path, "import", own
    )
    assert "nothing.toml" in refused(capsys, path, "import", tmp_path / "nothing.toml")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("edit",), "Name the row"),
        (("edit", "childcare", "--why", "x"), "Say what to change"),
        (("edit", "childcare", "--set", "radius_m", "--why", "x"), "is not FIELD=VALUE"),
        (("edit", "childcare", "--set", "radius_m=0", "--why", "x"), "Distance must be a number above 0"),
        (("edit", "childcare", "--set", "radius_m=9"), "Say why"),
        (("sign", "childcare", "--by", "Li", "--printed", "B", "--on", "soon"), "is no day"),
        (("choose", "atlantis"), "no standard “atlantis”"),
        (("frobnicate",), "frobnicate"),
    ],
)
def test_a_wrong_request_is_one_line(
    path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert words in refused(capsys, path, *arguments)
