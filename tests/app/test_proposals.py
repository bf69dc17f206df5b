"""Proposals: numbers, copies, photos without a trace, what is missing, words of the history, undo."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import shapely
from PIL import Image

from renovate_gui.app.measures import Effect, effect_of, measure_title, measure_type, measure_types
from renovate_gui.app.proposals import Proposals
from renovate_gui.assets import set_language
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.ids import new_uuid
from renovate_gui.domain.proposal import (
    ActionCategory,
    FundShare,
    FundSource,
    Governance,
    ProposalStatus,
    RenewalTier,
)
from renovate_gui.store.project import Project

HERE = shapely.Point(5, 5, 2)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = Project.create(tmp_path / "a.gpkg", title="t", crs="EPSG:4545", standard="s")
    yield project
    project.close()


@pytest.fixture
def proposals(project: Project) -> Proposals:
    return Proposals(project)


def test_numbers_count_up_and_follow_undo(project: Project, proposals: Proposals) -> None:
    drawn = [proposals.add(HERE, title=t, kind="ramp") for t in "abc"]
    assert [p.number for p in drawn] == [1, 2, 3]
    assert proposals.all() == tuple(drawn)
    proposals.delete(drawn[1].uuid)
    assert proposals.add(HERE).number == 4
    project.undo()
    project.undo()
    assert proposals.all() == tuple(drawn)
    assert proposals.all() is proposals.all()


def test_a_change_keeps_the_number_whatever_the_form_says(project: Project, proposals: Proposals) -> None:
    drawn = proposals.add(HERE, title="日间照料")
    changed = replace(drawn, number=99, cost=Decimal("0.10"), title="日间\n照料" + "很长" * 40)
    proposals.update(changed)
    stored = proposals.get(drawn.uuid)
    assert stored == replace(changed, number=1)
    assert str(stored.cost) == "0.10"
    proposals.update(replace(stored, title="x"), title="改名")
    first, second, third = (s.what for s in project.history())
    assert first == "Add proposal 1: 日间照料"
    assert second.startswith("Change proposal 1: 日间 照料很长")
    assert second.endswith("…")
    assert third == "改名"


def test_a_copy_stands_beside_and_is_a_draft(proposals: Proposals) -> None:
    drawn = proposals.add(HERE, title="a", kind="seats")
    proposals.update(replace(drawn, status=ProposalStatus.AGREED, cost=Decimal(5)))
    copy = proposals.copy(drawn.uuid)
    assert (copy.number, copy.title, copy.kind, copy.cost) == (2, "a", "seats", Decimal(5))
    assert copy.status is ProposalStatus.DRAFT
    assert copy.geometry is not None
    assert [copy.geometry.x, copy.geometry.y, copy.geometry.z] == [15, -5, 2]
    assert proposals.get(copy.uuid) == copy


def test_moving_and_what_is_gone(project: Project, proposals: Proposals) -> None:
    drawn = proposals.add(HERE)
    proposals.set_geometry(drawn.uuid, shapely.box(0, 0, 1, 1))
    assert proposals.get(drawn.uuid).geometry == shapely.box(0, 0, 1, 1)
    assert project.history()[-1].what == "Move or reshape proposal 1"
    stranger = new_uuid()
    for act in (
        lambda: proposals.get(stranger),
        lambda: proposals.update(replace(drawn, uuid=stranger)),
        lambda: proposals.delete(stranger),
        lambda: proposals.copy(stranger),
        lambda: proposals.remove_photo(5),
        lambda: proposals.delete_note(stranger),
    ):
        with pytest.raises(RequestError):
            act()
    assert len(project.history()) == 2


def test_missing_names_every_gap_and_then_none(proposals: Proposals) -> None:
    drawn = proposals.add(HERE)
    assert len(proposals.missing(drawn)) == 12
    whole = replace(
        drawn,
        title="t",
        category=ActionCategory.WELFARE,
        tier=RenewalTier.IMPROVED,
        kind="elderly_day_care",
        description="d",
        governance=Governance("a", "b", "c", "d"),
        cost=Decimal("10.00"),
        funds=(FundShare(FundSource.DISTRICT, Decimal("10.00")),),
        responsible="r",
    )
    assert proposals.missing(whole) == ()
    assert proposals.missing(replace(whole, cost=Decimal("10.01"))) == ("funds for the whole cost",)
    assert proposals.missing(replace(whole, cost=Decimal(0), funds=())) == ()
    assert proposals.missing(replace(whole, governance=Governance("a", " ", "c", "d"))) == (
        "the rule of use",
    )
    set_language("zh_CN")
    assert proposals.missing(replace(whole, responsible="")) == ("责任专业人员",)


def photo_with_gps(path: Path, size: tuple[int, int] = (3000, 1000)) -> Path:
    image = Image.new("RGB", size, "red")
    image.paste("blue", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera stood on its side
    exif[0x010F] = "SECRETCAMERA"
    exif.get_ifd(0x8825)[2] = (29.0, 33.0, 25.0)
    image.save(path, exif=exif, comment=b"SECRETWORDS", icc_profile=b"SECRETPROFILE")
    return path


def test_a_photo_keeps_its_pixels_and_nothing_else(
    project: Project, proposals: Proposals, tmp_path: Path
) -> None:
    drawn = proposals.add(HERE, title="a")
    photo = proposals.attach_photo(drawn.uuid, photo_with_gps(tmp_path / "现场.jpg"), "入口")
    assert (photo.name, photo.mime, photo.caption) == ("现场.jpg", "image/jpeg", "入口")
    assert b"SECRET" not in photo.data
    assert b"Exif" not in photo.data
    image = Image.open(io.BytesIO(photo.data))
    assert image.size == (667, 2000)  # upright and within the limit
    assert image.getpixel((300, 100))[2] > 200  # blue was left, is on top now
    assert dict(image.getexif()) == {}
    assert proposals.photos(drawn.uuid) == (photo,)
    proposals.remove_photo(photo.id)
    assert proposals.photos(drawn.uuid) == ()
    project.undo()
    assert proposals.photos(drawn.uuid) == (photo,)
    proposals.delete(drawn.uuid)
    assert project.photos() == ()


def test_transparent_and_grey_pictures_become_plain_ones(proposals: Proposals, tmp_path: Path) -> None:
    drawn = proposals.add(HERE)
    for mode in ("RGBA", "LA", "P", "L", "1", "I;16"):
        path = tmp_path / f"{mode.replace(';', '')}.png"
        Image.new(mode, (8, 8)).save(path)
        photo = proposals.attach_photo(drawn.uuid, path)
        image = Image.open(io.BytesIO(photo.data))
        assert (image.mode, image.size, image.format) == ("RGB", (8, 8), "JPEG")
    first = Image.open(io.BytesIO(proposals.photos(drawn.uuid)[0].data))
    assert first.getpixel((4, 4)) == (255, 255, 255)


def bomb(path: Path) -> None:
    """Write a small file that says it is 60,000 pixels wide and high."""
    Image.new("1", (8, 8)).save(path, "PNG")
    data = bytearray(path.read_bytes())
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda p: p.write_bytes(b""), "not a picture"),
        (lambda p: p.write_text("<svg/>"), "not a picture"),
        (lambda p: p.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50)), "not a picture"),
        (lambda p: photo_with_gps(p) and p.write_bytes(p.read_bytes()[:2000]), "not a picture"),
        (lambda p: None, "not a picture"),
        (bomb, "too large"),
    ],
)
def test_what_is_no_picture_is_refused(
    project: Project, proposals: Proposals, tmp_path: Path, make, said: str
) -> None:
    drawn = proposals.add(HERE)
    path = tmp_path / "坏.jpg"
    make(path)
    with pytest.raises(DataError, match=f"坏.jpg.*{said}"):
        proposals.attach_photo(drawn.uuid, path)
    assert project.photos() == ()
    assert len(project.history()) == 1


def test_notes_are_placed_changed_and_deleted(project: Project, proposals: Proposals) -> None:
    note = proposals.add_note(HERE, "此处坡陡")
    assert proposals.notes() == (note,)
    proposals.update_note(replace(note, text="坡陡，加扶手"))
    assert proposals.notes()[0].text == "坡陡，加扶手"
    with pytest.raises(RequestError):
        proposals.update_note(replace(note, uuid=new_uuid()))
    proposals.delete_note(note.uuid)
    assert proposals.notes() == ()
    assert project.history()[0].what == "Add a callout: “此处坡陡”"
    project.undo()
    assert len(proposals.notes()) == 1


def test_a_measure_says_what_it_does() -> None:
    assert effect_of("elderly_day_care") is Effect.FACILITY
    assert [effect_of(c) for c in ("path", "stairs", "ramp", "lift")] == [Effect.LINK] * 4
    assert [effect_of(c) for c in ("seats", "of another system", "")] == [Effect.NONE] * 3
    lift = measure_type("lift")
    assert lift is not None
    assert (lift.way, lift.shape) == ("lift", "line")
    assert all(bool(m.way) == (m.effect is Effect.LINK) for m in measure_types())
    assert len({m.code for m in measure_types()}) == len(measure_types())
    assert measure_title("lift") == "Lift"
    assert measure_title("unknown") == "unknown"
    set_language("zh_CN")
    assert measure_title("lift") == "电梯"
