"""Votes, stages and meetings as scripts see them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from renovate_gui.app.session import Session
from renovate_gui.bootstrap import run

pytestmark = pytest.mark.usefixtures("speaks_english")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a project with a register of 403 heads and 66,783.97 m², as on a real ballot's header."""
    path = tmp_path / "甲.gpkg"
    Session.create(path, title="甲", crs="EPSG:4545").close()
    areas = ["165.71"] * 402 + ["168.55"]
    rows = [f"{n // 40 + 1},1,{n % 40 + 101},{area}" for n, area in enumerate(areas)]
    (tmp_path / "r.csv").write_text("building,unit,flat,area\n" + "\n".join(rows), encoding="utf-8")
    assert run(["register", str(path), "import", str(tmp_path / "r.csv")]) == 0
    return path


def call(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert run([str(a) for a in (*arguments, "--json")]) == code
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def votes(path: Path, count: int, choice: str) -> Path:
    table = path.parent / f"{choice}.csv"
    rows = [f"{n // 40 + 1},1,{n % 40 + 101},{choice}" for n in range(count)]
    table.write_text("building,unit,flat,vote\n" + "\n".join(rows), encoding="utf-8")
    return table


def test_a_vote_from_register_to_seal(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = call(capsys, "register", path, "list")
    assert (found["heads"], found["area"]) == (403, "66783.97")
    call(capsys, "ballot", path, "open", "Plan", "--rule", "cc278_major", "--kind", "plan")
    assert call(capsys, "ballot", path, "vote", "Plan", "--file", votes(path, 268, "agree"))["taken"] == 268
    told = call(capsys, "ballot", path, "tally", "Plan")
    assert told["numbers"]["quorum"]["heads_needed"] == 269
    assert told["numbers"]["quorum"]["area_needed"] == "44522.6467"
    assert told["missing"] == "The quorum lacks 1 owner and 112.37 m²."
    assert (told["cheapest"][0]["flats"], told["cheapest"][0]["closes"]) == (1, True)
    told = call(capsys, "ballot", path, "vote", "Plan", "7-1-129", "agree")
    assert told["numbers"]["passes"] is True
    closed = call(capsys, "ballot", path, "close", "Plan")
    assert len(closed["result"]["seal"]) == 12
    stages = call(capsys, "stage", path, "list")
    assert {s["stage"]: s["state"] for s in stages["stages"]}["plan"] == "done"
    assert run(["ballot", str(path), "vote", "Plan", "7-1-130", "agree"]) == 2
    assert "sealed" in capsys.readouterr().err


def test_refused_rows_are_told_and_the_code_says_so(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = path.parent / "bad.csv"
    bad.write_text("building,flat,area\n1,1,x\n", encoding="utf-8")
    told = call(capsys, "register", path, "import", bad, code=2)
    assert told["problems"] == ["Row 2: “x” is no floor area in m²."]


def test_words_for_people(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ballot", str(path), "rules"]) == 0
    assert "not compared with the print" in capsys.readouterr().out
    assert run(["ballot", str(path), "open", "A", "--rule", "nothing"]) == 2
    assert "cc278_major" in capsys.readouterr().err
    assert run(["ballot", str(path), "open", "A", "--rule", "yizheng_wish"]) == 0
    assert run(["ballot", str(path), "vote", "A", "1-1-101", "同意"]) == 0
    assert "Agreed: 1 owner; needed are 269 owners (at least 2/3)." in capsys.readouterr().out
    assert run(["stage", str(path), "set", "wish", "rejected"]) == 2
    assert run(["stage", str(path), "set", "2", "rejected", "--why", "too few"]) == 0
    assert "too few" in capsys.readouterr().out


def test_meetings(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "ballot", path, "open", "Plan", "--rule", "cc278_major")
    made = call(capsys, "meeting", path, "plan", "M", "--when", "2026-12-01 19:00")
    assert [i["title"] for i in made["agenda"]] == ["Plan"]
    call(capsys, "meeting", path, "came", "M", "deputies=7", "residents=20")
    call(capsys, "meeting", path, "note", "M", "1", "--outcome", "noted", "--why", "later")
    told = call(capsys, "meeting", path, "minutes", "M")
    assert told["attendance"] == {"deputies": 7, "residents": 20}
    assert told["agenda"][0]["outcome"] == "noted"
    assert "names" not in told
    assert "private" not in told["agenda"][0]
    assert run(["meeting", str(path), "came", "M", "king=1"]) == 2


def test_rules_of_ones_own(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = path.parent / "own.toml"
    own.write_text(
        '[[rule]]\nid = "ours"\nzh = "本小区"\nen = "Ours"\nscope = "estate"\ncount = ["heads"]\n'
        'agree = { share = "9/10", of = "all" }\n',
        encoding="utf-8",
    )
    rules = call(capsys, "ballot", path, "add-rule", own)["rules"]
    assert (rules[0]["id"], rules[0]["own"], rules[0]["agree"]["share"]) == ("ours", True, "9/10")
    call(capsys, "ballot", path, "open", "X", "--rule", "ours")
    assert call(capsys, "ballot", path, "tally", "X")["numbers"]["agree"]["heads_needed"] == 363
    own.write_text('[[rule]]\nid = "ours"\n', encoding="utf-8")
    assert run(["ballot", str(path), "add-rule", str(own)]) == 2
    assert "cannot be understood" in capsys.readouterr().err
