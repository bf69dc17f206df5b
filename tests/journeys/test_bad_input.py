"""Bad input by command line: one plain sentence in either language, exit 2, and everything as it was."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from renovate_gui import bootstrap

POINT = {"type": "Point", "coordinates": [106.57, 29.55]}


@pytest.fixture(autouse=True)
def _keep_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """``--lang`` leaves its answer in the environment for child processes; take it back."""
    monkeypatch.setenv("RENOVATE_LANG", "en")


class Desk:
    """A folder with a project of one layer, and the program run in this process."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.folder, self._capsys, self._patch = folder, capsys, patch
        self.project = folder / "老 院子.gpkg"
        self.run("new", self.project, "--title", "院子", "--crs", "EPSG:4544")

    def put(self, name: str, content: str | bytes) -> Path:
        """Write a file."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def geojson(self, name: str, *geometries: Any, properties: dict[str, Any] | None = None) -> Path:
        """Write a GeoJSON file."""
        rows = [{"type": "Feature", "properties": properties or {"a": 1}, "geometry": g} for g in geometries]
        return self.put(name, json.dumps({"type": "FeatureCollection", "features": rows}))

    def run(self, *words: object, stdin: bytes = b"", code: int = 0) -> tuple[str, str]:
        """Run a command; return standard output and error."""
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        self._capsys.readouterr()
        found = bootstrap.run([str(w) for w in words])
        out, err = self._capsys.readouterr()
        assert found == code, f"{words}: {found}\n{out}\n{err}"
        assert "Traceback" not in out + err
        return out, err

    def refused(self, *words: object, says: str, stdin: bytes = b"") -> None:
        """Run a command that must be refused in both languages, leaving every file in the folder as it was."""
        before = self.state()
        for language in ("en", "zh_CN"):
            out, err = self.run(*words, "--lang", language, stdin=stdin, code=2)
            lines = [line for line in err.splitlines() if line.startswith("error: ")]
            assert len(lines) == 1, err
            assert says in lines[0] or language == "zh_CN", lines[0]
            plain = re.sub("[老院子空表设施]", "", lines[0])  # what files and layers are called here
            assert bool(re.search("[\u4e00-\u9fff]", plain)) == (language == "zh_CN"), lines[0]
            assert not out or isinstance(json.loads(out), dict)
        assert self.state() == before

    def state(self) -> dict[str, str]:
        """Return the hash of every plain file."""
        files = [p for p in sorted(self.folder.rglob("*")) if p.is_file()]
        return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, capsys, monkeypatch)


# -- source files -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("lon,lat,name\n", "headings but no rows"),
        ("lon,lat,name\n106°30'0\"E,29°30'0\"N,a\n", "no decimal numbers"),
        ('lon,lat,name\n106.5,29.5,"abc\n106.6,29.6,b\n', "line 2 is never closed"),
        ("lat,lon,name\n106.5,29.5,a\n", "exchanged"),
        ("name,b\nx,1\n", "no coordinates"),
        ("\n\n\n", "no rows"),
        ("lon,lat," + ",".join(f"c{i}" for i in range(3000)) + "\n106.5,29.5\n", "3002 columns"),
    ],
    ids=["header only", "sexagesimal", "open quote", "exchanged", "no coordinates", "blank", "3000 columns"],
)
def test_tables_that_cannot_be_taken(desk: Desk, content: str, says: str) -> None:
    path = desk.put("表.csv", content)
    desk.refused("import", desk.project, path, "--as", "demand", "--crs", "EPSG:4326", says=says)


def test_tables_as_offices_write_them(desk: Desk) -> None:
    for name, content in {
        "semicolons and decimal commas": "lon;lat;n\n106,5;29,5;a\n106,6;29,6;b\n",
        "a mark, tabs": "\ufefflon\tlat\tn\n106.5\t29.5\ta\n106.6\t29.6\tb\n",
        "quoted breaks": 'lon,lat,n\n106.5,29.5,"a\nb, c"\n106.6,29.6,"x ""y"""\n',
        "Chinese headings": "所在经度,所在纬度,诉求\n106.5,29.5,电梯\n106.6,29.6,照明\n",
        "hostile headings": "lon,lat,select,geom,fid,FID,😀,rowid,x;y!\n106.5,29.5,1,2,3,4,5,6,7\n106.6,29.6,,,,,,,\n",
        "control characters": "lon,lat,n\n106.5,29.5,a\x01b\x1b[31m\n106.6,29.6,x\n",
        "double headings": "lon,lat,n,n,N,\n106.5,29.5,a,b,c,d\n106.6,29.6,a,b,c,d\n",
    }.items():
        path = desk.put(f"{name};!.csv", content)
        words = ("import", desk.project, path, "--as", "demand", "--crs", "EPSG:4326", "--json")
        found = json.loads(desk.run(*words)[0])
        assert (found["rows_read"], found["rows_shown"]) == (2, 2), name


def test_surplus_cells_and_thousands_are_told(desk: Desk) -> None:
    path = desk.put("a.csv", 'lon,lat,weight\n106.5,29.5,"1,5"\n106.6,29.6,"1,200",b,c\n')
    words = ("import", desk.project, path, "--as", "demand", "--crs", "EPSG:4326", "--map", "weight=weight")
    notes = json.loads(desk.run(*words, "--json")[0])["notes"]
    assert any("more cells" in n for n in notes)
    assert any("“1,5”" in n for n in notes), "one and a half is not fifteen"


def test_degrees_are_no_metres(desk: Desk) -> None:
    path = desk.put("a.csv", "lon,lat\n106.5,29.5\n106.6,29.6\n")
    for code in ("EPSG:4544", "EPSG:32649", "EPSG:3857"):
        desk.refused("import", desk.project, path, "--as", "demand", "--crs", code, says="degrees")


@pytest.mark.parametrize(
    ("columns", "crs"),
    [
        ("lon_wgs84,lat_wgs84", "EPSG:4326"),
        ("经度(WGS84),纬度(WGS84)", "EPSG:4326"),
        ("lon_cgcs2000,lat_cgcs2000", "EPSG:4490"),
        ("lng_gcj02,lat_gcj02", "GCJ-02"),
        ("lon_wgs84,lat", ""),
        ("lon_wgs84,lat_gcj02", ""),
        ("lon,lat,wgs84_note", ""),
    ],
)
def test_headings_that_state_the_datum_of_their_own_numbers(desk: Desk, columns: str, crs: str) -> None:
    path = desk.put("a.csv", f"{columns}\n106.5,29.5,x\n106.6,29.6,x\n")
    (layer,) = json.loads(desk.run("inspect", path, "--json")[0])["layers"]
    assert (layer["crs"] or "") == crs
    assert bool(layer["questions"]) == (crs == "")
    if not crs:
        desk.refused("import", desk.project, path, "--as", "demand", says="is")
        return
    found = json.loads(desk.run("import", desk.project, path, "--as", "demand", "--json")[0])
    assert any("nobody was asked" in n for n in found["notes"])


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--crs", "EPSG:999999"], "EPSG:999999"),
        (["--crs", "EPSG:4326", "--encoding", "nope"], "nope"),
        (["--crs", "EPSG:4326", "--encoding", "rot13"], "rot13"),
        (["--crs", "EPSG:4544", "--datum", "GCJ-02"], "degrees"),
        (["--crs", "EPSG:4326", "--layer", "no;such!"], "no;such!"),
        (["--crs", "EPSG:4326", "--map", "category=nope"], "nope"),
        (["--crs", "EPSG:4326", "--map", "nope=n"], "nope"),
        (["--as", "nonsense"], "nonsense"),
        (["--as"], "--as"),
        (["--nonsense"], "--nonsense"),
        ([], "coordinate system"),
    ],
)
def test_wrong_flags(desk: Desk, flags: list[str], says: str) -> None:
    path = desk.put("a.csv", "lon,lat,n\n106.5,29.5,x\n")
    desk.refused("import", desk.project, path, "--as", "demand", *flags, says=says)


def test_a_layer_from_another_continent_is_told(desk: Desk) -> None:
    for name, place, is_far in (("palmas", [-15.42, 28.1], True), ("chongqing", [106.57, 29.55], False)):
        path = desk.geojson(f"{name}.geojson", {"type": "Point", "coordinates": place})
        found = json.loads(desk.run("import", desk.project, path, "--as", "facilities", "--json")[0])
        assert any("far outside" in note for note in found["notes"]) == is_far


@pytest.mark.parametrize("end", ["shp", "gpkg", "geojson", "fgb", "kml", "csv"])
def test_an_empty_file(desk: Desk, end: str) -> None:
    desk.refused("import", desk.project, desk.put(f"空.{end}", b""), "--as", "other", says="empty")
    desk.refused("inspect", desk.folder / f"空.{end}", "--json", says="empty")


def test_coordinates_that_are_no_numbers_cost_their_rows_only(desk: Desk) -> None:
    path = desk.put("a.csv", "lon,lat\nnan,29\ninf,29\n1e400,29\n106.5,29.5\n106.6,29.6\n107,30\n106.7,29\n")
    words = ("import", desk.project, path, "--as", "demand", "--crs", "EPSG:4326", "--json")
    found = json.loads(desk.run(*words)[0])
    assert (found["rows_read"], found["rows_shown"], found["rows_refused"]) == (7, 4, 3)


def test_the_passport_tells_a_wrong_name(desk: Desk) -> None:
    path = desk.geojson("really.gpkg", POINT)
    found = json.loads(desk.run("import", desk.project, path, "--as", "other", "--json")[0])
    assert any("by its content" in note for note in found["notes"])


# -- what is no file, or no file for this ------------------------------------------------------------------------
@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes")
@pytest.mark.parametrize(
    "words",
    [("inspect", "{f}"), ("import", "{p}", "{f}", "--as", "other"), ("dump", "{f}"), ("edit", "{f}"),
     ("replies", "{p}", "{f}", "--json"), ("verify", "{f}")],
)  # fmt: skip
def test_a_pipe_is_not_waited_for(desk: Desk, words: tuple[str, ...]) -> None:
    pipe = desk.folder / "pipe.geojson"
    os.mkfifo(pipe)
    desk.refused(*(w.format(f=pipe, p=desk.project) for w in words), says="pipe.geojson")


def test_a_name_that_is_too_long(desk: Desk) -> None:
    desk.refused("inspect", desk.folder / ("x" * 300 + ".shp"), says="too long")
    desk.refused("new", desk.folder / ("x" * 300 + ".gpkg"), says="too long")


def test_a_project_is_no_source_of_itself_but_of_another(desk: Desk) -> None:
    desk.run("import", desk.project, desk.geojson("设施.geojson", POINT), "--as", "facilities")
    desk.refused("import", desk.project, desk.project, "--as", "facilities", says="itself")
    other = desk.folder / "other.gpkg"
    desk.run("new", other)
    names = [x["name"] for x in json.loads(desk.run("inspect", desk.project, "--json")[0])["layers"]]
    assert "设施" in names
    found = json.loads(
        desk.run("import", other, desk.project, "--as", "facilities", "--layer", "设施", "--json")[0]
    )
    assert found["rows_shown"] == 1


def _damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 * 6 : 4096 * 9] = b"\xa5" * (4096 * 3)
    path.write_bytes(data)


def _make_newer(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE rg_meta SET value='99' WHERE key='schema'")
    db.close()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_damage, "damaged"),
        (_make_newer, "newer"),
        (lambda path: path.write_bytes(b""), "empty"),
        (lambda path: path.write_text("hello"), "not a project file"),
    ],
    ids=["damaged", "newer", "empty", "text"],
)
def test_projects_that_must_not_be_written(desk: Desk, spoil: Callable[[Path], None], says: str) -> None:
    copy = Path(shutil.copy(desk.project, desk.folder / "copy.gpkg"))
    spoil(copy)
    source = desk.geojson("a.geojson", POINT)
    desk.refused("import", copy, source, "--as", "other", says=says)
    desk.refused("edit", copy, says=says, stdin=b'{"op":"undo"}\n')
    desk.refused("new", copy, says="is there already")


def test_a_project_that_is_open_elsewhere(desk: Desk) -> None:
    source = desk.geojson("a.geojson", POINT)
    with bootstrap.open_session(desk.project):
        desk.refused("import", desk.project, source, "--as", "other", says="open")
        desk.refused("edit", desk.project, says="open", stdin=b'{"op":"undo"}\n')
        assert json.loads(desk.run("dump", desk.project)[0]) == {"features": []}


def test_a_project_moved_to_another_place_opens_and_undoes(desk: Desk) -> None:
    desk.run("import", desk.project, desk.geojson("a.geojson", POINT), "--as", "facilities")
    place = desk.folder / "新 地方 (2)"
    place.mkdir()
    moved = Path(shutil.move(desk.project, place / "项目 #1 %20?.gpkg"))
    operation = {"op": "add", "layer": "notes", "id": "n", "geometry": None}
    out, _ = desk.run(
        "edit", moved, stdin=json.dumps(operation).encode() + b'\n{"op":"undo"}\n{"op":"undo"}\n'
    )
    assert [json.loads(line)["ok"] for line in out.splitlines()] == [True, True, True]


# -- edit ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "line",
    [
        "{bad", "[]", "null", '{"op":"fly"}', "{}", '{"op":5}', "[" * 100_000, '{"op":"update","id":"none"}',
        '{"op":"add","layer":"nope","id":"a","geometry":null}', '{"op":"add","layer":"notes","geometry":null}',
        '{"op":"add","layer":"notes","id":"a","geometry":{"type":"Point","coordinates":[NaN,1]}}',
        '{"op":"add","layer":"notes","id":"a","geometry":{"type":"Point","coordinates":[1e999,1]}}',
        '{"op":"add","layer":"notes","id":"a","geometry":{"type":"Point","coordinates":[' + "9" * 5000 + ",1]}}",
        '{"op":"add","layer":"notes","id":"a","geometry":{"type":"Point","coordinates":["1","2"]}}',
        '{"op":"add","layer":"notes","id":"a","geometry":null,"properties":{"x":1e400}}',
        '{"op":"add","layer":"notes","id":"a","crs":"EPSG:999999","geometry":{"type":"Point","coordinates":[1,2]}}',
        '{"op":"batch","ops":[{"op":"add","layer":"notes","id":"q","geometry":null},{"op":"delete","id":"none"}]}',
        '{"op":"batch"}',
    ],
    ids=range(18),
)  # fmt: skip
def test_an_operation_that_cannot_be_done_changes_nothing(desk: Desk, line: str) -> None:
    before = desk.state()
    out, err = desk.run("edit", desk.project, stdin=line.encode() + b"\n")
    answer = json.loads(out)
    assert (answer["ok"], answer["n"], err) == (False, 1, "")
    assert "\n" not in answer["error"]
    assert desk.state() == before


def test_a_proposal_off_the_globe_is_named_and_nothing_is_exported(desk: Desk) -> None:
    far = {"op": "add", "layer": "proposals", "id": "far", "properties": {"title": "Far"}}
    desk.run(
        "edit",
        desk.project,
        stdin=json.dumps(far | {"geometry": {"type": "Point", "coordinates": [1e308, 1e308]}}).encode(),
    )
    desk.refused("export", desk.project, "--out", desk.folder / "out", says="Far")
    assert not list((desk.folder / "out").rglob("*")) if (desk.folder / "out").exists() else True


@pytest.mark.skipif(sys.platform == "win32", reason="shell redirections")
@pytest.mark.parametrize(
    ("tail", "code"),
    [("<&-", 0), (">&-", 0), ("2>&-", 0), (">/dev/full", 2)],
    ids=["in", "out", "err", "full"],
)
def test_streams_that_are_closed_or_full(desk: Desk, tail: str, code: int) -> None:
    if "full" in tail and not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    word = "edit" if "<" in tail else "dump"
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m renovate_gui {word} "$1" {tail}', sys.executable, str(desk.project)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    if code:
        assert done.stderr == "error: Reading or writing failed: the disk is full; free some space.\n"


@pytest.mark.skipif(sys.platform != "linux", reason="file size limits")
def test_a_full_disk_while_editing_keeps_what_was_acknowledged(desk: Desk) -> None:
    big = [
        {"op": "add", "layer": "notes", "id": f"n{i}", "geometry": None, "properties": {"t": "x" * 60_000}}
        for i in range(30)
    ]
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))\n"
        "from renovate_gui.bootstrap import run; sys.exit(run(['edit', sys.argv[1]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(desk.project)],
        input="".join(json.dumps(op) + "\n" for op in big), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(big), done.stderr
    kept = [f"n{a['n'] - 1}" for a in answers if a["ok"]]
    assert 0 < len(kept) < len(big)
    assert {f["id"] for f in json.loads(desk.run("dump", desk.project)[0])["features"]} == set(kept)


@pytest.mark.skipif(sys.platform != "linux", reason="file size limits")
@pytest.mark.parametrize("what", ["export", "render"])
def test_a_full_disk_while_writing_leaves_nothing_half_done(desk: Desk, what: str) -> None:
    place = {"type": "Point", "coordinates": [500_000, 3_270_000]}
    drawn = {"op": "add", "layer": "proposals", "id": "p", "geometry": place, "properties": {"title": "T"}}
    desk.run("edit", desk.project, stdin=json.dumps(drawn).encode())
    out = desk.put("m.png", b"an old picture") if what == "render" else desk.folder / "out"
    before = desk.state()
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, 9_000))\n"
        "from renovate_gui.bootstrap import run; sys.exit(run(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, what, str(desk.project), "--out", str(out)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    lines = [line for line in done.stderr.splitlines() if "%" not in line]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("error: ")
    assert desk.state() == before
