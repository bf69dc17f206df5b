"""Looking into files and folders; needs no open project."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from renovate_gui.app.survey import SourceLayer, SourceReport
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import system_reason, tr
from renovate_gui.domain.errors import Cancelled, DataError

MAX_FILES = 500
MAX_DEPTH = 6
MAX_CLOSED = 5


def inspection(
    paths: Sequence[Path], *, encoding: str = "", own: Path | None = None
) -> Task[tuple[SourceReport, ...]]:
    """Look into files and folders (recursively), each file in a child process of its own.

    ``encoding`` overrules what texts suggest; ``own`` is the open project, which is no source of itself.
    """

    def work(progress: Progress, is_cancelled: IsCancelled) -> tuple[SourceReport, ...]:
        files, reports = find_files(paths)
        if own is not None:
            files = [path for path in files if path.resolve() != own.resolve()]
        for position, path in enumerate(files):
            if is_cancelled():
                raise Cancelled(tr("Looking into files was cancelled."))
            progress(position / max(len(files), 1), tr("Looking into “{file}”", file=path.name))
            reports.append(inspect_file(path, is_cancelled, encoding=encoding))
        _warm(reports)
        progress(1.0, "")
        return tuple(reports)

    return Task(tr("Look into files"), work)


def _warm(reports: Sequence[SourceReport]) -> None:
    """Let PROJ look its systems up here, in the task's thread, so that proposing answers at once."""
    from renovate_gui.geo import crs as systems

    for code in dict.fromkeys(layer.crs for report in reports for layer in report.layers if layer.crs):
        with suppress(DataError):  # proposing turns an unknown system into a question
            systems.transformer(systems.normalise(code), systems.WGS84)


def inspect_file(path: Path, is_cancelled: IsCancelled, *, encoding: str = "") -> SourceReport:
    """Look into one file; what is wrong with it stands in the report."""
    from renovate_gui.io.reading import client

    found = client.inspect_file(path, is_cancelled, encoding=encoding)
    layers = tuple(
        SourceLayer(
            path=path,
            name=layer.name,
            geometry_type=layer.geometry_type,
            features=layer.features,
            columns=layer.columns,
            crs=layer.crs,
            encoding=layer.encoding,
            driver=layer.driver,
            bounds=layer.bounds,
            sample=layer.sample,
            problems=layer.problems,
            encodings=layer.encodings,
            coordinate_columns=layer.coordinate_columns,
        )
        for layer in found.layers
    )
    return SourceReport(path, layers, found.problems)


def find_files(paths: Sequence[Path]) -> tuple[list[Path], list[SourceReport]]:
    """Return the source files behind what was dropped, and reports on what holds none."""
    from renovate_gui.io.reading.formats import main_file

    files: dict[Path, None] = {}
    reports: list[SourceReport] = []
    for path in paths:
        if not path.exists():
            reports.append(
                SourceReport(path, (), (tr("“{file}” does not exist; check its path.", file=str(path)),))
            )
        elif path.is_dir():
            closed: list[str] = []
            inside = sorted(set(_walk(path, MAX_DEPTH, closed)))
            reports += [SourceReport(path, (), (words,)) for words in closed[:MAX_CLOSED]]
            if not inside and not closed:
                reports.append(
                    SourceReport(
                        path, (), (tr("The folder “{file}” holds no file that can be read.", file=path.name),)
                    )
                )
            if len(inside) > MAX_FILES:
                words = tr(
                    "The folder “{file}” holds more than {n} files; only the first {n} were looked into.",
                    file=path.name,
                    n=MAX_FILES,
                )
                reports.append(SourceReport(path, (), (words,)))
            files.update(dict.fromkeys(inside[:MAX_FILES]))
        else:
            files[main_file(path)] = None
    return list(files), reports


def _walk(folder: Path, depth: int, closed: list[str]) -> Iterator[Path]:
    """Yield the source files of a folder; one that cannot be looked into is named in ``closed`` and passed over."""
    from renovate_gui.io.reading.formats import EXTENSIONS

    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        reason = system_reason(error)
        closed.append(
            tr("The folder “{file}” cannot be looked into: {reason}.", file=folder.name, reason=reason)
        )
        return
    for path in inside:
        if path.name.startswith(".") or (path.is_symlink() and os.path.isdir(path)):  # noqa: PTH112
            continue
        if os.path.isdir(path):  # noqa: PTH112  never raises, unlike Path.is_dir in front of a closed door
            if depth > 1:
                yield from _walk(path, depth - 1, closed)
        elif path.suffix.lower() in EXTENSIONS and os.path.isfile(path) and not _is_word_file(path):  # noqa: PTH113
            yield path


def _is_word_file(path: Path) -> bool:
    """Return whether a text file is one of those that only tell about data."""
    return path.suffix.lower() == ".txt" and path.stem.lower() in {
        "readme",
        "license",
        "licence",
        "source",
        "说明",
    }
