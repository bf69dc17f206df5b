"""Reply files: good ones are read, each other kind is refused for its own reason."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renovate_gui.domain.errors import DataError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.reply import Channel, Choice
from renovate_gui.io.replies import KnownPackage, check_reply, read_message, read_reply, reply_check, to_text

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


def reply2(**changes: Any) -> dict[str, Any]:
    """Return a reply of format 2 with everything it can say."""
    more: dict[str, Any] = {
        "format_version": 2,
        "household": "H0123",
        "stairwell": "2 单元",
        "ranks": ["elevator", "paths"],
        "needs": ["meals"],
        "management": "self",
        "budget": [[PROPOSAL, 60]],
        "marks": [drawn("Point", ["106.577000", "29.557000"], text="太陡")],
    }
    return reply(**(more | changes))


def drawn(kind: str, coordinates: Any, text: str = "", proposal: str | None = None) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"proposal": proposal, "geometry": geometry, "text": text, "colour": ""}


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


PATH = [["106.570000", "29.550000"], ["106.580000", "29.550000"], ["106.580000", "29.560000"]]


def test_format_2_says_more() -> None:
    bow = [PATH[0], PATH[2], PATH[1], ["106.570000", "29.560000"], PATH[0]]
    marks = [
        drawn("LineString", PATH, proposal=PROPOSAL),
        drawn("Polygon", [[*PATH, PATH[0]]]),
        drawn("Polygon", [bow]),
    ]
    got = check_reply(reply2(marks=marks), "r", KNOWN, Channel.QR)
    extra = got.extra
    assert (extra.channel, extra.household, extra.stairwell) == (Channel.QR, "H0123", "2 单元")
    assert (extra.ranks, extra.needs, extra.management) == (("elevator", "paths"), ("meals",), "self")
    assert extra.budget == {PROPOSAL: 60}
    assert [m.geometry.geom_type for m in extra.marks] == ["LineString", "Polygon", "MultiPolygon"]
    assert all(m.geometry.is_valid for m in extra.marks)
    assert extra.marks[0].proposal == PROPOSAL
    assert extra.marks[1].proposal is None


def test_a_reply_may_hold_nothing_but_what_format_2_adds() -> None:
    for name in ("ranks", "needs", "management", "budget", "marks"):
        rest = {n: v for n, v in reply2().items() if n in (name, "format_version")}
        assert check_reply(reply(answers=[], wish="", **rest), "r", KNOWN).answers == ()
    with pytest.raises(DataError, match="empty"):
        check_reply(reply(answers=[], wish="", format_version=2, household="H1", stairwell="1"), "r", KNOWN)


def test_left_out_and_empty_are_signed_alike() -> None:
    bare = reply(format_version=2)
    full = reply(
        format_version=2, household="", stairwell="", ranks=[], needs=[], management="", budget=[], marks=[]
    )
    assert bare["check"] == full["check"]


@pytest.mark.parametrize("data", [reply(), reply2()])
def test_the_text_form_of_either_format_comes_back(data: dict[str, Any]) -> None:
    text = to_text(data)
    read = read_message(f"好 {text[:70]}\n {text[70:]} 。", "m", KNOWN)
    direct = check_reply(data, "r", KNOWN, Channel.TEXT)
    assert read == direct
    assert len(to_text(reply2())) < len(json.dumps(reply2(), ensure_ascii=False).encode())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format_version": 1}, "damaged"),  # format 1 knows none of it
        ({"household": "张三"}, "damaged"),
        ({"household": 7}, "damaged"),
        ({"stairwell": "x" * 41}, "damaged"),
        ({"ranks": ["paths", "paths"]}, "damaged"),
        ({"ranks": ["<b>"]}, "damaged"),
        ({"ranks": "paths"}, "damaged"),
        ({"needs": [1]}, "damaged"),
        ({"management": None}, "damaged"),
        ({"budget": [[PROPOSAL, 60], [PROPOSAL, 10]]}, "damaged"),
        ({"budget": [[PROPOSAL, 101]]}, "damaged"),
        ({"budget": [[PROPOSAL, True]]}, "damaged"),
        ({"budget": [[PROPOSAL, 0]]}, "damaged"),
        ({"budget": {PROPOSAL: 1}}, "damaged"),
        ({"budget": [[PROPOSAL, 60], [PACKAGE, 20]]}, "not in the package"),
        ({"marks": [drawn("Point", ["106.5", "29.5"])]}, "damaged"),
        ({"marks": [drawn("Point", ["200.000000", "0.000000"])]}, "damaged"),
        ({"marks": [drawn("LineString", PATH[:1])]}, "damaged"),
        ({"marks": [drawn("LineString", [PATH[0], PATH[0]])]}, "damaged"),
        ({"marks": [drawn("LineString", PATH * 80)]}, "damaged"),
        ({"marks": [drawn("Polygon", [PATH])]}, "damaged"),
        ({"marks": [drawn("Polygon", [[*PATH, PATH[0]], PATH])]}, "damaged"),
        ({"marks": [drawn("MultiPoint", [PATH])]}, "damaged"),
        ({"marks": [drawn("Point", PATH[0], text="x" * 301)]}, "damaged"),
        ({"marks": [drawn("Point", PATH[0])] * 41}, "damaged"),
        ({"marks": [drawn("Point", PATH[0], proposal=PACKAGE)]}, "not in the package"),
        ({"marks": [None]}, "damaged"),
    ],
)
def test_each_bad_part_of_format_2_has_its_reason(change: dict[str, Any], words: str) -> None:
    data = {**reply2(), **change}
    try:
        data["check"] = reply_check(data, KEY)
    except (TypeError, KeyError, ValueError):
        data["check"] = "0" * 64
    with pytest.raises(DataError, match=words):
        check_reply(data, "r", KNOWN)


def test_no_more_than_a_hundred_points() -> None:
    other = "44444444-4444-4444-8444-444444444444"
    known = {PACKAGE: KnownPackage(Uuid(PACKAGE), 3, KEY, frozenset({PROPOSAL, other}))}
    assert (
        check_reply(reply2(budget=[[PROPOSAL, 60], [other, 40]]), "r", known).extra.budget[Uuid(other)] == 40
    )
    with pytest.raises(DataError, match="more than 100 points"):
        check_reply(reply2(budget=[[PROPOSAL, 60], [other, 41]]), "r", known)


def test_a_text_that_unpacks_to_a_flood_is_refused_unread() -> None:
    packer = zlib.compressobj(9, wbits=-15)
    bomb = base64.urlsafe_b64encode(packer.compress(b"[" * 50_000_000) + packer.flush()).decode().rstrip("=")
    assert len(bomb) < 100_000
    with pytest.raises(DataError, match="not a reply"):
        read_message(f"renovate-gui-reply:2z:{bomb}:end", "m", KNOWN)


@pytest.mark.parametrize(
    "name", ["household", "stairwell", "ranks", "needs", "management", "budget", "marks"]
)
def test_no_part_of_format_2_can_be_taken_out_unnoticed(name: str) -> None:
    data = reply2()
    del data[name]
    with pytest.raises(DataError, match="changed after"):
        check_reply(data, "r", KNOWN)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.integers(0, 255), max_size=80).map(bytes), st.sampled_from(["1", "2p", "2z"]))
def test_any_packed_bytes_give_one_plain_sentence(raw: bytes, kind: str) -> None:
    packed = base64.urlsafe_b64encode(raw).decode().rstrip("=") or "A"
    with pytest.raises(DataError):
        read_message(f"renovate-gui-reply:{kind}:{packed}:end", "m", KNOWN)


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
@given(st.sampled_from([reply(), reply2()]), st.sampled_from(sorted(reply2())), json_values)
def test_any_value_in_any_place_is_refused_or_sound(good: dict[str, Any], key: str, value: Any) -> None:
    data = good | {key: value}
    if data == good:
        return
    with pytest.raises(DataError):
        check_reply(data, "r", KNOWN)
