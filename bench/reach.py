"""Reach beside QGIS: network, nearest, covered parcels, a facility under the hand; on made-up cities of three sizes.

The cities come from ``../shared/bench/citygen.py`` (a mountain city with stairs, the same for the same seed); where they
are made already, ``RENOVATE_BENCH_CITIES`` names the folder that holds c10k, c100k and c500k.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from measure import CHECKOUT, Figure, show

SIZES = {"c10k": 10_000, "c100k": 100_000, "c500k": 420_000}  # parcels; 12k, 120k and 500k edges
QGIS = "/usr/bin/python3"  # PyQGIS belongs to the system's interpreter
HERE = Path(__file__).resolve().parent
SHARED = CHECKOUT.parent / "shared" / "bench"


def reach(folder: Path) -> None:
    """Measure every size in a process of its own, then QGIS on the two that it can do."""
    cities = {name: _city(folder, name, count) for name, count in SIZES.items()}
    ours = {
        name: _json([sys.executable, str(HERE / "reach_one.py"), str(city)])
        for name, city in cities.items()
        if city
    }
    if not ours:
        print("\nreach: the city generator is absent, left out")
        return
    for name, found in ours.items():
        _one(name, found)
    _growth(ours)
    for name in ("c10k", "c100k"):
        if name in ours:
            _beside_qgis(name, cities[name], ours[name])
    _beside_reference(cities["c10k"], ours.get("c10k"))


def _city(folder: Path, name: str, parcels: int) -> Path | None:
    given = os.environ.get("RENOVATE_BENCH_CITIES")
    if given and (Path(given) / name / "city.gpkg").is_file():
        return Path(given) / name
    if not (SHARED / "citygen.py").is_file():
        return None
    words = ["--parcels", str(parcels), "--seed", "1", "--out", str(folder / name), "--formats", "gpkg"]
    subprocess.run(
        [sys.executable, str(SHARED / "citygen.py"), *words], check=True, stdout=subprocess.DEVNULL
    )
    return folder / name


def _json(words: list[str]) -> dict[str, Any]:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0 or not done.stdout.strip():
        raise RuntimeError(
            f"{Path(words[1]).name}: {(done.stderr.strip().splitlines() or ['nothing said'])[-1]}"
        )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _one(name: str, f: dict[str, Any]) -> None:
    is_goal = name == "c100k"  # the goals are set at 100,000 parcels

    def goal(value: float, *, here: bool = is_goal) -> float | None:
        return value if here else None

    if "share_ms" in f:
        f["catchments_ms"] = f["share_ms"] + f["pairs_ms"]
    f["own_mb"] = f["memory_mb"] - f["tables_mb"]
    is_largest = name == "c500k"
    rows = [
        ("network and snapping, once", "build_ms", "ms", goal(2000)),
        ("  of it the network", "network_ms", "ms", None),
        ("network and snapping, opened again", "again_ms", "ms", goal(500)),
        ("seconds of a walker, once", "seconds_ms", "ms", None),
        ("nearest facility, 4 kinds", "nearest_ms", "ms", goal(150)),
        ("100 facilities at 500 m with covered parcels", "hundred_ms", "ms", goal(800)),
        ("facility in hand, prepared, slowest of 4 kinds", "drag_prepare_ms", "ms", None),
        ("facility in hand, frame, median", "drag_median_ms", "ms", goal(10)),
        ("facility in hand, frame, 95th percentile", "drag_p95_ms", "ms", goal(20)),
        ("with room deciding, median", "room_median_ms", "ms", goal(10)),
        ("with room deciding, 95th percentile", "room_p95_ms", "ms", goal(20)),
        ("room on a slider, median", "slide_median_ms", "ms", goal(10)),
        ("room on a slider, 95th percentile", "slide_p95_ms", "ms", None),
        ("E2SFCA, 200 facilities at 1,000 m, with pairs", "catchments_ms", "ms", goal(600)),
        ("MCLP 10k x 500, p = 5, first answer", "site_first_ms", "ms", goal(50)),
        ("MCLP 10k x 500, p = 5, proven", "site_proven_s", "s", goal(20)),
        ("heat of 100,000 points", "heat_ms", "ms", goal(25)),
        (
            "peak memory of the process, libraries and tables too",
            "memory_mb",
            "MB",
            goal(600, here=is_largest),
        ),
        ("  of it beyond the tables read", "own_mb", "MB", None),
        ("  with catchments at 1,000 m, siting, opened again", "end_mb", "MB", None),
    ]
    figures = [Figure(title, f[key], unit, least) for title, key, unit, least in rows if key in f]
    show(f"reach, {f['parcels']:,} parcels on {f['edges']:,} edges", figures)
    for title in [title for title, key, *_ in rows if key not in f]:
        print(f"  {title:<46} absent")


def _growth(ours: dict[str, dict[str, Any]]) -> None:
    """Say how a frame grows with the city: it must not."""
    if "c100k" not in ours or "c500k" not in ours:
        return
    pairs = [
        ("facility in hand", "drag_median_ms"),
        ("with room deciding", "room_median_ms"),
        ("slider", "slide_median_ms"),
    ]
    figures = [
        Figure(f"{title}, 500k / 100k edges", ours["c500k"][k] / ours["c100k"][k], "x", 1.5)
        for title, k in pairs
    ]
    show("growth of a frame", figures, digits=2)


def _beside_qgis(name: str, city: Path | None, ours: dict[str, Any]) -> None:
    if not Path(QGIS).exists() or shutil.which("qgis_process") is None:
        print(f"\nreach beside QGIS, {name}: QGIS is absent, left out")
        return
    words = [QGIS, str(HERE / "reach_qgis.py"), f"{city}/city.gpkg", "elderly_care"]
    theirs = _json(words)
    rows = [
        ("reach of one kind at 500 m with covered parcels", theirs["reach_s"] * 1000, ours["kind_ms"], 50),
        ("one facility moved, as a person does it", theirs["move_s"] * 1000, ours["drag_median_ms"], None),
        ("one facility moved, graph kept, no parcels yet", theirs["search_s"] * 1000, ours["drag_median_ms"], None),
        ("network, once", theirs["graph_s"] * 1000, ours["network_ms"], None),
    ]  # fmt: skip
    print(
        f"\nreach beside QGIS, {name}, {theirs['facilities']} facilities; parcels widened beforehand: {theirs['widen_s']:.1f} s"
    )
    for title, there, here, least in rows:
        mark = "" if least is None else f"  goal {least}x{'' if there / here >= least else '  MISSED'}"
        print(f"  {title:<50} QGIS {there:>10,.1f} ms  ours {here:>8,.1f} ms  {there / here:>8,.1f}x{mark}")
    print(
        f"  covered parcels: QGIS {theirs['covered']:,} (way within 8 m), ours {ours['covered']['elderly_care']:,} (door to door)"
    )


def _beside_reference(city: Path | None, ours: dict[str, Any] | None) -> None:
    """Compare covered parcels with an independent and slow computation."""
    script = SHARED / "reference_reach.py"
    if ours is None or not script.is_file():
        print("\nreference reach: absent, left out")
        return
    done = subprocess.run(
        [sys.executable, str(script), "--city", str(city)], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)["reach"]["500"]["covered"]
    print(
        "\nparcels within 8 m of a way reached within 500 m, c10k: a slow independent computation, and ours;"
    )
    print(
        "then those whose walk from their own point, access legs included, is within 500 m: so must be fewer"
    )
    for kind, theirs in sorted(found.items()):
        same = "the same" if theirs["parcels"] == ours["beside"][kind] else "DIFFERS"
        print(
            f"  {kind:<14} {theirs['parcels']:>7,}  ours {ours['beside'][kind]:>7,}  {same:<8}  door to door {ours['covered'][kind]:>7,}"
        )
