"""``forms`` as scripts see it: household forms of a package that went out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from renovate_gui.app.session import Session
from renovate_gui.bootstrap import run

pytestmark = pytest.mark.usefixtures("speaks_english", "qapp")


def call(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> dict[str, Any]:
    assert run([str(a) for a in (*arguments, "--json")]) == code
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert run([str(a) for a in arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.count("\n") == 1
    return said


def test_a_table_of_homes_becomes_forms(
    homes_in_a_row: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "homes.csv"
    table.write_text("building,stairwell,households\n3,1,2\n3,2,1\n", encoding="utf-8")
    out = tmp_path / "forms.pdf"
    said = refused(capsys, "forms", homes_in_a_row, "--households", table, "--out", out)
    assert "no package with a comment form yet" in said
    package = call(
        capsys, "export", homes_in_a_row, "--out", tmp_path / "out", "--paper", "A4", "--forms", "A4"
    )
    assert "comment-form.pdf" in package["files"]
    found = call(capsys, "forms", homes_in_a_row, "--households", table, "--out", out)
    assert (found["forms"], found["version"], found["missing_glyphs"]) == (3, 1, "")
    assert out.read_bytes().startswith(b"%PDF")
    with Session.open(homes_in_a_row, read_only=True) as session:
        households = session.forms.households(found["package"])
        assert [(h.building, h.stairwell) for h in households] == [("3", "1"), ("3", "1"), ("3", "2")]
    again = tmp_path / "again.pdf"
    for name in ("1", "v1", found["package"][:8]):
        again.unlink(missing_ok=True)
        more = call(capsys, "forms", homes_in_a_row, "--package", name, "--open", "2", "--out", again)
        assert (more["forms"], more["package"]) == (2, found["package"])
    assert "exists already" in refused(capsys, "forms", homes_in_a_row, "--out", again)
    assert "no package “7”" in refused(
        capsys, "forms", homes_in_a_row, "--package", "7", "--out", tmp_path / "x.pdf"
    )
    assert "register of owners is empty" in refused(
        capsys, "forms", homes_in_a_row, "--register", "--out", tmp_path / "x.pdf"
    )
    assert not (tmp_path / "x.pdf").exists()


def test_a_package_without_forms(
    homes_in_a_row: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = call(
        capsys, "export", homes_in_a_row, "--out", tmp_path / "out", "--paper", "A4", "--forms", "none"
    )
    assert "comment-form.pdf" not in package["files"]
