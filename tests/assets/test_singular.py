"""English says “1 building”: every sentence with a count before a word in the plural knows its form for one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from renovate_gui.assets import set_language, tr
from renovate_gui.assets.words import singulars
from renovate_gui.io.package.texts import Phrase, as_json, say

SOURCE = Path(__file__).resolve().parents[2] / "src" / "renovate_gui"
PLURALS = (
    "answers bands buildings cells changes characters children columns conflicts corners days dwellings edges facilities"
    " faults features files flights futures geometries headcounts homes hours households kinds layers lines minutes"
    " objects parcels people places points proposals replies residents rows scenarios shapes sites steps units values"
)
COUNTED = re.compile(rf"\{{(\w+)\}} (?:(?!the )[a-z]+ ){{0,2}}(?:{PLURALS.replace(' ', '|')})\b")
BEYOND_ONE = re.compile(r"(?:fewer|more|less) than$")
NO_COUNT = {
    "share", "percent", "limit", "most", "kind", "name", "file", "role", "when", "who", "mean", "palma", "metres", "path", "date",
}  # fmt: skip
"""Places of sentences that hold no count, though a word in the plural follows."""


def sentences() -> dict[str, str]:
    """Return each sentence of the source with places, and where it stands."""
    found: dict[str, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in ("tr", "Phrase") and "{" in str(node.args[0].value):
                found[str(node.args[0].value)] = f"{path.relative_to(SOURCE)}:{node.lineno}"
    return found


def counts(sentence: str) -> set[str]:
    """Return the places of a sentence that hold a count before a word in the plural."""
    return {
        m[1]
        for m in COUNTED.finditer(sentence)
        if m[1] not in NO_COUNT and not BEYOND_ONE.search(sentence[: m.start()].rstrip())
    }


def test_every_count_before_a_plural_has_a_form_for_one() -> None:
    known = singulars()
    missing = [
        f"{where}: {text!r}: {sorted(counts(text))}"
        for text, where in sentences().items()
        if counts(text) and text not in known
    ]
    assert not missing, f"{len(missing)} without a form for one:\n" + "\n".join(missing)


def test_no_form_is_left_behind_and_each_says_something_else() -> None:
    there = sentences()
    wrong = [text for text in singulars() if text not in there]
    for text, places in singulars().items():
        for name, pairs in places.items():
            if f"{{{name}}}" not in text or len(pairs) % 2 or any(text.count(m) != 1 for m in pairs[::2]):
                wrong.append(f"{text}: {name}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (1, "1 person served"),
        ("+1", "+1 person served"),
        ("−1", "−1 person served"),
        ("1.0", "1.0 people served"),
        (0, "0 people served"),
        (21, "21 people served"),
        ("1,001", "1,001 people served"),
    ],
)
def test_one_is_said_of_one_only(n: object, said: str) -> None:
    set_language("en")
    assert tr("{n} people served", n=n) == said


def test_two_counts_in_a_sentence_have_their_own_forms() -> None:
    set_language("en")
    words = "{gain} people gain {kind} and {lose} lose it"
    assert tr(words, gain=1, kind="care", lose=1) == "1 person gains care and 1 loses it"
    assert tr(words, gain=1, kind="care", lose=2) == "1 person gains care and 2 lose it"
    assert tr(words, gain=2, kind="care", lose=1) == "2 people gain care and 1 loses it"


def test_all_forms_of_one_sentence_fit_together() -> None:
    """A sentence whose counts are all one keeps its other places."""
    set_language("en")
    for text, places in singulars().items():
        names = set(re.findall(r"\{(\w+)\}", text))
        made = tr(text, **{name: 1 if name in places else f"<{name}>" for name in names})
        assert "{" not in made
        assert all(f"<{name}>" in made for name in names - set(places))


def test_chinese_has_one_form() -> None:
    set_language("zh_CN")
    assert tr("{n} rows", n=1).replace("1", "2") == tr("{n} rows", n=2)


def test_the_offline_page_is_given_the_form_for_one() -> None:
    one, two = Phrase("{n} places", {"n": "1"}), Phrase("{n} places", {"n": "2"})
    assert (say(one, "en"), say(two, "en")) == ("1 place", "2 places")
    assert as_json(one)["e"] == "{n} place"
    assert "e" not in as_json(two)


def test_no_form_for_one_renames_a_place() -> None:
    for text, forms in singulars().items():
        for name, pairs in forms.items():
            one = text
            for many, single in zip(pairs[::2], pairs[1::2], strict=True):
                assert many in one, f"{text!r}: {many!r} is not in it"
                one = one.replace(many, single, 1)
            assert set(re.findall(r"{\w+}", one)) <= set(re.findall(r"{\w+}", text)), (
                f"{text!r}, {name} is one: {one!r}"
            )
