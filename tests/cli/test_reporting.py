"""``report`` as scripts see it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from renovate_gui.bootstrap import run

pytestmark = pytest.mark.usefixtures("speaks_english")


@pytest.fixture
def path(homes_in_a_row: Path) -> Path:
    """Return the homes and the day care at one end."""
    return homes_in_a_row


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert run(["report", *map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_values_of_today_and_with_the_proposals(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    today, planned = call(capsys, path), call(capsys, path, "--with-proposals")
    assert today["remarks"] == ["There is no walking network: gaps are measured in a straight line."]
    assert (today["measure"], planned["measure"]) == ("circle", "circle")
    for one in today["statements"]:
        assert "Measured in a straight line: there is no walking network." in one["sentence"]
        assert one["measure"] == "in a straight line, there being no walking network"
    assert (today["statements"][0]["served"], planned["statements"][0]["served"]) == (0, 5)
    assert [i["code"] for i in today["indicators"]][:3] == ["3.1.1", "3.1.2", "3.1.3"]
    assert today["indicators"][7]["missing"] == "Cannot be computed: a walking network is missing."


@pytest.mark.usefixtures("qapp")  # pages are painted
def test_a_page_a_sheet_and_values_on_disk(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("r.pdf", "r.xlsx", "r.json"):
        assert run(["report", str(path), "--out", str(tmp_path / name)]) == 0
        assert (tmp_path / name).stat().st_size > 500
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["standard"] == "cn-gb50180-2018"
    capsys.readouterr()
    assert run(["report", str(path)]) == 0
    said = capsys.readouterr().out
    assert "3.2.9  Communities that do not sort household waste: –" in said
    assert "Reference value, not checked against the printed text." in said


def test_a_command_that_asks_for_a_network_names_what_to_do_instead(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["analyze", str(path)]) == 2
    assert "--measure circle" in capsys.readouterr().err
    assert run(["analyze", str(path), "--measure", "circle", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert "Measured in a straight line: there is no walking network." in json.dumps(said)


def test_another_ending_is_refused_before_any_work(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", str(path), "--out", "r.doc"]) == 2
    assert capsys.readouterr().err == "error: r.doc must end in .pdf, .json or .xlsx.\n"


def test_a_note_is_in_the_readers_language(capsys: pytest.CaptureFixture[str]) -> None:
    from renovate_gui.assets import current_language, set_language
    from renovate_gui.cli.report import remark

    spoken = current_language()
    try:
        set_language("zh_CN")
        remark("有 3 处\n不详")
    finally:
        set_language(spoken)
    assert capsys.readouterr().err == "提示：有 3 处 不详\n"
