"""Every word has its Chinese, every place of a sentence is kept, and switching works at once."""

from __future__ import annotations

import ast
import string
import tomllib
from pathlib import Path

import pytest

from renovate_gui.app.terms import sources
from renovate_gui.assets import resource_path, set_language, tr
from renovate_gui.assets.words import catalogue

SOURCE = Path(__file__).resolve().parents[2] / "src" / "renovate_gui"


def literals() -> dict[str, str]:
    """Return each literal given to ``tr`` in the source, with the place where it stands."""
    found: dict[str, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name != "tr" or not isinstance(node.args[0], ast.Constant):
                continue
            found[str(node.args[0].value)] = f"{path.relative_to(SOURCE)}:{node.lineno}"
    return found


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_literal_has_chinese() -> None:
    words = catalogue("zh_CN")
    missing = [f"{where}: {text!r}" for text, where in literals().items() if text not in words]
    missing += [f"terms: {text!r}" for text in sources() if text not in words]
    assert not missing, f"{len(missing)} untranslated:\n" + "\n".join(missing)


def test_places_are_the_same_in_both_languages() -> None:
    wrong = [en for en, zh in catalogue("zh_CN").items() if places(en) != places(zh)]
    assert not wrong


def test_no_key_stands_in_two_catalogues() -> None:
    seen: dict[str, str] = {}
    twice = []
    for path in sorted(resource_path("i18n/zh_CN").glob("*.toml")):
        for key in tomllib.loads(path.read_text(encoding="utf-8")):
            if key in seen:
                twice.append(f"{key!r} in {seen[key]} and {path.name}")
            seen[key] = path.name
    assert not twice, "\n".join(twice)


@pytest.mark.parametrize(("language", "word"), [("zh_CN", "缺口"), ("en", "Gaps")])
def test_language_switches_at_once(language: str, word: str) -> None:
    set_language(language)
    assert tr("Gaps") == word


def test_unknown_text_is_shown_as_it_is() -> None:
    set_language("zh_CN")
    assert tr("No such {thing}", thing="word") == "No such word"


def test_a_single_proposal_has_one_name_in_the_history_and_beside_it() -> None:
    chinese = catalogue("zh_CN")
    titles = [key for key in chinese if "proposal {name}" in key]
    assert len(titles) >= 5
    for key in (*titles, "proposal", "Proposal {n}", "Drawn proposals"):
        assert "改造项" in chinese[key], key
    assert chinese["Proposals"] == "方案"  # the stage, and the plan that all of them make
