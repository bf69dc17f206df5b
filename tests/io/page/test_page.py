"""The review page as text: sealed, silent, and words stay words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import numpy as np
import shapely

from renovate_gui.assets import resource_path
from renovate_gui.assets.words import catalogue
from renovate_gui.io.package.page import SCRIPTS, PagePlan, page_payload
from renovate_gui.io.package.verify import page_problems

E0, N0 = 362086.981, 3271852.335


def test_the_page_is_sealed_and_asks_for_nothing(make_page: Callable[..., str]) -> None:
    text = make_page()
    assert page_problems(text, "review.html") == []
    assert "unsafe" not in text.split("Content-Security-Policy")[1][:3000]
    addresses = set(re.findall(r"(?:src|href)\s*=\s*[\"']?(\w+:)?//", text))
    assert addresses == set()
    assert len(text.encode()) < 400_000


def test_hostile_values_are_neither_run_nor_rendered(
    make_page: Callable[..., str], hostile: tuple[str, ...]
) -> None:
    text = make_page()
    assert "49" not in re.findall(r'"title":"([^"]*)"', text)
    data = re.search(r'<script type="application/json" id="plan">(.*?)</script>', text, re.DOTALL)
    assert data is not None
    assert "<" not in data[1]
    assert "\u2028" not in data[1]
    loaded = json.loads(data[1])
    assert [p["title"] for p in loaded["proposals"]] == list(hostile)
    assert loaded["community"] == hostile[3]


def test_the_same_plan_gives_the_same_page(make_page: Callable[..., str]) -> None:
    assert make_page() == make_page()


def test_shapes_come_back_within_a_decimetre(make_plan: Callable[..., PagePlan]) -> None:
    payload = page_payload(make_plan())
    ring = np.array(payload["buildings"]["shapes"][0][0][0]).reshape(-1, 2).cumsum(axis=0) / 1e6
    ring += payload["origin"]
    from pyproj import Transformer

    back = Transformer.from_crs("EPSG:4326", "EPSG:4545", always_xy=True).transform(ring[:, 0], ring[:, 1])
    got = shapely.Polygon(np.column_stack(back))
    assert got.hausdorff_distance(shapely.box(E0, N0, E0 + 20, N0 + 15)) < 0.1


def test_chinese_is_embedded_for_every_word_of_the_page(make_plan: Callable[..., PagePlan]) -> None:
    scripts = "".join(resource_path(f"page/{n}").read_text(encoding="utf-8") for n in SCRIPTS)
    words = page_payload(make_plan())["words"]
    used = set(re.findall(r"\bt\(\"([^\"]+)\"", scripts)) | {"A hundred points", "Agree", "Served", "Area"}
    assert len(used) > 80
    assert used - words.keys() == set()


def test_every_script_is_in_the_page_and_puts_values_in_as_text_only() -> None:
    assert sorted(SCRIPTS) == sorted(p.name for p in resource_path("page").glob("*.js"))
    for name in SCRIPTS:
        script = resource_path(f"page/{name}").read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|bindPopup|bindTooltip", script
        )
        # Leaflet takes markup here: it gets an element that holds the value as text
        assert set(re.findall(r"html: (\w+)", script)) <= {"review", "disc"}


def test_no_chinese_sentence_of_the_page_is_an_english_one() -> None:
    chinese = catalogue("zh_CN")
    for name in SCRIPTS:
        script = resource_path(f"page/{name}").read_text(encoding="utf-8")
        for key in re.findall(r"\bt\(\"([^\"]+)\"", script):
            assert re.search(r"[\u4e00-\u9fff]|^\{kind\} \{n\}$", chinese[key]), key
