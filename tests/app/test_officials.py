"""Data for officials of the sample: checked, written, read by other libraries; changes from package to package."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from renovate_gui.app.official_effects import effects_of
from renovate_gui.app.official_request import OfficialRequest
from renovate_gui.app.official_rows import FIELDS, our_layer
from renovate_gui.app.officials import check, receivers, require_none, target_crs, template_of
from renovate_gui.app.plan_content import Identity, Places, PlanContent
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import new_uuid
from renovate_gui.domain.proposal import ActionCategory, Proposal, ProposalStatus
from renovate_gui.io.package.privacy import PrivacyReport

E0, N0 = 362000.0, 3271800.0


def proposal(number: int, kind: str, shape: Any, **more: Any) -> Proposal:
    return Proposal(new_uuid(), number, shape, f"方案{number}", kind=kind, **more)


def content(*proposals: Proposal, crs: str = "EPSG:4545", distribution: str = "council") -> PlanContent:
    who = Identity("p", "k", "青崖坪", 1, "2026-11-24", "", distribution, "", "居委会", "en", crs)
    nothing = np.empty(0, dtype=object)
    return PlanContent(
        who,
        (),
        {},
        Places((), nothing, ()),
        proposals,
        proposals,
        (),
        (),
        (),
        (),
        None,
        "",
        None,
        PrivacyReport(5),
        (),
    )


def plan() -> tuple[Proposal, ...]:
    box = shapely.box(E0, N0, E0 + 20, N0 + 25)
    return (
        proposal(1, "lift", shapely.LineString([(E0, N0), (E0 + 1, N0)]), category=ActionCategory.WELFARE),
        proposal(2, "pocket_park", box, cost=Decimal("120000.50"), status=ProposalStatus.BUILT),
        proposal(3, "elderly_day_care", shapely.Point(E0, N0)),
        proposal(4, "ev_charging", shapely.Point(E0, N0), capacity=8.0),
        proposal(5, "pipes", shapely.LineString([(E0, N0), (E0 + 1500, N0)])),
    )


def test_the_effect_form_sums_the_list_and_leaves_empty_what_it_cannot_know() -> None:
    rows = {e.code: e for e in effects_of(content(*plan()))}
    assert (rows["207"].planned, rows["207"].built) == ("1", "0")
    assert rows["208"].planned == "1.5"
    assert rows["209"].planned == "8"
    assert rows["243"].planned == rows["243"].built == "1|500"
    assert rows["218"].planned == "500"
    assert rows["214"].planned == "1|"  # a point has no area: half of the cell is empty, not 0
    assert "3" in rows["214"].reason
    assert rows["206"].planned == ""
    assert rows["206"].reason
    assert [e.proposal.number for e in rows["208"].entries] == [5]


def test_a_charging_point_without_places_makes_the_sum_unknown() -> None:
    rows = {
        e.code: e for e in effects_of(content(*plan(), proposal(6, "ev_charging", shapely.Point(E0, N0))))
    }
    assert rows["209"].planned == ""
    assert "6" in rows["209"].reason


def test_a_missing_mandatory_value_leads_to_its_proposal_and_stops() -> None:
    nameless = replace(plan()[0], title="")
    found = check(content(nameless), OfficialRequest())
    fault = next(f for f in found.faults if f.field == "MC")
    assert fault.blocks
    assert fault.ref == ("proposals", nameless.uuid)
    with pytest.raises(RequestError, match="Nothing was written: 1 mandatory value is missing") as caught:
        require_none(found)
    assert "\n" not in str(caught.value)


def test_nothing_of_residents_can_be_asked_for() -> None:
    words = ("demand", "repl", "age", "household", "resident", "owner", "buildings.")
    assert not [f for f in FIELDS if any(w in f.removeprefix("parcels.") for w in words)]
    assert {r.code for r in receivers()} == {"rg", "kjghyd"}


def test_every_field_that_is_offered_is_filled_by_its_layer() -> None:
    rows = our_layer(content(*plan()), "proposals", "zh_CN").rows
    offered = {f for f in FIELDS if f.startswith("proposals.")}
    assert set(rows[0]) == offered


@pytest.mark.parametrize(
    ("crs", "expected", "says"),
    [
        ("EPSG:4545", "EPSG:4545", ""),
        ("EPSG:32648", "EPSG:4545", "EPSG:4545"),
        ("EPSG:32628", "EPSG:32628", "outside China"),
    ],
)
def test_the_system_is_chosen_by_the_place(crs: str, expected: str, says: str) -> None:
    x, y = {"EPSG:4545": (E0, N0), "EPSG:32648": (680000.0, 3309000.0), "EPSG:32628": (458000.0, 3110000.0)}[
        crs
    ]
    found, notes = target_crs(content(proposal(1, "lift", shapely.Point(x, y)), crs=crs), geographic=False)
    assert found == expected
    assert says in " ".join(notes)
    assert bool(notes) == bool(says)


def test_an_unknown_table_or_value_is_one_sentence() -> None:
    with pytest.raises(RequestError, match="There is no field table “nanjing”"):
        template_of("nanjing")
    with pytest.raises(RequestError, match="no field SSMC that the sender states"):
        check(content(*plan()), OfficialRequest("kjghyd", {"SSMC": "x"}))


def test_what_is_written_agrees_and_the_next_package_says_what_changed(tmp_path: Path) -> None:
    from renovate_gui.app.official_files import write_official

    first = content(*plan())
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    request = OfficialRequest()
    made = write_official(one, first, check(first, request), request, (), lambda: None)
    remembered = json.loads(json.dumps(dict(made.memory))) | {"distribution": "council"}
    changed = replace(plan()[0], uuid=first.proposals[0].uuid, title="新电梯")
    second = content(changed, *first.proposals[2:], proposal(7, "lift", shapely.Point(E0, N0)))
    packages = (
        (new_uuid(), 1, remembered),
        (new_uuid(), 9, remembered | {"distribution": "working", "features": {"x": {}}}),
    )
    write_official(two, second, check(second, request), request, packages, lambda: None)
    feed = json.loads((two / "changes.json").read_text(encoding="utf-8"))
    assert feed["since"] == 1  # not the working package
    told = {(c["id"], c["change"]): c["values"] for c in feed["changes"]}
    assert told[str(changed.uuid), "changed"] == {"title": ["方案1", "新电梯"]}
    assert (str(first.proposals[1].uuid), "removed") in told
    assert (str(second.proposals[-1].uuid), "added") in told
    assert len(told) == 3
    _check_folder(two)


def _check_folder(folder: Path) -> None:
    import hashlib

    with (folder / "checksums.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            assert hashlib.sha256((folder / row["path"]).read_bytes()).hexdigest() == row["sha256"]
    ogc = folder / "ogc"
    for path in ogc.rglob("*.json"):  # every link leads to a file
        value = json.loads(path.read_text(encoding="utf-8"))
        for link in value.get("links", []):
            assert (path.parent / link["href"]).is_file(), (path, link)
    collections = json.loads((ogc / "collections.json").read_text(encoding="utf-8"))["collections"]
    assert [c["id"] for c in collections] == ["proposals"]
    assert (ogc / collections[0]["links"][0]["href"]).is_file()
    items = json.loads((ogc / "collections/proposals/items.json").read_text(encoding="utf-8"))
    schema = json.loads((ogc / "collections/proposals/schema.json").read_text(encoding="utf-8"))
    assert set(items["features"][0]["properties"]) == set(schema["properties"]["properties"]["properties"])
    assert items["bbox"][0] == pytest.approx(106.57, abs=0.1)
