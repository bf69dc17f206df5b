"""The demo without a display: everything is written, and it says where."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def run_demo(folder: Path, *more: str, code: int = 0) -> tuple[dict[str, Any], str]:
    """Run the demo as on a machine without a display."""
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "RENOVATE_LANG", "LANG", "LC_ALL"}
    env = {k: v for k, v in os.environ.items() if k not in hidden}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "renovate_gui",
            "--lang",
            "zh_CN",
            "demo",
            "--json",
            "--out",
            str(folder),
            *more,
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=env,
        timeout=280,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return (json.loads(done.stdout) if done.stdout else {}), done.stderr


@pytest.mark.journey
def test_the_demo_writes_everything_and_says_where(tmp_path: Path) -> None:
    from PIL import Image

    found, _ = run_demo(tmp_path / "演示 目录")
    assert Path(found["project"]).is_file()
    package = Path(found["package"])
    assert {p.name for p in package.iterdir()} >= {
        "handout.pdf",
        "review.html",
        "manifest.json",
        "register.csv",
    }
    assert len(found["maps"]) == 3
    assert len(found["windows"]) == 3
    for name in [*found["maps"], *found["windows"]]:
        with Image.open(name) as picture:
            assert picture.size == (1600, 1000)
            assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 200, "a picture of something"
    assert (found["layers"], found["proposals"], found["replies_accepted"]) == (9, 10, 2)
    for before, after in zip(found["before"], found["after"], strict=True):
        assert 0 < before["people_served"] < after["people_served"] < after["people_total"]


def test_the_demo_never_overwrites_what_it_did_not_make(tmp_path: Path) -> None:
    mine = tmp_path / "qingyaping.gpkg"
    mine.write_text("mine", encoding="utf-8")
    _, err = run_demo(tmp_path, code=2)
    assert err.startswith("error: ")
    assert mine.read_text(encoding="utf-8") == "mine"
