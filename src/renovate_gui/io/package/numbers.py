"""The numbers a package tells, and counting them again from its own data files."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from renovate_gui.assets import tr

_PRINTED = ("handout", "council-paper", "comment-form", "atlas")


@dataclass(frozen=True, slots=True)
class Checked:
    """One number: what the package tells, and what its data gives."""

    name: str
    told: str
    found: str

    @property
    def is_same(self) -> bool:
        """Return whether both are the same."""
        return self.told == self.found


def count_again(folder: Path, manifest: Mapping[str, Any]) -> tuple[Checked, ...]:
    """Return every number of the manifest beside the one that the data files give.

    Buildings are counted by verdict. Headcounts are added up; where some are hidden, what is shown may not be more than
    what is told. Costs are added up exactly. The seal is looked for on every printed page.
    """
    told = manifest.get("numbers")
    if not isinstance(told, Mapping):
        return ()
    found: list[Checked] = []
    for kind, numbers in dict(told.get("gaps", {})).items():
        found += _gap(folder / "data" / f"gaps_{kind}.geojson", str(kind), numbers)
    found += _costs(folder, told)
    found += _pages(folder, str(manifest.get("seal", {}).get("short", "")))
    return tuple(found)


def _features(path: Path) -> list[Mapping[str, Any]]:
    if not path.is_file():
        return []
    return [f["properties"] for f in json.loads(path.read_text(encoding="utf-8"))["features"]]


def _gap(path: Path, kind: str, numbers: Mapping[str, Any]) -> Iterator[Checked]:
    rows = _features(path)
    counts = Counter(str(r["verdict"]) for r in rows)
    for verdict, told in dict(numbers.get("buildings", {})).items():
        yield Checked(f"{kind}: {verdict}", str(told), str(counts[verdict]))
    shown: Counter[str] = Counter()
    is_whole: dict[str, bool] = {}
    for r in rows:
        verdict = str(r["verdict"])
        is_whole[verdict] = is_whole.get(verdict, True) and r.get("people_why") == "shown"
        shown[verdict] += round(r.get("people") or 0)
    # people of a building that is full are told as served as far as they are placed: only the sum is comparable
    told_sum = numbers.get("people_total")
    if told_sum is not None and rows and "people" in rows[0]:
        total = sum(shown.values())
        fits = total == told_sum if all(is_whole.values()) else total <= told_sum
        yield Checked(tr("{kind}: people in all", kind=kind), str(told_sum), str(told_sum if fits else total))


def _costs(folder: Path, told: Mapping[str, Any]) -> Iterator[Checked]:
    if "cost" not in told:
        return
    rows = _features(folder / "data" / "proposals.geojson")
    given = [Decimal(str(r["cost"])) for r in rows if r.get("cost") is not None]
    yield Checked(tr("Proposals"), str(told.get("proposals")), str(len(rows)))
    yield Checked(tr("Cost in all"), _plain(told["cost"]), _plain(sum(given, Decimal(0))))
    register = folder / "register.csv"
    if register.is_file():
        with register.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
        column = int(told.get("register_cost_column", -1))
        if column >= 0 and len(lines) > 1:
            amounts = [_amount(line[column]) for line in lines[1:] if column < len(line)]
            yield Checked(tr("Cost in all, register"), _plain(told["cost"]), _plain(sum(amounts, Decimal(0))))


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text.strip().lstrip("'")) if text.strip() else Decimal(0)
    except InvalidOperation:
        return Decimal(0)


def _plain(value: object) -> str:
    return f"{Decimal(str(value)).normalize():f}"


def _pages(folder: Path, seal: str) -> Iterator[Checked]:
    """Yield, for every printed file, how many pages carry the seal: residents saw what is filed here."""
    import pypdfium2

    for path in sorted(folder.glob("*.pdf")):
        if not seal or not path.name.startswith(_PRINTED):
            continue
        document = pypdfium2.PdfDocument(path)
        try:
            sealed = sum(seal in page.get_textpage().get_text_bounded() for page in document)
            name = tr("{file}: pages that carry the seal {seal}", file=path.name, seal=seal)
            yield Checked(name, str(len(document)), str(sealed))
        finally:
            document.close()
