"""The checkout's one command: it explains itself, refuses what it does not know, and sets itself up once."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell script")


def dev(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(CHECKOUT / "dev"), *words], capture_output=True, text=True, timeout=60, check=False
    )


def test_help_names_every_verb() -> None:
    said = dev("help")
    assert said.returncode == 0
    assert re.findall(r"\./dev (\w+)", said.stdout) == ["demo", "test", "check", "bench", "setup"]


def test_an_unknown_verb_is_refused_with_the_help() -> None:
    said = dev("fly")
    assert said.returncode == 2
    assert "./dev demo" in said.stderr


def test_windows_has_the_same_verbs() -> None:
    script = (CHECKOUT / "dev.cmd").read_text(encoding="utf-8")
    assert all(f'"%VERB%"=="{verb}"' in script for verb in ("demo", "test", "check", "bench", "setup"))


def test_the_lock_has_hashes_for_every_package_and_no_address() -> None:
    lock = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
    packages = re.findall(r"^[a-z0-9][a-z0-9._-]*==\S+.*?(?=^[a-z0-9]|\Z)", lock, flags=re.MULTILINE | re.DOTALL)
    assert len(packages) > 60
    assert all("--hash=sha256:" in p for p in packages)
    assert "://" not in lock


def test_every_dependency_has_its_reason_written_down() -> None:
    import tomllib

    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[<>=!~ ]", d)[0] for d in project["dependencies"]}
    written = (CHECKOUT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert not {n for n in names if n not in written}
