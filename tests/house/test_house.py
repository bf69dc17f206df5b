"""What a newcomer relies on: rooms of bearable size, a Qt that counts its references, texts fit for everybody."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SOURCES = sorted((CHECKOUT / "src").rglob("*.py"))


def own_lines(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    """Return the lines of a definition without its docstring."""
    first = node.body[0]
    is_doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    doc = (first.end_lineno or 0) - first.lineno + 1 if is_doc else 0
    return (node.end_lineno or 0) - node.lineno + 1 - doc


def test_no_room_grows_past_what_one_can_overlook() -> None:
    faults = []
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 800:
            faults.append(f"{path.name}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and own_lines(node) > 60:
                faults.append(f"{path.name}:{node.lineno} {node.name}: {own_lines(node)} lines")
            if isinstance(node, ast.ClassDef) and own_lines(node) > 500:
                faults.append(f"{path.name}:{node.lineno} class {node.name}: {own_lines(node)} lines")
            if isinstance(node, ast.ClassDef) and node.name == "MainWindow" and own_lines(node) > 400:
                faults.append(f"MainWindow only assembles, yet has {own_lines(node)} lines")
    assert not faults, "\n".join(faults)


def test_floors_lean_only_downward() -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def test_a_void_call_keeps_the_reference_to_none() -> None:
    """PySide6 6.12.0 on Python 3.11 loses one reference to None per void call and aborts after enough of them."""
    from PySide6.QtCore import QObject

    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        thing.setObjectName("x")
    assert abs(sys.getrefcount(None) - before) < 200


def tracked_texts() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=False)
    if listing.returncode != 0:
        pytest.skip("not a git checkout")
    names = [n for n in listing.stdout.decode().split("\0") if n]
    text = {".py", ".md", ".toml", ".txt", ".lock", ".cmd", ".html", ".js", ".css", ".json", ""}
    return [CHECKOUT / n for n in names if Path(n).suffix in text and (CHECKOUT / n).is_file()]


# written in pieces so that this file does not accuse itself
FORBIDDEN = re.compile(
    "|".join(["pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npmjs", r"(^|[^\w.])/" + "work/"])
)


def test_texts_name_no_package_host_and_no_path_of_one_machine() -> None:
    faults = []
    for path in tracked_texts():
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if FORBIDDEN.search(line):
                faults.append(f"{path.relative_to(CHECKOUT)}:{number}")
    assert not faults, faults
