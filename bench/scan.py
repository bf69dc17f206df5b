"""A heap of badly scanned forms with known answers: time a sheet, and what was read against what was ticked.

./dev bench scan        or: python bench/scan.py [SHEETS] [--styles]
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from types import ModuleType

SHEETS = Path(__file__).resolve().parent.parent / "tests" / "io" / "scan" / "sheets.py"


def generator() -> ModuleType:
    """Return the module that draws and scans forms for the tests."""
    spec = importlib.util.spec_from_file_location("scan_sheets", SHEETS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["scan_sheets"] = module
    spec.loader.exec_module(module)
    return module


def heap(count: int = 200, *, with_print: bool = True, tell: bool = True) -> Counter[str]:
    """Read a heap; return and print how often each answer was read as what."""
    from renovate_gui.domain.scan import SheetReading
    from renovate_gui.io.scan.reading import Prints, read_sheets

    g = generator()
    forms = [g.form(), g.form(g.OTHER, paper="A3", version=5), g.form(sheet=2)]
    layouts = {g.PACKAGE: [forms[0], forms[2]], g.OTHER: [forms[1]]}
    prints = Prints(lambda s: g.printed(s, None, dpi=150)) if with_print else Prints()
    found: Counter[str] = Counter()
    spent = 0.0
    worst = 0.0
    for seed in range(count):
        sheet = forms[Random(seed).choice((0, 0, 0, 1, 2))]
        style = "circle" if seed % 12 == 5 else "light" if seed % 12 == 8 else ""
        made = g.answered(sheet, seed, style=style)
        picture = g.scanned(made.page, g.bad(seed), seed)
        begun = time.perf_counter()
        read = read_sheets(picture, layouts, prints)[0]
        took = time.perf_counter() - begun
        spent, worst = spent + took, max(worst, took)
        if not isinstance(read, SheetReading):
            found[f"sheet {read.trouble}"] += 1
            found["wrong identity"] += read.code not in (None, made.truth.code)
            if tell:
                print(seed, read.trouble, g.bad(seed))
            continue
        found["sheet read"] += 1
        found["wrong identity"] += read.code != made.truth.code
        kind = style or "clean"
        for tick in read.ticks:
            was = "ticked" if made.truth.ticked[tick.key] else "empty"
            found[f"{kind} {was} → {tick.state}"] += 1
            if tell and tick.state != ("yes" if was == "ticked" else "no"):
                print(seed, kind, was, tick, g.bad(seed))
        _judge_marks(found, made.truth.marks, read.marks)
        crops = {c.key for c in read.crops}
        found["handwriting found"] += len(crops & made.truth.written)
        found["handwriting missed"] += len(made.truth.written - crops)
        found["handwriting where none is"] += len(crops - made.truth.written)
    if tell:
        _tell(found, count, spent, worst)
    found["milliseconds"] = round(spent * 1000)
    return found


def bench() -> None:
    """Read fifty mixed sheets."""
    heap(50)


def _judge_marks(found: Counter[str], drawn: list, read: tuple, metres_per_mm: float = 1.0) -> None:
    from shapely.geometry import LineString

    names = {"black": "dark"}
    left = list(read)
    for mark in drawn:
        truth = LineString(mark.places)
        best = min(
            left,
            key=lambda m: m.geometry.distance(truth.centroid) + m.geometry.hausdorff_distance(truth) / 9,
            default=None,
        )
        if (
            best is None
            or best.geometry.hausdorff_distance(truth if mark.kind != "ring" else truth.convex_hull)
            > 4 * metres_per_mm
        ):
            found[f"mark {mark.kind} missed"] += 1
            continue
        left.remove(best)
        kind = {"Point": "dot", "LineString": "line", "Polygon": "ring"}.get(best.geometry.geom_type, "other")
        found[f"mark {mark.kind} read as {kind}"] += 1
        right = best.pen == names.get(mark.pen, mark.pen) or best.pen == "unknown"
        found["mark colour right" if right else f"mark colour {mark.pen} read as {best.pen}"] += 1
    found["mark where none is"] += len(left)


def _tell(found: Counter[str], count: int, spent: float, worst: float) -> None:
    for name in sorted(found):
        print(f"{found[name]:7d}  {name}")
    right = found["clean ticked → yes"] + found["clean empty → no"]
    total = sum(n for name, n in found.items() if name.startswith("clean "))
    print(f"{count} sheets in {spent:.1f} s, {spent / count:.2f} s a sheet (worst {worst:.2f} s; goal 2 s)")
    print(f"clean ticks right: {right / max(total, 1):.3%} of {total} (goal 99 %)")


if __name__ == "__main__":
    numbers = [int(a) for a in sys.argv[1:] if a.isdecimal()]
    heap(*(numbers or [200]), with_print="--no-print" not in sys.argv)
