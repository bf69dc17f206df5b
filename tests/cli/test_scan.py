"""``scan`` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from renovate_gui.bootstrap import run, services


def test_scan_says_of_each_sheet_what_became_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "estate.gpkg"
    services().create_session(project, title="Estate", crs="EPSG:4549").close()
    Image.new("RGB", (1240, 1754), "white").save(tmp_path / "blank.png")
    (tmp_path / "words.jpg").write_text("no picture " * 50)
    assert run(["--lang", "en", "scan", str(project), str(tmp_path / "blank.png"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [s["state"] for s in told["sheets"]] == ["blank"]
    files = [str(tmp_path / "blank.png"), str(tmp_path / "words.jpg")]
    assert run(["--lang", "en", "scan", str(project), *files]) == 2
    out, err = capsys.readouterr()
    assert "blank.png, page 1: not counted again" in out
    assert "words.jpg: not opened. words.jpg is neither a picture nor a PDF" in out
    assert err.count("error: ") == 1
    assert "2 of 2 sheets" in err
