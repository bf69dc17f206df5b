"""What stands on the page beside the plan: questions, and what was said before with what was done about it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from renovate_gui.app import you_said
from renovate_gui.app.plan_page import beside
from renovate_gui.app.questions import default_questions
from renovate_gui.domain.ids import Uuid


def test_what_was_said_stands_with_its_proposal_or_with_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    def row(number: int, words: str) -> you_said.YouSaid:
        return you_said.YouSaid(number, Uuid(str(number)), words, f"did {words}", "done")

    rows = (row(1, "steep"), row(1, "dark"), row(4, "too loud"))
    monkeypatch.setattr(you_said, "you_said", lambda _session: rows)
    session = cast(Any, SimpleNamespace(asked=SimpleNamespace(get=default_questions)))
    content = cast(
        Any, SimpleNamespace(open_proposals=(SimpleNamespace(number=1), SimpleNamespace(number=2)))
    )
    found = beside(session, content)
    assert [(s.said, s.did, s.state) for s in found.said[1]] == [
        ("steep", "did steep", "done"),
        ("dark", "did dark", "done"),
    ]
    # the fourth was taken out: what was said of it is still answered
    assert [s.said for s in found.said[0]] == ["4 · too loud"]
    assert 2 not in found.said
    assert found.questions == default_questions()
