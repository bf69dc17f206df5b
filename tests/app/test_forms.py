"""Comment forms of a package: written, remembered, printed again for households that nobody can guess."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.app.council import ExportReport, ExportRequest
from renovate_gui.app.form_codes import (
    ALPHABET,
    FormRequest,
    Homes,
    Household,
    households_of,
    new_token,
    token_in,
)
from renovate_gui.app.form_part import MOST_COPIES, Copies, stamps_of
from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.session import Session
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.form import FormSheet, SheetCode, sheet_from_json
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.record import Record, RecordKind
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role
from renovate_gui.domain.verdict import Measure
from renovate_gui.io.package.verify import verify_package
from renovate_gui.render.printer import QtPrinter

pytestmark = pytest.mark.usefixtures("qapp")
X, Y = 362_086.0, 3_271_852.0


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.create(tmp_path / "p.gpkg", title="甲", crs="EPSG:4545", printer=QtPrinter()) as made:
        x = X + np.arange(12) * 40.0
        homes = shapely.box(x, Y, x + 10, Y + 10)
        info = LayerInfo(
            LayerId(0), Uuid(""), "homes", "", Role.BUILDINGS, SLOT_OF_ROLE[Role.BUILDINGS], 0, True, "", 0,
            "EPSG:4545", Datum.CGCS2000,
        )  # fmt: skip
        with made.project.action("homes") as writer:
            writer.add_layer(info, LayerTable(np.arange(1, 13), homes, {}))
        for number in range(3):
            made.proposals.add(shapely.Point(X + number * 80, Y - 5), title=f"Day care {number}")
        yield made


def export(session: Session, folder: Path, **wanted: object) -> ExportReport:
    request = ExportRequest(
        folder, papers=("A4",), gaps=GapRequest(("elderly_day_care",), Measure.CIRCLE, 150.0), **wanted
    )  # type: ignore[arg-type]
    return session.council.prepare_export(request).run()


def codes_in(path: Path) -> list[SheetCode]:
    import pypdfium2
    import zxingcpp

    with pypdfium2.PdfDocument(path) as pdf:
        pictures = [pdf[i].render(scale=150 / 72).to_numpy() for i in range(len(pdf))]
    found = [zxingcpp.read_barcodes(np.ascontiguousarray(p[:, :, :3])) for p in pictures]
    codes = [SheetCode.parse(page[0].text) for page in found]
    assert all(c is not None for c in codes)
    return [c for c in codes if c is not None]


# -- tokens -------------------------------------------------------------------------------------------------------
def test_tokens_are_random_short_and_differ() -> None:
    tokens = {new_token() for _ in range(2000)}
    assert len(tokens) == 2000
    assert all(len(t) == 9 and t[4] == "-" and token_in(t) == t for t in tokens)
    first = "".join(t[0] for t in tokens)
    assert len(set(first)) == len(ALPHABET)  # every character comes up


def test_a_token_is_read_however_it_is_written() -> None:
    token = new_token()
    assert token_in(f" {token.lower().replace('-', ' ')} ") == token
    assert token_in("") == token_in("1234-5678") == token_in(token[:-1]) == token_in(token + "X") == ""


@given(st.integers(0, 7), st.sampled_from(ALPHABET), st.integers(0, 6))
def test_a_slip_of_the_pen_is_noticed(place: int, wrong: str, swap: int) -> None:
    plain = new_token().replace("-", "")
    changed = plain[:place] + wrong + plain[place + 1 :]
    assert (token_in(changed) == "") == (changed != plain)
    turned = plain[:swap] + plain[swap + 1] + plain[swap] + plain[swap + 2 :]
    assert (token_in(turned) == "") == (turned != plain)


def test_households_say_a_door_and_no_more() -> None:
    made = households_of([Homes("12", "2", 3), Homes("13", "", 1)])
    assert [(h.building, h.stairwell) for h in made] == [("12", "2")] * 3 + [("13", "")]
    assert len({h.token for h in made}) == 4
    again = households_of([Homes("12", "2", 3)], [h.token for h in made])
    assert not {h.token for h in again} & {h.token for h in made}


# -- the package ----------------------------------------------------------------------------------------------------
def test_a_package_has_a_form_and_the_project_knows_how_to_read_it(session: Session, tmp_path: Path) -> None:
    report = export(session, tmp_path / "out")
    assert "comment-form.pdf" in report.files
    assert verify_package(report.path).problems == ()
    ((uuid, version, held),) = session.project.packages()
    sheets = tuple(sheet_from_json(s) for s in held["forms"])
    assert session.forms.layouts() == {uuid: sheets}
    assert {(s.package, s.version) for s in sheets} == {(uuid, version)}
    asked = {f.proposal for s in sheets for f in s.fields if f.group == "answer"}
    assert asked == {p.uuid for p in session.proposals.all()}
    codes = codes_in(report.path / "comment-form.pdf")
    assert [(c.package, c.version, c.sheet, c.frame, c.household, c.copy) for c in codes] == [
        (uuid, version, s.sheet, s.digest, "", "") for s in sheets
    ]
    assert session.forms.blank(uuid).startswith(b"%PDF")
    manifest = json.loads((report.path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["forms"] == {"paper": "A3", "sides": len(sheets), "copies": 1}
    session.undo()
    assert session.forms.packages() == ()
    assert session.project.records(RecordKind.FORM) == ()


def test_a_public_notice_says_that_it_has_no_forms(session: Session, tmp_path: Path) -> None:
    report = export(session, tmp_path / "out", distribution="public", forms=FormRequest(copies=5))
    assert "comment-form.pdf" not in report.files
    assert "A public notice carries no comment forms." in report.notes


@pytest.mark.parametrize("wanted", [{"forms": None}, {"distribution": "public"}])
def test_some_packages_have_no_form(session: Session, tmp_path: Path, wanted: dict[str, object]) -> None:
    report = export(session, tmp_path / "out", **wanted)
    assert "comment-form.pdf" not in report.files
    assert session.forms.packages() == ()
    assert "no package" in session.forms.why_not_print()
    with pytest.raises(RequestError, match="export one first"):
        session.forms.prepare_print(FormRequest(), tmp_path / "f.pdf")


def test_household_forms_in_the_package(session: Session, tmp_path: Path) -> None:
    forms = FormRequest("A4", homes=(Homes("3", "1", 2),))
    report = export(session, tmp_path / "out", forms=forms)
    uuid = session.project.packages()[0][0]
    households = session.forms.households(uuid)
    assert [(h.building, h.stairwell) for h in households] == [("3", "1")] * 2
    codes = codes_in(report.path / "comment-form.pdf")
    sides = len(session.forms.layouts()[uuid])
    assert [c.household for c in codes] == [h.token for h in households for _ in range(sides)]
    manifest = (report.path / "manifest.json").read_text(encoding="utf-8")
    assert not any(h.token in manifest for h in households)


def test_forms_are_printed_again_with_new_households(session: Session, tmp_path: Path) -> None:
    export(session, tmp_path / "out")
    session.proposals.add(shapely.Point(X, Y), title="later")  # the form stays that of the package
    uuid = session.project.packages()[0][0]
    first = session.forms.prepare_print(FormRequest(homes=(Homes("1", "2", 2),)), tmp_path / "a.pdf").run()
    session.forms.prepare_print(FormRequest(homes=(Homes("1", "2", 1),)), tmp_path / "b.pdf").run()
    assert (first.forms, first.sides, first.package) == (2, len(session.forms.layouts()[uuid]), uuid)
    households = session.forms.households(uuid)
    assert len({h.token for h in households}) == 3
    codes = codes_in(tmp_path / "a.pdf") + codes_in(tmp_path / "b.pdf")
    assert {c.household for c in codes} == {h.token for h in households}
    assert {c.frame for c in codes} == {s.digest for s in session.forms.layouts()[uuid]}
    token = households[2].token
    assert session.forms.household(uuid, token.lower().replace("-", "")) == households[2]
    assert session.forms.household(uuid, "AAAA-AAAA") is None
    session.undo()
    assert session.forms.households(uuid) == households[:2]


def test_numbered_open_forms_differ(session: Session, tmp_path: Path) -> None:
    export(session, tmp_path / "out")
    session.forms.prepare_print(FormRequest(copies=3), tmp_path / "a.pdf").run()
    codes = codes_in(tmp_path / "a.pdf")
    assert len({c.copy for c in codes}) == 3
    assert all(token_in(c.copy) == c.copy and not c.household for c in codes)


def test_too_many_forms_and_a_file_that_is_there_are_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="too many"):
        export(session, tmp_path / "out", forms=FormRequest(copies=MOST_COPIES + 1))
    with pytest.raises(RequestError, match="A3 or A4"):
        export(session, tmp_path / "out", forms=FormRequest("A5"))
    assert not list((tmp_path / "out").glob("*"))
    export(session, tmp_path / "out")
    there = tmp_path / "there.pdf"
    there.write_bytes(b"mine")
    with pytest.raises(RequestError, match="exists already"):
        session.forms.prepare_print(FormRequest(), there)
    assert there.read_bytes() == b"mine"
    task = session.forms.prepare_print(FormRequest(homes=(Homes("1", "", 1),)), tmp_path / "no" / "f.pdf")
    with pytest.raises(DataError, match="cannot be written"):
        task.run()
    assert session.forms.households(session.project.packages()[0][0]) == ()


def test_a_home_s_words_stay_in_their_box() -> None:
    home = {"kind": "text", "group": "home", "option": "", "proposal": "", "single": False}
    held = {
        "package": "0" * 36, "version": 1, "sheet": 1, "sheets": 1, "size": [420, 297],
        "corners": [[0, 0, 9, 9]] * 4, "code": [360, 9, 30, 30], "scenario": "",
        "fields": [home | {"box": [300, 54, 60, 9]}], "frame": None,
    }  # fmt: skip
    sheet: FormSheet = sheet_from_json(held)
    (stamp,) = stamps_of([sheet], Copies((Household("7K3M-9QXB", "和平里第三小区东区十二号楼" * 3, "2"),)))
    last = stamp.words[-1]
    assert last.text.endswith("…")
    assert last.x >= 300
    assert last.x + last.width <= 360


# -- tables of homes ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_of_homes(session: Session, tmp_path: Path, encoding: str) -> None:
    table = tmp_path / "户数.csv"
    table.write_text("楼栋,单元,户数,姓名\n12,1,3,张三\n12,2,2,李四\n12,1,1,王五\n", encoding=encoding)
    assert session.forms.read_homes(table) == (Homes("12", "1", 4), Homes("12", "2", 2))
    table.write_text("building,stairwell\nA,1\nA,1\nB,\n", encoding=encoding)
    assert session.forms.read_homes(table) == (Homes("A", "1", 2), Homes("B", "", 1))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,flat\nx,1\n", "no column “building”"),
        ("building,households\n12,-1\n", "line 2: “-1” is no number"),
        ("building,households\n12,two\n", "line 2: “two” is no number"),
        ("building,households\n,3\n", "line 2: the building is missing"),
        ("", "no rows"),
    ],
)
def test_a_table_that_is_none_is_refused_in_one_sentence(
    session: Session, tmp_path: Path, text: str, told: str
) -> None:
    table = tmp_path / "t.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=told):
        session.forms.read_homes(table)


def test_the_register_s_flats_are_homes(session: Session) -> None:
    flats = [
        Record(Uuid(f"f{n}"), RecordKind.FLAT, "", "2026", "", {"building": b, "stairwell": s})
        for n, (b, s) in enumerate([("2", "1"), ("1", "1"), ("2", "1")])
    ]
    with session.project.action("register") as writer:
        writer.put_records(flats)
    assert session.forms.homes_in_register() == (Homes("1", "1", 1), Homes("2", "1", 2))
