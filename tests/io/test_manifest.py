"""Seals and the check of a whole package, folder or archive."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from renovate_gui.domain.errors import DataError
from renovate_gui.io.package.manifest import manifest_seal, write_manifest
from renovate_gui.io.package.verify import page_problems, policy_hash, verify_package

POINTS = {"type": "FeatureCollection", "features": []}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "青崖坪-council-v1"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "proposals.geojson").write_text(json.dumps(POINTS))
    (folder / "register.csv").write_text("a,b\n")
    (folder / "handout.pdf").write_bytes(b"%PDF-1.7")
    write_manifest(folder, {"package": "p", "version": 1, "community": "青崖坪\u2028"})
    return folder


def test_a_sound_package_passes(package: Path) -> None:
    found = verify_package(package)
    assert found.problems == ()
    assert found.files == 4
    assert verify_package(package.parent).problems == ()  # a folder that holds one package


def change_data(folder: Path) -> None:
    (folder / "data" / "proposals.geojson").write_text(json.dumps(POINTS) + " ")


def change_handout(folder: Path) -> None:
    (folder / "handout.pdf").write_bytes(b"%PDF-1.8")


def lose(folder: Path) -> None:
    (folder / "register.csv").unlink()


def add(folder: Path) -> None:
    (folder / "data" / "names.csv").write_text("x")


def edit_manifest(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"version": 1', '"version": 2'))


def reseal(folder: Path) -> None:
    """A forger who seals the manifest again still breaks the seal printed on the pages."""
    change_data(folder)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    from renovate_gui.io.package.manifest import list_files

    manifest["files"] = list_files(folder)
    manifest["seal"]["manifest"] = manifest_seal(manifest)
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (change_data, "proposals.geojson was changed"),
        (change_handout, "handout.pdf was changed"),
        (lose, "register.csv is missing"),
        (add, "names.csv does not belong"),
        (edit_manifest, "changed after sealing"),
        (reseal, "seal printed"),
    ],
)
def test_every_harm_is_named(package: Path, harm: Callable[[Path], None], words: str) -> None:
    harm(package)
    assert any(words in p for p in verify_package(package).problems)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format":"other"}', "[" * 100_000])
def test_a_broken_manifest_is_one_problem(package: Path, text: str) -> None:
    (package / "manifest.json").write_text(text)
    assert len(verify_package(package).problems) == 1


def test_what_is_no_package_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("no zip")
    for path, words in [
        (tmp_path / "a.zip", "neither"),
        (tmp_path, "no manifest"),
        (tmp_path / "b", "no such"),
    ]:
        with pytest.raises(DataError, match=words):
            verify_package(path)


def zipped(package: Path, extra: tuple[str, ...] = ()) -> Path:
    path = package.parent / "p.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in package.rglob("*"):
            if file.is_file():
                archive.write(file, f"{package.name}/{file.relative_to(package).as_posix()}")
        for name in extra:
            archive.writestr(name, "x")
    return path


def test_an_archive_is_checked_alike(package: Path) -> None:
    assert verify_package(zipped(package)).problems == ()


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "c:evil", "a\\..\\..\\evil"])
def test_an_archive_cannot_leave_its_folder(package: Path, name: str) -> None:
    found = verify_package(zipped(package, (name,)))
    assert "leave its folder" in found.problems[0]
    assert not (package.parent / "evil").exists()


def test_a_damaged_archive_is_said(package: Path) -> None:
    path = zipped(package)
    raw = bytearray(path.read_bytes())
    middle = raw.find(b"FeatureCollection")
    raw[middle] ^= 255
    path.write_bytes(bytes(raw))
    assert "damaged" in verify_package(path).problems[0]


POLICY = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; script-src {}">'


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="https://cdn/x.js"></script>',
        '<img src="//x/y.png">',
        '<a href="http://x">',
        '<link rel="stylesheet" href="a.css">',
        '<img src="data:,x" onerror="alert(1)">',
        "<script>alert(1)</script>",
        "<style>@import 'x'</style>",
        "<iframe></iframe>",
        '<svg><image xlink:href="http://x"/></svg>',
    ],
)
def test_a_page_that_talks_or_runs_strangers_is_found(markup: str) -> None:
    assert page_problems(POLICY.format("'none'") + markup, "review.html")


def test_a_page_without_a_policy_is_found() -> None:
    assert page_problems("<p>", "review.html")
    assert not page_problems(POLICY.format(policy_hash("1")) + "<script>1</script>", "review.html")
