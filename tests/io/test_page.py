"""The review page: sealed, silent, and words stay words, in a real browser too."""

from __future__ import annotations

import html as html_module
import json
import re
import subprocess
from pathlib import Path
from shutil import which
from typing import Any

import numpy as np
import pytest
import shapely

from renovate_gui.assets import resource_path
from renovate_gui.domain.ids import Uuid
from renovate_gui.io.package.page import (
    PageContext,
    PageGap,
    PageHeat,
    PageNote,
    PagePlan,
    PageProposal,
    assemble_page,
    page_payload,
)
from renovate_gui.io.package.texts import Both, Phrase
from renovate_gui.io.package.verify import page_problems, policy_hash
from renovate_gui.io.replies import KnownPackage, check_reply, read_reply

E0, N0 = 362086.981, 3271852.335
HOSTILE = (
    "{{7*7}}",
    "{% raw %}{# x #}",
    "<script>alert(1)</script>",
    "</script><b>bold</b>",
    "<!--<script>",
    "=1+1",
    "a\u2028b",
    "@@SCRIPTS@@ {n}",
    "<img src=x onerror=alert(1)>",
)
KEY = "5c" * 32
PACKAGE = "11111111-1111-4111-8111-111111111111"


def objects(shapes: list[Any]) -> np.ndarray:
    out = np.empty(len(shapes), dtype=object)
    out[:] = shapes
    return out


def plan(language: str = "zh_CN") -> PagePlan:
    buildings = objects([shapely.box(E0 + 30 * i, N0, E0 + 30 * i + 20, N0 + 15) for i in range(8)])
    proposals = tuple(
        PageProposal(
            id=f"00000000-0000-4000-8000-{i:012d}",
            number=i + 1,
            geometry=shapely.Point(E0 + 20 * i, N0 + 40),
            title=text,
            lead=text,
            facts=((Phrase("Who runs it"), text),),
            theme=0,
        )
        for i, text in enumerate(HOSTILE)
    )
    gap = PageGap(
        "childcare",
        Both("托儿所", "Childcare"),
        Phrase("{kind}, today", {"kind": Both("托儿所", "Childcare")}),
        300.0,
        True,
        np.array([0, 0, 0, 2, 2, 2, 4, 1], np.int8),
        np.array([10, 20, 30, 400, 500, np.inf, np.nan, 100.0]),
        objects([shapely.Point(E0, N0)]),
        (HOSTILE[2],),
    )
    heat = PageHeat("需求", "1/ha", (("0–5", "#123456", shapely.box(E0, N0, E0 + 50, N0 + 50)),))
    way = objects([shapely.LineString([(E0, N0 - 5), (E0 + 200, N0 - 5)])])
    return PagePlan(
        package=PACKAGE,
        version=3,
        key=KEY,
        community=HOSTILE[3],
        until="2026-12-07",
        contact=HOSTILE[2],
        seal="7F3A-91C2",
        attribution="©",
        language=language,
        crs="EPSG:4545",
        bounds=(E0 - 20, N0 - 20, E0 + 260, N0 + 80),
        buildings=buildings,
        building_names=(*HOSTILE[:8],),
        proposals=proposals,
        gaps=(gap,),
        heat=heat,
        context=(PageContext("line", way, stroke="#FFFFFF"),),
        notes=(PageNote(shapely.Point(E0, N0 + 60), HOSTILE[0]),),
    )


def page(language: str = "zh_CN") -> str:
    made = plan(language)
    return assemble_page(page_payload(made), title=made.community)


def test_the_page_is_sealed_and_asks_for_nothing() -> None:
    text = page()
    assert page_problems(text, "review.html") == []
    assert "unsafe" not in text.split("Content-Security-Policy")[1][:3000]
    addresses = set(re.findall(r"(?:src|href)\s*=\s*[\"']?(\w+:)?//", text))
    assert addresses == set()
    assert len(text.encode()) < 400_000


def test_hostile_values_are_neither_run_nor_rendered() -> None:
    text = page()
    assert "49" not in re.findall(r'"title":"([^"]*)"', text)
    data = re.search(r'<script type="application/json" id="plan">(.*?)</script>', text, re.DOTALL)
    assert data is not None
    assert "<" not in data[1]
    assert "\u2028" not in data[1]
    loaded = json.loads(data[1])
    assert [p["title"] for p in loaded["proposals"]] == list(HOSTILE)
    assert loaded["community"] == HOSTILE[3]


def test_the_same_plan_gives_the_same_page() -> None:
    assert page() == page()


def test_shapes_come_back_within_a_decimetre() -> None:
    payload = page_payload(plan())
    ring = np.array(payload["buildings"]["shapes"][0][0][0]).reshape(-1, 2).cumsum(axis=0) / 1e6
    ring += payload["origin"]
    from pyproj import Transformer

    back = Transformer.from_crs("EPSG:4326", "EPSG:4545", always_xy=True).transform(ring[:, 0], ring[:, 1])
    got = shapely.Polygon(np.column_stack(back))
    assert got.hausdorff_distance(shapely.box(E0, N0, E0 + 20, N0 + 15)) < 0.1


def test_chinese_is_embedded_for_every_word_of_the_page() -> None:
    names = ("form.js", "map.js")
    scripts = "".join(resource_path(f"page/{n}").read_text(encoding="utf-8") for n in names)
    words = page_payload(plan())["words"]
    used = set(re.findall(r"\bt\(\"([^\"]+)\"", scripts))
    assert used
    assert used - words.keys() == set()


# -- in the browser --------------------------------------------------------------------------------------------
HOOK = """
window.addEventListener("load", function () {
  var seen = { titles: [], alerts: 0, bold: 0 };
  window.alert = function () { seen.alerts++; };
  seen.heading = document.getElementById("heading").textContent;
  for (var i = 0; i < review.plan.proposals.length; i++) {
    seen.titles.push(document.querySelector("#card-title span:last-child").textContent);
    var buttons = document.querySelectorAll(".choices button");
    if (i % 4 < 3) buttons[i % 4].click();
    var box = document.querySelector(".comment");
    box.value = review.plan.proposals[i].title + " 意见😀\\ud800\\"\\n";
    box.dispatchEvent(new Event("input"));
    if (i === 0) { document.getElementById("mark").click(); document.getElementById("mark-middle").click(); }
    if (i === 1) { document.getElementById("mark").click(); document.getElementById("mark").click(); }
    document.getElementById("next").click();
  }
  seen.state = document.getElementById("state").textContent;
  document.querySelectorAll(".choices button")[0].click();
  document.getElementById("copy").click();
  seen.text = document.querySelector(".copied").value;
  seen.reply = review.reply();
  seen.middle = [map_review.getCenter().lng, map_review.getCenter().lat];
  review.tell(3);
  seen.told = document.getElementById("told").textContent;
  document.getElementById("language").click();
  seen.other = document.getElementById("state").textContent;
  seen.bold = document.querySelectorAll("b").length;
  seen.images = document.querySelectorAll("img").length;
  seen.requests = performance.getEntriesByType("resource").map(function (e) { return e.name; });
  seen.wide = document.documentElement.scrollWidth - window.innerWidth;
  document.body.textContent = "";
  var pre = document.createElement("pre");
  pre.id = "seen";
  pre.textContent = JSON.stringify(seen);
  document.body.append(pre);
});
"""


@pytest.fixture(scope="module")
def browsed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Answer the whole page in Chromium, opened as a file with every name refused."""
    chromium = which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    folder = tmp_path_factory.mktemp("浏览 器")
    text = page().replace("script-src ", f"script-src {policy_hash(HOOK)} ", 1)
    (folder / "review.html").write_text(
        text.replace("</body>", f"<script>{HOOK}</script></body>"), encoding="utf-8"
    )
    flags = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    done = subprocess.run(
        [
            chromium,
            *flags.split(),
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder / 'profile'}",
            "--window-size=500,844",
            "--enable-logging=stderr",
            "--virtual-time-budget=4000",
            "--dump-dom",
            (folder / "review.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found = re.search(r'<pre id="seen">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None, done.stderr[-2000:]
    seen: dict[str, Any] = json.loads(html_module.unescape(found[1]))
    seen["console"] = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return seen


@pytest.mark.browser
def test_words_stay_words_in_the_browser(browsed: dict[str, Any]) -> None:
    assert browsed["titles"] == list(HOSTILE)
    assert HOSTILE[3] in browsed["heading"]
    assert browsed["alerts"] == browsed["bold"] == browsed["images"] == 0
    assert HOSTILE[3] in browsed["told"]
    assert "400 m" in browsed["told"]


@pytest.mark.browser
def test_nothing_is_requested_or_refused(browsed: dict[str, Any]) -> None:
    assert browsed["requests"] == []
    assert browsed["console"] == []
    assert browsed["wide"] <= 0


@pytest.mark.browser
def test_both_languages_are_there(browsed: dict[str, Any]) -> None:
    assert browsed["state"] == "已填 9 / 9 · 12 月 7 日前 · 不用联网"
    assert browsed["other"] == "answered 9 of 9 · until 7 Dec · No network needed"


@pytest.mark.browser
def test_the_browsers_signature_is_ours(browsed: dict[str, Any], tmp_path: Path) -> None:
    ids = frozenset(p.id for p in plan().proposals)
    known = {PACKAGE: KnownPackage(Uuid(PACKAGE), 3, KEY, ids)}
    reply = check_reply(browsed["reply"], "reply.json", known)
    assert len(reply.answers) == len(HOSTILE)
    assert reply.wish == "yes"
    mark = reply.answers[0].mark_lonlat
    assert mark is not None
    assert mark == pytest.approx(browsed["middle"], abs=0.02)
    assert all(a.mark_lonlat is None for a in reply.answers[1:])
    assert reply.answers[0].comment == HOSTILE[0] + ' 意见😀\ufffd"'
    (tmp_path / "m.txt").write_text(f"hello {browsed['text']}", encoding="utf-8")
    assert read_reply(tmp_path / "m.txt", known).answers == reply.answers
