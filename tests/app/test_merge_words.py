"""The words of a merge when both sides have one name."""

from __future__ import annotations

import pytest

from renovate_gui.app import merge_words
from renovate_gui.domain.difference import Difference, MergeReport


@pytest.fixture(autouse=True)
def _my_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENOVATE_LANG", "en")
    monkeypatch.setattr(merge_words, "user_name", lambda: "me")


@pytest.mark.parametrize(
    ("names", "words"),
    [((), "A colleague"), (("Li",), "Li"), (("me",), "the other copy"), (("Li", "me"), "the other copy")],
)
def test_who_has_my_name_is_called_the_other_copy(names: tuple[str, ...], words: str) -> None:
    assert merge_words.people(names) == words


@pytest.mark.parametrize(("who", "words"), [("Li", "Li's copy parted"), ("me", "The other copy parted")])
@pytest.mark.parametrize("steps", [("one",), ("one", "two")])
def test_whose_copy_parted(who: str, words: str, steps: tuple[str, ...]) -> None:
    report = MergeReport("b.gpkg", (who,), "2026-05-03T10:00:00+00:00", steps, Difference(()))
    assert merge_words.parted(report).startswith(words)
