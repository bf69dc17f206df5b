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
    assert re.findall(r"\./dev (\w+)", said.stdout) == [
        "demo",
        "test",
        "check",
        "bench",
        "durability",
        "setup",
    ]


def test_an_unknown_verb_is_refused_with_the_help() -> None:
    said = dev("fly")
    assert said.returncode == 2
    assert "./dev demo" in said.stderr


def test_windows_has_the_same_verbs() -> None:
    script = (CHECKOUT / "dev.cmd").read_text(encoding="utf-8")
    assert all(
        f'"%VERB%"=="{verb}"' in script for verb in ("demo", "test", "check", "bench", "durability", "setup")
    )


def test_the_lock_has_hashes_for_every_package_and_no_address() -> None:
    lock = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
    packages = re.findall(
        r"^[a-z0-9][a-z0-9._-]*==\S+.*?(?=^[a-z0-9]|\Z)", lock, flags=re.MULTILINE | re.DOTALL
    )
    assert len(packages) > 60
    assert all("--hash=sha256:" in p for p in packages)
    assert "://" not in lock


def test_every_dependency_has_its_reason_written_down() -> None:
    import tomllib

    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[<>=!~ ]", d)[0] for d in project["dependencies"]}
    written = (CHECKOUT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert not {n for n in names if n not in written}


def test_a_second_run_starts_at_once(tmp_path: Path) -> None:
    """Preparing once is enough: a stand-in for Python counts how often an environment is made."""
    for name in ("dev", "requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_bytes((CHECKOUT / name).read_bytes())
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "python3").write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        "  -V) echo Python 3.11.2 ;;\n"
        f'  "-m venv"*) echo made >>"{tmp_path}/made"; mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;\n'
        "esac\n",
        encoding="utf-8",
    )
    (tools / "python3").chmod(0o755)
    # as on a system whose packages are all there
    (tools / "dpkg-query").write_text("#!/bin/sh\necho install ok installed\n", encoding="utf-8")
    (tools / "apt-get").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    for name in ("dpkg-query", "apt-get"):
        (tools / name).chmod(0o755)
    for _ in range(2):
        done = subprocess.run(
            ["sh", str(tmp_path / "dev"), "setup"],
            env={"PATH": f"{tools}:/usr/bin:/bin"}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "made").read_text(encoding="utf-8").count("made") == 1
