"""Reply files: good ones are read, each other kind is refused for its own reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renovate_gui.domain.errors import DataError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.reply import Choice
from renovate_gui.io.replies import KnownPackage, check_reply, read_reply, reply_check, to_text

PACKAGE = "11111111-1111-4111-8111-111111111111"
PROPOSAL = "22222222-2222-4222-8222-222222222222"
KEY = "ab" * 32
KNOWN = {PACKAGE: KnownPackage(Uuid(PACKAGE), 3, KEY, frozenset({PROPOSAL}))}


def reply(**changes: Any) -> dict[str, Any]:
    answer = {"proposal": PROPOSAL, "choice": "agree", "comment": "{{7*7}} 好\u2028", "mark": None}
    data: dict[str, Any] = {
        "format": "renovate-gui-reply",
        "format_version": 1,
        "package": PACKAGE,
        "package_version": 3,
        "id": "33333333-3333-4333-8333-333333333333",
        "created": "2026-11-23T10:00:00.000Z",
        "lang": "zh",
        "answers": [answer],
        "wish": "yes",
        "building": "",
        **changes,
    }
    return data | {"check": data.get("check") or reply_check(data, KEY)}


def write(folder: Path, data: Any) -> Path:
    path = folder / "reply.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_good_reply_is_read(tmp_path: Path) -> None:
    mark = [{"proposal": PROPOSAL, "choice": None, "comment": "x", "mark": ["106.577000", "29.557000"]}]
    got = read_reply(write(tmp_path, reply()), KNOWN)
    assert got.answers[0].choice is Choice.AGREE
    assert got.answers[0].comment == "{{7*7}} 好\u2028"
    assert got.version == 3
    assert read_reply(write(tmp_path, reply(answers=mark)), KNOWN).answers[0].mark_lonlat == (106.577, 29.557)


def test_the_text_form_is_read_from_the_middle_of_a_message(tmp_path: Path) -> None:
    text = to_text(reply())
    message = f"您好，这是我的意见：\n{text[:60]}\n{text[60:]}\n谢谢"
    path = tmp_path / "message.txt"
    path.write_bytes(message.encode("utf-8-sig"))
    assert read_reply(path, KNOWN).wish == "yes"


def _answers(**changes: Any) -> list[dict[str, Any]]:
    return [{"proposal": PROPOSAL, "choice": "agree", "comment": "", "mark": None, **changes}]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "not a reply file"),
        ("{", "not a reply file"),
        ("[1]", "not a reply file"),
        ('{"format":"x"}', "not a reply file"),
        ("[" * 200_000, "not a reply file"),
        ('{"a":1,"a":2}', "not a reply file"),
        ("renovate-gui-reply:1:%%%:end", "not a reply file"),
        ("renovate-gui-reply:1:AAAA:end", "not a reply file"),
        ("x" * 1_000_001, "larger than 1 MB"),
        (reply(format_version=3), "another version"),
        (reply(package="99999999-9999-4999-8999-999999999999"), "did not give out"),
        (reply(package_version=4), "version that the package"),
        (reply(check="0" * 64), "changed after it was saved"),
        (reply(answers=_answers(choice="perhaps")), "does not offer"),
        (reply(answers=_answers(choice=["agree"])), "does not offer"),
        (reply(wish="maybe"), "does not offer"),
        (reply(answers=_answers() * 2), "twice"),
        (reply(answers=_answers(proposal="99999999-9999-4999-8999-999999999999")), "not in the package"),
        (reply(answers=[], wish=""), "empty"),
        (reply(answers=_answers(comment="x" * 2001)), "damaged"),
        (reply(answers=_answers(mark=["200.000000", "0.000000"])), "damaged"),
        (reply(answers=_answers(extra=1)), "damaged"),
        (reply(created="yesterday"), "damaged"),
        (reply(package_version=True), "damaged"),
        (reply(surprise=1), "damaged"),
    ],
)
def test_each_bad_reply_has_its_reason(tmp_path: Path, data: Any, words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        read_reply(write(tmp_path, data), KNOWN)
    assert "reply.json" in str(caught.value)
    assert "\n" not in str(caught.value)


CHANGES: list[Callable[[dict[str, Any]], Any]] = [
    lambda d: d["answers"][0].update(choice="oppose"),
    lambda d: d["answers"][0].update(comment="anders"),
    lambda d: d.update(id="44444444-4444-4444-8444-444444444444"),
    lambda d: d.update(created="2026-11-24T10:00:00Z"),
    lambda d: d.update(wish="no"),
    lambda d: d.update(lang="en"),
    lambda d: d.update(building="3"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_hand_edit_is_noticed(change: Callable[[dict[str, Any]], Any]) -> None:
    data = reply()
    change(data)
    with pytest.raises(DataError, match="changed after"):
        check_reply(data, "r", KNOWN)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.binary(max_size=200))
def test_any_bytes_give_one_plain_sentence(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "any.json"
    path.write_bytes(raw)
    with pytest.raises(DataError):
        read_reply(path, KNOWN)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(sorted(reply())), json_values)
def test_any_value_in_any_place_is_refused_or_sound(key: str, value: Any) -> None:
    data = reply() | {key: value}
    if data == reply():
        return
    with pytest.raises(DataError):
        check_reply(data, "r", KNOWN)
