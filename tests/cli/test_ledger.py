"""``ledger`` and ``comments`` as scripts see them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from renovate_gui.app.session import Session
from renovate_gui.bootstrap import run
from renovate_gui.domain.ids import Uuid, new_uuid
from renovate_gui.domain.reply import Answer, Choice, Reply

pytestmark = pytest.mark.usefixtures("speaks_english")


@pytest.fixture
def path(homes_in_a_row: Path) -> Path:
    """Return the homes with a package and answers from two houses: six in one, two in the other."""
    with Session.open(homes_in_a_row) as session:
        (proposal,) = session.proposals.all()
        held = {"key": "00" * 32, "proposals": [proposal.uuid], "reply_until": "2026-05-10"}
        with session.project.action("package") as writer:
            writer.put_package(Uuid("pack"), 1, held)
        replies = [
            Reply(
                new_uuid(), Uuid("pack"), 1, "2026-05-02T10:00:00Z",
                (Answer(proposal.uuid, Choice.AGREE if i else Choice.OPPOSE, "" if i else "too loud"),),
                building="North" if i < 6 else "South",
            )
            for i in range(8)
        ]  # fmt: skip
        session.ledger.take(replies, source="test")
    return homes_in_a_row


def call(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> dict[str, Any]:
    assert run([str(a) for a in (*arguments, "--json")]) == code
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_counts_by_channel_and_hidden_ones_by_building(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = call(capsys, "ledger", path)
    (one,) = found["proposals"]
    assert (one["counted"]["agree"], one["counted"]["oppose"], one["number"]) == (7, 1, 1)
    assert one["parts"]["page"]["comments"] == 1
    assert found["answered"] == 8
    assert found["standings"] == {"counted": 8}
    by_building = call(capsys, "ledger", path, "--by", "building")
    assert {p["answers"] for p in by_building["proposals"][0]["parts"].values()} == {None}
    whole = call(capsys, "ledger", path, "--by", "building", "--whole")
    assert whole["proposals"][0]["parts"]["South"]["agree"] == 2
    assert len(whole["replies"]) == 8


def test_the_same_in_words(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ledger", str(path), "--by", "building"]) == 0
    said = capsys.readouterr().out
    assert "1 a: Agree 7  Oppose 1  Not sure 0" in said
    assert "South: hidden" in said
    assert run(["ledger", str(path), "--whole"]) == 0
    assert "Review page: Agree 7" in capsys.readouterr().out


def test_a_comment_is_listed_given_to_somebody_and_answered(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (one,) = call(capsys, "comments", path)["comments"]
    assert (one["text"], one["state"]) == ("too loud", "new")
    key = one["comment"][:8]
    assert call(capsys, "comments", path, "assign", key, "--owner", "Li")["comments"][0]["state"] == "in_work"
    assert run(["comments", str(path), "answer", key]) == 2
    assert "answer first" in capsys.readouterr().err
    done = call(capsys, "comments", path, "answer", key, "--text", "quieter doors")["comments"][0]
    assert (done["answer"], done["state"], done["owner"]) == ("quieter doors", "answered", "Li")
    assert call(capsys, "comments", path, "--open")["comments"] == []
    assert run(["comments", str(path)]) == 0
    assert "→ quieter doors" in capsys.readouterr().out
    assert run(["comments", str(path), "answer", "zz", "--text", "x"]) == 2
