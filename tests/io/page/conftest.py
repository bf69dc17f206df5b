"""A small plan full of hostile words, its page, and a browser with every name refused."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.questions import Question, Questions
from renovate_gui.io.package.page import (
    PageContext,
    PageGap,
    PageHeat,
    PageNote,
    PagePlan,
    PageProposal,
    PageSaid,
    assemble_page,
    page_payload,
)
from renovate_gui.io.package.texts import Both, Phrase
from renovate_gui.io.replies import KnownPackage

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
    """Return an array of objects."""
    out = np.empty(len(shapes), dtype=object)
    out[:] = shapes
    return out


def asked() -> Questions:
    """Return questions, some of them hostile."""
    return Questions(
        tuple(
            Question(f"wish_{i}", f"愿望{i}{words}", f"Wish {i} {words}")
            for i, words in enumerate(HOSTILE[:4])
        ),
        (Question("meals", "助餐", "Meals"), Question("stairs", HOSTILE[2], HOSTILE[2])),
        (Question("firm", "物业公司", "A firm"), Question("self", "自治", "Ourselves")),
    )


def gap(*, is_planned: bool) -> PageGap:
    """Return a map of verdicts; the plan serves the last three."""
    kind = Both("托儿所", "Childcare")
    title = "{kind}, with the proposals" if is_planned else "{kind}, today"
    return PageGap(
        "childcare",
        kind,
        Phrase(title, {"kind": kind}),
        300.0,
        True,
        np.array([0, 0, 0, 2, 2, 0, 0, 0] if is_planned else [0, 0, 0, 2, 2, 2, 4, 1], np.int8),
        np.array([10, 20, 30, 400, 500, np.inf, np.nan, 100.0]),
        objects([shapely.Point(E0, N0)]),
        (HOSTILE[2],),
        is_planned,
    )


def plan(language: str = "zh_CN") -> PagePlan:
    """Return the plan."""
    buildings = objects([shapely.box(E0 + 30 * i, N0, E0 + 30 * i + 20, N0 + 15) for i in range(8)])
    proposals = tuple(
        PageProposal(
            id=f"00000000-0000-4000-8000-{i:012d}",
            number=i + 1,
            geometry=shapely.Point(E0 + 20 * i, N0 + 40),
            title=text,
            lead=text,
            money=Phrase("{n} points", {"n": "3"}) if i else "",
            facts=((Phrase("Who runs it"), text),),
            theme=1,
            said=(PageSaid(text, text, text),) if i == 2 else (),
        )
        for i, text in enumerate(HOSTILE)
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
        gaps=(gap(is_planned=False), gap(is_planned=True)),
        heat=heat,
        context=(PageContext("line", way, stroke="#FFFFFF"),),
        notes=(PageNote(shapely.Point(E0, N0 + 60), HOSTILE[0]),),
        questions=asked(),
        said=(PageSaid(HOSTILE[8], HOSTILE[2]),),
    )


@pytest.fixture(scope="session")
def hostile() -> tuple[str, ...]:
    """Return words that must stay words."""
    return HOSTILE


@pytest.fixture(scope="session")
def make_plan() -> Callable[..., PagePlan]:
    """Return the maker of the plan."""
    return plan


@pytest.fixture(scope="session")
def make_page() -> Callable[..., str]:
    """Return the maker of the page."""

    def make(language: str = "zh_CN") -> str:
        made = plan(language)
        return assemble_page(page_payload(made), title=made.community)

    return make


@pytest.fixture(scope="session")
def known() -> dict[str, KnownPackage]:
    """Return what the project remembers of the package."""
    ids = frozenset(p.id for p in plan().proposals)
    return {PACKAGE: KnownPackage(Uuid(PACKAGE), 3, KEY, ids)}


@pytest.fixture(scope="session")
def chrome() -> Iterator[Any]:
    """Return Chromium, driven as the measurements drive it; skip where it is absent."""
    path = Path(__file__).resolve().parents[3] / "bench" / "chrome.py"
    spec = importlib.util.spec_from_file_location("chrome_over_a_pipe", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if module.chromium() is None:
        pytest.skip("chromium is not installed")
    with module.Chrome() as browser:
        yield browser


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory, make_page: Callable[..., str]) -> Path:
    """Return the page as a file, in a folder whose name is hard on addresses."""
    path = tmp_path_factory.mktemp("浏览 器") / "review.html"
    path.write_text(make_page(), encoding="utf-8")
    return path


@pytest.fixture
def opened(chrome: Any, page_file: Path) -> Any:
    """Return the browser with the page open on a phone, nothing kept from before."""
    chrome.media()
    chrome.size(360, 740, is_phone=True)
    # all files share one storage
    if chrome.run("location.protocol") != "file:":
        chrome.open(page_file)
    chrome.run("localStorage.clear()")
    chrome.open(page_file)
    return chrome
