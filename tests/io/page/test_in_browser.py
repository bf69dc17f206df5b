"""The review page in a real browser, opened as a file with every name refused: answered, kept, saved, read back."""

from __future__ import annotations

import base64
import json
import time
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.reply import Channel, Choice
from renovate_gui.io.package.page import PagePlan
from renovate_gui.io.qr_series import join_parts, parts_in
from renovate_gui.io.replies import (
    KnownPackage,
    canonical,
    check_reply,
    read_message,
    read_reply,
    reply_check,
)

pytestmark = pytest.mark.browser
KEY = "5c" * 32


def click(chrome: Any, id_: str) -> None:
    chrome.run(f"document.getElementById({json.dumps(id_)}).click()")


def tap(chrome: Any, dx: float, dy: float) -> list[float]:
    """Tap the map beside its middle; return longitude and latitude of the place."""
    x, y, lon, lat = chrome.run(
        "(function () { var box = map_review.getContainer().getBoundingClientRect(), size = map_review.getSize();"
        f" var at = map_review.containerPointToLatLng([size.x / 2 + {dx}, size.y / 2 + {dy}]);"
        f" return [box.left + size.x / 2 + {dx}, box.top + size.y / 2 + {dy}, at.lng, at.lat]; }})()"
    )
    chrome.mouse("mousePressed", x, y)
    chrome.mouse("mouseReleased", x, y)
    return [lon, lat]


def answer_everything(chrome: Any) -> dict[str, Any]:
    """Go through all steps; return what was seen on the way."""
    seen: dict[str, Any] = {"titles": []}
    for number in range(9):
        seen["titles"].append(chrome.run("document.querySelector('#card-title span:last-child').textContent"))
        chrome.run(
            f"if ({number} % 4 < 3) document.querySelectorAll('.choices button')[{number} % 4].click();"
            "var box = document.querySelector('.comment');"
            f"box.value = review.plan.proposals[{number}].title + ' 意见😀\\ud800\"\\n';"
            "box.dispatchEvent(new Event('input')); 0"
        )
        if number == 0:
            click(chrome, "mark-Point")
            click(chrome, "draw-middle")
            seen["middle"] = chrome.run("[map_review.getCenter().lng, map_review.getCenter().lat]")
        if number == 1:
            click(chrome, "mark-LineString")
            click(chrome, "draw-cancel")
            click(chrome, "mark-LineString")
            seen["line"] = [tap(chrome, -40, 0), tap(chrome, 40, 10)]
            click(chrome, "draw-done")
            chrome.run(
                "var words = document.querySelector('.mark-list input'); words.value = '太陡'; words.dispatchEvent(new Event('input')); 0"
            )
        click(chrome, "next")
    for code in ("wish_1", "wish_0", "wish_3"):
        click(chrome, f"rank-add-{code}")
    click(chrome, "rank-up-wish_3")
    chrome.run(
        "document.querySelectorAll('.tick input')[1].click(); document.querySelectorAll('.tick input')[3].click()"
    )
    click(chrome, "mark-Polygon")
    for dx, dy in ((-30, -30), (30, -30), (30, 30)):
        tap(chrome, dx, dy)
    click(chrome, "draw-done")
    for name, words in (("building", "3 栋"), ("stairwell", "2 单元"), ("household", "H0123")):
        chrome.run(
            f"var box = document.getElementById('field-{name}'); box.value = '{words}'; box.dispatchEvent(new Event('input')); 0"
        )
    click(chrome, "next")
    chrome.run(
        "var more = document.querySelectorAll('.budget .square');for (var i = 0; i < 8; i++) more[1].click(); for (i = 0; i < 9; i++) more[5].click(); 0"
    )
    seen["left"] = chrome.run("document.querySelector('.left').textContent")
    click(chrome, "next")
    chrome.run("document.querySelectorAll('.choices button')[0].click()")
    return seen


@pytest.fixture(scope="module")
def answered(chrome: Any, page_file: Path) -> dict[str, Any]:
    """Answer everything once on a phone; return what was seen and what came of it."""
    chrome.size(360, 740, is_phone=True)
    chrome.open(page_file)
    chrome.run("localStorage.clear()")
    chrome.open(page_file)
    chrome.run("window.alert = function () { window.alerted = true; }; 0")
    seen = answer_everything(chrome)
    seen["state"] = chrome.run("document.getElementById('state').textContent")
    seen["reply"] = chrome.run("review.reply()")
    seen["text"] = chrome.run(
        "document.getElementById('copy').click(), new Promise(function (done) { setTimeout(function () { done(document.querySelector('.copied').value); }, 400); })"
    )
    seen["codes"] = codes(chrome)
    chrome.run("review.tell(3)")
    seen["told"] = chrome.run("document.getElementById('told').textContent")
    click(chrome, "language")
    seen["other"] = chrome.run("document.getElementById('state').textContent")
    click(chrome, "language")
    seen["strange"] = chrome.run(
        "[document.querySelectorAll('b').length, document.querySelectorAll('img').length, !!window.alerted]"
    )
    seen["requests"] = chrome.run(
        "performance.getEntriesByType('resource').map(function (e) { return e.name; })"
    )
    seen["said"] = chrome.said()
    seen["heading"] = chrome.run("document.getElementById('heading').textContent")
    return seen


def codes(chrome: Any) -> list[str]:
    """Return the pictures of all QR codes as the phone shows them, as base64 of PNG."""
    click(chrome, "codes")
    chrome.run("new Promise(function (done) { setTimeout(done, 400); })")
    count = chrome.run(
        "review.packedReply().then(function (packed) { return review.qrParts(packed).length; })"
    )
    shown = []
    for _ in range(count):
        box = chrome.run(
            "(function () { document.querySelector('.qr').scrollIntoView({block: 'center'}); var b = document.querySelector('.qr').getBoundingClientRect();"
            " return [b.left + scrollX, b.top + scrollY, b.width, b.height]; })()"
        )
        clip = {"x": box[0], "y": box[1], "width": box[2], "height": box[3], "scale": 1}
        shown.append(
            chrome.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)["data"]
        )
        chrome.run("document.querySelectorAll('.qr-row button')[1].click()")
    return shown


def test_words_stay_words(answered: dict[str, Any], hostile: tuple[str, ...]) -> None:
    assert answered["titles"] == list(hostile)
    assert hostile[3] in answered["heading"]
    assert hostile[3] in answered["told"]
    assert "400 m" in answered["told"]
    assert answered["strange"] == [0, 0, False]


def test_nothing_is_requested_or_refused(answered: dict[str, Any]) -> None:
    assert answered["requests"] == []
    assert answered["said"] == []


def test_both_languages_are_there(answered: dict[str, Any]) -> None:
    assert answered["state"] == "已填 9 / 9 · 12 月 7 日前 · 不用联网"
    assert answered["other"] == "answered 9 of 9 · until 7 Dec · No network needed"
    assert answered["left"] == "还剩 0 分"


def test_everything_said_on_the_page_arrives(
    answered: dict[str, Any], known: Mapping[str, KnownPackage], hostile: tuple[str, ...]
) -> None:
    reply = check_reply(answered["reply"], "reply.json", known)
    assert [a.choice for a in reply.answers[:4]] == [Choice.AGREE, Choice.OPPOSE, Choice.UNSURE, None]
    assert reply.answers[0].comment == hostile[0] + ' 意见😀\ufffd"'
    assert reply.wish == "yes"
    # a bare point stands with its answer, everything else among the marks
    assert reply.answers[0].mark_lonlat == pytest.approx(answered["middle"], abs=1e-6)
    assert all(a.mark_lonlat is None for a in reply.answers[1:])
    extra = reply.extra
    assert extra.channel is Channel.PAGE
    assert extra.ranks == ("wish_1", "wish_3", "wish_0")
    assert extra.needs == ("stairs",)
    assert extra.management == "self"
    assert (reply.building, extra.stairwell, extra.household) == ("3 栋", "2 单元", "H0123")
    # a hundred points were there: 80, then only 20 of 90
    assert extra.budget == {
        Uuid("00000000-0000-4000-8000-000000000000"): 80,
        Uuid("00000000-0000-4000-8000-000000000002"): 20,
    }
    line, area = extra.marks
    assert line.geometry.geom_type == "LineString"
    assert np.array(line.geometry.coords) == pytest.approx(
        np.array(answered["line"]), abs=1.5e-5
    )  # a dot of the screen
    assert (line.text, line.proposal) == ("太陡", "00000000-0000-4000-8000-000000000001")
    assert (area.geometry.geom_type, area.proposal) == ("Polygon", None)


def test_the_text_for_a_message_is_short_and_says_the_same(
    answered: dict[str, Any], known: Mapping[str, KnownPackage], tmp_path: Path
) -> None:
    text = answered["text"]
    assert text.startswith("renovate-gui-reply:2z:")
    assert len(text) < len(json.dumps(answered["reply"], ensure_ascii=False).encode()) / 2
    (tmp_path / "m.txt").write_text(f"您好：\n{text[:80]}\n{text[80:]} 谢谢", encoding="utf-8")
    read = read_reply(tmp_path / "m.txt", known)
    direct = check_reply(answered["reply"], "reply.json", known)
    assert read.extra.channel is Channel.TEXT
    assert read.answers == direct.answers
    assert read.extra.marks == direct.extra.marks


def test_photographed_codes_join_in_any_order(
    answered: dict[str, Any], known: Mapping[str, KnownPackage]
) -> None:
    from PIL import Image

    assert len(answered["codes"]) >= 3
    pictures = [Image.open(BytesIO(base64.b64decode(data))).convert("L") for data in answered["codes"]]
    # held askew, and 360 px wide is what a cheap phone shows
    turned = [p.resize((700, 700)).rotate(7 * n, expand=True, fillcolor=255) for n, p in enumerate(pictures)]
    texts = [text for picture in reversed(turned) for text in parts_in(np.asarray(picture))]
    series = join_parts([*texts, texts[0], "https://example.org"])
    assert [s.reason() for s in series] == [""]
    read = read_message(series[0].text, "codes", known, Channel.QR)
    assert read.answers == check_reply(answered["reply"], "r", known).answers
    assert read.extra.channel is Channel.QR
    short = join_parts(texts[1:])
    assert short[0].missing == (len(texts),)


# -- kept on the device ----------------------------------------------------------------------------------------
def test_a_closed_page_has_lost_nothing(opened: Any, page_file: Path) -> None:
    opened.run("document.querySelectorAll('.choices button')[1].click()")
    click(opened, "large")
    before = opened.run("review.reply()")
    opened.open(page_file)
    after = opened.run("review.reply()")
    assert after["answers"] == before["answers"]
    assert after["id"] == before["id"]
    assert opened.run("document.documentElement.classList.contains('large')") is True


GARBAGE = (
    "null", "1", "[]", '"x"', "{", '{"id":1}', '{"id":"__ID__"}', '{"id":"__ID__","answers":7,"marks":{},"ranks":"x"}',
    '{"id":"__ID__","current":1e9,"answers":{"00000000-0000-4000-8000-000000000000":{"choice":"evil","comment":{}}}}',
    '{"id":"__ID__","marks":[{"kind":"Point","places":[["1","2"]],"text":""},{"kind":"Point","places":[],"text":1},null]}',
    '{"id":"__ID__","budget":{"00000000-0000-4000-8000-000000000000":90,"00000000-0000-4000-8000-000000000001":90},"ranks":["wish_0","wish_0","x"],"needs":[1],"management":"x","lang":"<b>"}',
)  # fmt: skip


def test_whatever_storage_gives_back_the_page_opens_and_its_reply_is_sound(
    opened: Any, page_file: Path, known: Mapping[str, KnownPackage]
) -> None:
    for garbage in GARBAGE:
        kept = garbage.replace("__ID__", "99999999-9999-4999-8999-999999999999")
        opened.run(f"localStorage.setItem('renovate-gui:' + review.plan.package, {json.dumps(kept)})")
        opened.open(page_file)
        assert opened.said() == [], kept
        opened.run("review.show(0, false); document.querySelectorAll('.choices button')[0].click()")
        reply = check_reply(opened.run("review.reply()"), "reply.json", known)
        assert sum(reply.extra.budget.values()) <= 100, kept
        assert reply.extra.marks == (), kept


def test_where_storage_is_refused_the_answers_live_on_and_the_person_is_told(
    opened: Any, page_file: Path
) -> None:
    script = (
        "Storage.prototype.setItem = Storage.prototype.getItem = function () { throw new Error('refused'); };"
    )
    made = opened.call("Page.addScriptToEvaluateOnNewDocument", source=script)
    try:
        opened.open(page_file)
        opened.run("document.querySelectorAll('.choices button')[2].click(); review.show(99, true)")
        assert opened.run("review.reply().answers[0].choice") == "unsure"
        assert "关闭页面前请先保存" in opened.run("document.getElementById('card').textContent")
    finally:
        opened.call("Page.removeScriptToEvaluateOnNewDocument", identifier=made["identifier"])
        opened.run("review.isTouched = false")
    assert opened.said() == []


def test_a_changed_answer_is_another_reply_of_the_same_device(opened: Any, page_file: Path) -> None:
    opened.run("document.querySelectorAll('.choices button')[0].click()")
    first = opened.run("review.reply()")
    assert opened.run("review.reply()")["id"] == first["id"]
    opened.run("review.show(99, true); document.getElementById('copy').click()")
    opened.run("new Promise(function (done) { setTimeout(done, 300); })")
    opened.open(page_file)
    assert opened.run("review.reply()")["id"] == first["id"]  # shown twice is still one
    opened.run("review.show(0, true); document.querySelectorAll('.choices button')[1].click()")
    second = opened.run("review.reply()")
    assert second["id"] != first["id"]
    assert second["household"] == first["household"]
    opened.run("review.clear()")  # the phone goes to a neighbour
    assert opened.run("review.reply()")["household"] != first["household"]


# -- signed alike ----------------------------------------------------------------------------------------------
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
codes_ = st.lists(st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True), max_size=4, unique=True)
uuids = st.uuids(version=4).map(str)
degrees = st.floats(-179, 179).map(lambda v: f"{v:.6f}")
places = st.tuples(degrees, st.floats(-89, 89).map(lambda v: f"{v:.6f}")).map(list)
shapes = st.one_of(
    places.map(lambda p: {"type": "Point", "coordinates": p}),
    st.lists(places, min_size=2, max_size=5, unique_by=str).map(
        lambda p: {"type": "LineString", "coordinates": p}
    ),
    st.lists(places, min_size=3, max_size=5, unique_by=str).map(
        lambda p: {"type": "Polygon", "coordinates": [[*p, p[0]]]}
    ),
)
IDS = [f"00000000-0000-4000-8000-{i:012d}" for i in range(9)]
marks = st.fixed_dictionaries(
    {
        "proposal": st.none() | st.sampled_from(IDS),
        "geometry": shapes,
        "text": words,
        "colour": st.sampled_from(["", "#E69F00"]),
    }
)
replies = st.fixed_dictionaries(
    {
        "format": st.just("renovate-gui-reply"),
        "format_version": st.just(2),
        "package": st.just("11111111-1111-4111-8111-111111111111"),
        "package_version": st.just(3),
        "id": uuids,
        "created": st.just("2026-11-24T01:02:03.004Z"),
        "lang": st.sampled_from(["zh", "en"]),
        "answers": st.lists(
            st.fixed_dictionaries(
                {
                    "proposal": st.sampled_from(IDS),
                    "choice": st.sampled_from([None, "agree", "oppose", "unsure"]),
                    "comment": words,
                    "mark": st.none() | places,
                }
            ),
            max_size=3,
            unique_by=lambda a: a["proposal"],
        ),
        "wish": st.sampled_from(["yes", "no", "conditional"]),
        "building": words,
    },
    optional={
        "household": st.from_regex(r"[0-9A-Za-z-]{1,8}", fullmatch=True),
        "stairwell": words,
        "ranks": codes_,
        "needs": codes_,
        "management": st.just("firm"),
        "budget": st.lists(
            st.tuples(st.sampled_from(IDS), st.integers(1, 11)).map(list),
            max_size=5,
            unique_by=lambda p: p[0],
        ),
        "marks": st.lists(marks, max_size=3),
    },
)


@settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))
@given(data=replies)
def test_page_and_program_sign_the_same_text(
    chrome: Any, page_file: Path, known: Mapping[str, KnownPackage], data: dict[str, Any]
) -> None:
    if chrome.run("typeof review") != "object":
        chrome.open(page_file)
    there, check, packed = chrome.run(
        f"(function (r) {{ var text = review.canonical(r); return review.packed(JSON.stringify(JSON.parse(text).concat([review.hmac('{KEY}', text)])))"
        f".then(function (p) {{ return [text, review.hmac('{KEY}', text), p]; }}); }})({json.dumps(data)})"
    )
    assert there == canonical(data)
    assert check == reply_check(data, KEY)
    direct = check_reply(data | {"check": check}, "r", known)
    read = read_message(f"renovate-gui-reply:2{packed[0]}:{packed[1:]}:end", "m", known, Channel.PAGE)
    assert read == direct


def test_a_browser_that_cannot_deflate_sends_plain_text(
    opened: Any, known: Mapping[str, KnownPackage]
) -> None:
    opened.run(
        "window.CompressionStream = undefined; document.querySelectorAll('.choices button')[0].click()"
    )
    packed = opened.run("review.packedReply()")
    assert packed[0] == "p"
    assert (
        read_message(f"renovate-gui-reply:2p:{packed[1:]}:end", "m", known).answers[0].choice is Choice.AGREE
    )


def test_an_independent_reader_reads_each_size_of_code(opened: Any) -> None:
    import zxingcpp

    for length in (1, 14, 15, 26, 62, 106, 152, 180, 181, 213, 214, 287, 331, 362, 411, 412):
        text = ("RGQ2:0123abcd:1/2:zAb-_é" * 30).encode()[:length].decode("utf-8", "ignore")
        rows = np.array(opened.run(f"review.qr({json.dumps(text)})"))
        picture = np.kron(
            np.pad(~rows, 4, constant_values=True).astype(np.uint8) * 255, np.ones((4, 4), np.uint8)
        )
        found = zxingcpp.read_barcodes(picture)
        assert [f.text for f in found] == [text]
        assert str(found[0].ec_level) == "M"
        # a stain in the middle: level M mends that
        at = slice(picture.shape[0] // 2, picture.shape[0] // 2 + picture.shape[0] // 10)
        picture[at, at] = 0
        assert [f.text for f in zxingcpp.read_barcodes(picture)] == [text]


def test_what_does_not_fit_a_code_is_said(opened: Any) -> None:
    assert opened.run("review.qr('x'.repeat(413))") is None
    opened.run(
        "review.state.answers = {}; review.plan.proposals.forEach(function (p, i) { var s = ''; for (var k = 0; k < 2000; k++) s += String.fromCharCode(0x4e00 + (k * 7919 + i * 104729) % 20000);"
        " review.state.answers[p.id] = {choice: null, comment: s}; }); review.show(99, true); document.getElementById('codes').click()"
    )
    opened.run("new Promise(function (done) { setTimeout(done, 500); })")
    assert "放不进二维码" in opened.run("document.querySelector('.done-words').textContent")


# -- before and after, keyboard, type ----------------------------------------------------------------------------
def clip_left(chrome: Any, pane: str) -> float:
    found = chrome.run(f"map_review.getPane('{pane}').style.clip")
    return (
        float(found.strip("rect()").replace("px", "").replace(",", " ").split()[3]) if found else float("nan")
    )


def test_the_handle_moves_by_key_and_by_finger(opened: Any) -> None:
    click(opened, "compare")
    assert opened.run("document.activeElement.id") == "swipe"
    start = clip_left(opened, "after")
    for _ in range(10):
        opened.key("ArrowRight", code=39)
    assert clip_left(opened, "after") - start == pytest.approx(31.2, abs=0.6)
    assert clip_left(opened, "pins") == clip_left(opened, "plan") == clip_left(opened, "after")
    assert (
        opened.run("document.getElementById('swipe').getAttribute('aria-valuetext')") == "地图左侧 46% 为今天"
    )
    x, y = opened.run(
        "(function () { var b = document.getElementById('swipe').getBoundingClientRect(); return [24 + (b.width - 48) * 0.46, b.top + 24]; })()"
    )
    opened.mouse("mousePressed", x, y)
    opened.mouse("mouseMoved", x + 50, y)
    opened.mouse("mouseMoved", x + 100, y)
    opened.mouse("mouseReleased", x + 100, y)
    assert int(opened.run("document.getElementById('swipe').value")) == pytest.approx(78, abs=2)
    centre = opened.run("[map_review.getCenter().lng, map_review.getCenter().lat]")
    click(opened, "compare")
    assert opened.run("map_review.getPane('after').style.clip") == ""
    assert opened.run("[map_review.getCenter().lng, map_review.getCenter().lat]") == pytest.approx(centre)


def test_left_of_the_handle_is_today_and_right_of_it_the_plan(opened: Any, tmp_path: Path) -> None:
    from PIL import Image

    opened.size(900, 700)
    opened.run("review.theme = 1; review.all(); document.getElementById('compare').click()")
    # the sixth building is out of reach today and served with the plan
    x, y = opened.run(
        "(function () { var b = L.latLngBounds(review.rings(review.plan.buildings.shapes[5])[0][0]).getCenter(), p = map_review.latLngToContainerPoint(b), f = map_review.getContainer().getBoundingClientRect();"
        " return [f.left + p.x, f.top + p.y]; })()"
    )
    colours = []
    for value in (100, 0):
        opened.run(
            f"var h = document.getElementById('swipe'); h.value = {value}; h.dispatchEvent(new Event('input')); new Promise(function (d) {{ setTimeout(d, 300); }})"
        )
        opened.picture(tmp_path / f"{value}.png")
        pixels = np.asarray(Image.open(tmp_path / f"{value}.png").convert("RGB"))[
            int(y) - 3 : int(y) + 4, int(x) - 3 : int(x) + 4
        ]
        colours.append(pixels.reshape(-1, 3).astype(int).mean(axis=0))
    today, planned = colours
    assert today[0] > today[1]  # vermilion
    assert planned[1] > planned[0]  # green


def test_wishes_are_put_in_order_by_keys_and_the_page_says_so(opened: Any) -> None:
    opened.run(
        "review.show(9, true); document.getElementById('rank-add-wish_2').click(); document.getElementById('rank-add-wish_1').click()"
    )
    opened.run("document.getElementById('rank-up-wish_1').focus()")
    opened.key("Enter", code=13)
    assert opened.run("review.state.ranks") == ["wish_1", "wish_2"]
    assert "排第 1" in opened.run("document.getElementById('live').textContent")
    assert opened.run("document.activeElement.id") == "rank-down-wish_1"
    opened.run("document.getElementById('rank-out-wish_1').focus()")
    opened.key("Enter", code=13)
    assert opened.run("review.state.ranks") == ["wish_2"]
    assert opened.run("document.activeElement.id") == "rank-add-wish_1"


def test_a_mark_can_be_drawn_without_a_pointer(opened: Any) -> None:
    opened.run("document.getElementById('mark-LineString').focus()")
    opened.key("Enter", code=13)
    assert opened.run("document.activeElement.id") == "draw-middle"
    opened.key("Enter", code=13)
    opened.run("map_review.getContainer().focus()")
    opened.key("ArrowRight", code=39)
    opened.run("new Promise(function (done) { setTimeout(done, 600); })")
    opened.run("document.getElementById('draw-middle').focus()")
    opened.key("Enter", code=13)
    opened.run("document.getElementById('draw-done').focus()")
    opened.key("Enter", code=13)
    (west, _), (east, _) = opened.run("review.state.marks[0].places")
    assert float(east) > float(west)
    opened.run("document.querySelector('.mark-list .cross-button').click()")
    assert opened.run("review.state.marks") == []


def test_a_building_is_found_and_told(opened: Any, hostile: tuple[str, ...]) -> None:
    click(opened, "find-open")
    opened.run(
        "var box = document.getElementById('find-words'); box.value = '1+1'; box.dispatchEvent(new Event('input')); 0"
    )
    opened.run("document.querySelector('#find-list button').click()")
    assert hostile[5] in opened.run("document.getElementById('told').textContent")
    assert opened.run("review.state.building") == hostile[5]


def test_tapping_a_building_tells_of_it(opened: Any, hostile: tuple[str, ...]) -> None:
    opened.run("review.goTo(3); review.announce('')")
    opened.run("new Promise(function (done) { setTimeout(done, 600); })")
    tap(opened, 0, 0)
    assert hostile[3] in opened.run("document.getElementById('told').textContent")


def test_what_was_said_before_is_answered_on_its_card(opened: Any, hostile: tuple[str, ...]) -> None:
    opened.run("review.show(2, true)")
    said = opened.run("document.querySelector('#card .said').textContent")
    assert said == f"您说：{hostile[2]}我们做：{hostile[2]}{hostile[2]}"
    opened.run("review.show(1, true)")
    assert opened.run("document.querySelector('#card .said')") is None


def test_it_prints_every_proposal_and_no_button(
    opened: Any, tmp_path: Path, hostile: tuple[str, ...]
) -> None:
    pypdf = pytest.importorskip("pypdf")
    opened.run("document.querySelectorAll('.choices button')[0].click()")
    opened.pdf(tmp_path / "page.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "page.pdf").pages)
    squeezed = "".join(text.split())
    for title in (hostile[0], hostile[4], hostile[8]):
        assert "".join(title.split()) in squeezed
    opened.media(medium="print")
    assert opened.run("getComputedStyle(document.getElementById('next').parentNode).display") == "none"
    assert opened.run("getComputedStyle(document.getElementById('card')).display") == "none"


def test_a_package_with_one_proposal_plays_no_budget_game(
    chrome: Any, make_plan: Callable[..., PagePlan], tmp_path: Path
) -> None:
    from dataclasses import replace

    from renovate_gui.io.package.page import assemble_page, page_payload

    for count in (0, 1):
        made = make_plan("en")
        made = replace(made, proposals=made.proposals[:count], gaps=(), heat=None, building_names=None)
        (tmp_path / "one.html").write_text(assemble_page(page_payload(made), title="x"), encoding="utf-8")
        chrome.open(tmp_path / "one.html")
        chrome.run("review.show(99, true)")
        assert chrome.run("document.querySelectorAll('#list button').length") == count + 2
        assert chrome.said() == []


def test_deflated_texts_are_what_zlib_makes_of_them(opened: Any) -> None:
    packed = opened.run("review.packed('意见'.repeat(200))")
    raw = base64.urlsafe_b64decode(packed[1:] + "=" * (-len(packed[1:]) % 4))
    assert zlib.decompress(raw, -15).decode() == "意见" * 200


def test_the_saved_file_is_the_reply(opened: Any, known: Mapping[str, KnownPackage], tmp_path: Path) -> None:
    opened.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    opened.run("document.querySelectorAll('.choices button')[1].click(); review.show(99, true)")
    click(opened, "save")
    said = opened.run("document.querySelector('.done-words').textContent")
    until = time.monotonic() + 20
    while not (found := list(tmp_path.glob("*.json"))) and time.monotonic() < until:
        opened.run("new Promise(function (done) { setTimeout(done, 50); })")
    assert [f.name in said for f in found] == [True]
    assert found[0].name.startswith("reply-v3-")
    reply = read_reply(found[0], known)
    assert reply.answers[0].choice is Choice.OPPOSE
    assert reply.extra.channel is Channel.PAGE
