"""The review page for people with a keyboard, a screen reader, weak eyes, a small phone: in both languages, at every step."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
WIDTHS = ((360, 740), (390, 844), (768, 1024), (1280, 800))
STATES = {
    "first": "review.show(0, true)",
    "swiping": "document.getElementById('compare').click(); document.getElementById('legend-open').click()",
    "finding": "document.getElementById('compare').click(); document.getElementById('find-open').click()",
    "drawing": "document.getElementById('find-close').click(); document.getElementById('mark-LineString').click(); document.getElementById('draw-middle').click()",
    "marked": "document.getElementById('draw-cancel').click(); document.getElementById('mark-Point').click(); document.getElementById('draw-middle').click()",
    "answered": "review.show(2, true); document.querySelectorAll('.choices button')[1].click(); document.querySelector('details').open = true",
    "needs": "review.show(9, true); ['wish_0', 'wish_2'].forEach(function (c) { document.getElementById('rank-add-' + c).click(); })",
    "budget": "review.show(10, true); document.querySelectorAll('.budget .square')[1].click()",
    "end": "review.show(11, true); document.querySelector('.choices button').click(); document.getElementById('copy').click(); document.getElementById('codes').click()",
    "large": "document.getElementById('large').click(); review.show(0, true)",
}  # fmt: skip
# what a person can use, seen as the page is now
USABLE = """
Array.prototype.filter.call(document.querySelectorAll("button, input, select, textarea, summary, a[href]"), function (node) {
  return node.getClientRects().length && getComputedStyle(node).visibility !== "hidden";
})
"""
SMALL = (
    USABLE
    + """.filter(function (n) { return n.id !== "skip"; }).map(function (n) {
  var box = (n.type === "checkbox" || n.type === "radio" ? n.parentNode : n).getBoundingClientRect();
  return [n.id || n.className || n.textContent.slice(0, 20), Math.round(box.width), Math.round(box.height)];
}).filter(function (n) { return n[1] < 44 || n[2] < 44; })
"""
)
CONTRAST = """
(function () {
  function parse(c) { var m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 ? m.concat([1]) : m; }
  function over(a, b) { return [0, 1, 2].map(function (i) { return a[i] * a[3] + b[i] * (1 - a[3]); }).concat([1]); }
  function light(c) {
    var l = c.slice(0, 3).map(function (v) { v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); });
    return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
  }
  function ground(node) {
    var layers = [];
    for (; node; node = node.parentElement) layers.push(parse(getComputedStyle(node).backgroundColor));
    return layers.reverse().reduce(function (below, layer) { return over(layer, below); }, [255, 255, 255, 1]);
  }
  var bad = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    var node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !node.getClientRects().length || node.closest("script, .hidden-words, .skip, option, :disabled, [aria-disabled=true], .leaflet-pane")) continue;
    var back = ground(node), ink = over(parse(getComputedStyle(node).color), back), a = light(ink), b = light(back);
    var ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push([node.className || node.id || node.tagName, walker.currentNode.textContent.slice(0, 20), ratio.toFixed(2)]);
  }
  return bad;
})()
"""


@pytest.fixture(scope="module", params=["zh", "en"])
def spoken(request: pytest.FixtureRequest, chrome: Any, page_file: Path) -> Iterator[Any]:
    """Return the browser with the page open in a language."""
    chrome.media()
    chrome.size(360, 740, is_phone=True)
    chrome.open(page_file)
    chrome.run("localStorage.clear()")
    chrome.open(page_file)
    if request.param == "en":
        chrome.run("document.getElementById('language').click()")
    chrome.run("review.isTouched = false")
    return chrome


def each_state(chrome: Any, widths: tuple[tuple[int, int], ...] = ((360, 740), (1280, 800))) -> Iterator[str]:
    """Go through all states at each width."""
    for width, height in widths:
        chrome.size(width, height, is_phone=width < 700)
        chrome.run(
            "review.state.marks = []; review.state.ranks = []; review.state.budget = {}; review.state.answers = {}; 0"
        )
        for name, script in STATES.items():
            chrome.run(f"{script}; new Promise(function (done) {{ setTimeout(done, 60); }})")
            yield f"{name} at {width}"
        chrome.run("document.getElementById('large').click()")


def test_nothing_is_wider_than_the_screen_and_everything_can_be_hit(spoken: Any) -> None:
    for state in each_state(spoken, WIDTHS):
        assert spoken.run("document.documentElement.scrollWidth - innerWidth") <= 0, state
        assert spoken.run(SMALL) == [], state


def test_everything_written_can_be_read(spoken: Any) -> None:
    for state in each_state(spoken):
        assert spoken.run(CONTRAST) == [], state


def test_a_screen_reader_has_a_name_for_everything(spoken: Any) -> None:
    roles = {"button", "textbox", "searchbox", "slider", "checkbox", "radio", "combobox", "image", "list", "navigation", "main", "banner", "article", "group", "link"}  # fmt: skip
    for state in each_state(spoken):
        tree = spoken.call("Accessibility.getFullAXTree")["nodes"]
        nameless = [
            n["role"]["value"]
            for n in tree
            if not n["ignored"]
            and n["role"]["value"] in roles - {"list", "main", "banner", "group", "navigation"}
            and not n.get("name", {}).get("value", "").strip()
        ]
        assert nameless == [], state
        found = {n["role"]["value"] for n in tree if not n["ignored"]}
        assert {"main", "banner", "navigation"} <= found, state
        assert spoken.run("(function () { var ids = Array.prototype.map.call(document.querySelectorAll('[id]'), function (n) { return n.id; }); return ids.filter(function (d, i) { return ids.indexOf(d) !== i; }); })()") == [], state  # fmt: skip
        levels = spoken.run("Array.prototype.filter.call(document.querySelectorAll('h1,h2,h3'), function (h) { return h.getClientRects().length; }).map(function (h) { return Number(h.tagName[1]); })")  # fmt: skip
        assert levels[0] == 1, state
        assert all(after - before <= 1 for before, after in pairwise(levels)), state


def test_the_language_is_told_to_the_reader(spoken: Any) -> None:
    lang = spoken.run("document.documentElement.lang")
    assert lang in ("zh-CN", "en")
    words = spoken.run("document.getElementById('next').textContent")
    assert words == {"zh-CN": "下一项", "en": "Next"}[lang]


def test_tab_reaches_everything_in_the_order_of_the_page(opened: Any) -> None:
    opened.run("document.body.tabIndex = -1; document.body.focus()")
    seen: list[str] = []
    for _ in range(60):
        opened.key("Tab", code=9)
        name = opened.run(
            "(function (n) { return n.id || n.className || n.tagName; })(document.activeElement)"
        )
        if name in ("BODY", "HTML") or (seen and name == seen[0]):
            break
        seen.append(name)
    order = ["skip", "large", "language", "map_review", "find-open", "theme", "compare", "legend-open", "zoom-in", "agree", "comment", "mark-Point", "next"]  # fmt: skip
    at = [next(i for i, n in enumerate(seen) if n.split()[0] == name) for name in order]
    assert at == sorted(at)
    assert not any("leaflet-marker" in n for n in seen)


def test_the_skip_link_is_seen_when_reached_and_leads_to_the_card(opened: Any) -> None:
    opened.run("document.body.tabIndex = -1; document.body.focus()")
    opened.key("Tab", code=9)
    assert opened.run("document.activeElement.getBoundingClientRect().top") >= 0
    opened.key("Enter", code=13)
    assert opened.run("document.activeElement.id") == "card-title"


def test_the_next_card_is_read_out(opened: Any) -> None:
    opened.run("document.getElementById('next').focus()")
    opened.key("Enter", code=13)
    assert opened.run("document.activeElement.id") == "card-title"
    assert opened.run("document.activeElement.textContent").startswith("2")


def test_large_type_is_larger(opened: Any) -> None:
    sizes = "['.lead', '.choices button', '#heading', '#next', '.chip'].map(function (s) { return parseFloat(getComputedStyle(document.querySelector(s)).fontSize); })"
    before = opened.run(sizes)
    assert min(before) >= 16
    opened.run("document.getElementById('large').click()")
    after = opened.run(sizes)
    assert all(b >= 1.2 * a for a, b in zip(before, after, strict=True))
    assert opened.run("document.getElementById('large').getAttribute('aria-pressed')") == "true"


def test_who_wants_no_motion_sees_none(opened: Any, page_file: Path) -> None:
    opened.media({"prefers-reduced-motion": "reduce"})
    opened.open(page_file)
    opened.run("review.goTo(6)")
    first = opened.run("map_review.getCenter().lng")
    opened.run("new Promise(function (done) { setTimeout(done, 300); })")
    assert opened.run("map_review.getCenter().lng") == first
    before = opened.run("map_review.getZoom()")
    assert opened.run("map_review.zoomIn().getZoom()") > before  # at once


def test_axe_finds_nothing_serious(spoken: Any) -> None:
    path = Path(
        os.environ.get(
            "AXE_CORE", Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
        )
    )
    if not path.is_file():
        pytest.skip(
            "axe-core is not installed: `npm install --no-save axe-core`, or AXE_CORE=path of axe.min.js"
        )
    spoken.run(path.read_text(encoding="utf-8") + ";0")
    for state in each_state(spoken):
        found = spoken.run(
            "axe.run(document, {resultTypes: ['violations']}).then(function (r) { return r.violations.map(function (v) { return [v.id, v.impact, v.nodes[0].html.slice(0, 120)]; }); })"
        )
        assert found == [], state
