"""Survey: look into files, propose what they are, bring them in with a passport."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.roles import Datum, Role

if TYPE_CHECKING:
    from renovate_gui.app.layers import Layers
    from renovate_gui.store.project import Project


@dataclass(frozen=True, slots=True)
class SourceLayer:
    """A layer inside a source file, as seen by ``inspect``."""

    path: Path
    name: str
    geometry_type: str
    features: int
    columns: tuple[str, ...]
    crs: str  # "EPSG:4326", WKT, or "" when the file does not say
    encoding: str
    driver: str
    bounds: tuple[float, float, float, float] | None
    sample: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # column → a few values as text
    problems: tuple[str, ...] = ()
    encodings: tuple[tuple[str, str], ...] = ()  # text encodings that fit, best first, with a reason each
    coordinate_columns: tuple[str, ...] = ()  # of a table: the columns that hold its coordinates


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What is in a file."""

    path: Path
    layers: tuple[SourceLayer, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What to do with one source layer: proposed by the program, corrected by a person.

    Attributes
    ----------
    crs
        Empty when the file does not say and nobody has answered yet: then the import refuses and asks. Besides codes
        of the EPSG register and WKT it may be ``GCJ-02`` or ``BD-09`` (degrees on a shifted datum), and may end in
        ``;swapped`` when x holds latitudes or northings.
    crs_candidates
        Proposals from the numbers with a reason each, best first: ``(("EPSG:4549", "8-digit eastings …"), …)``; each
        code is what ``crs`` accepts.
    encoding
        Empty when several encodings fit and nobody has answered yet: then the import refuses and asks.
    questions
        Translated sentences that a person must answer before the plan can run ("Which coordinate system …?").
    """

    source: SourceLayer
    role: Role
    name: str
    crs: str
    datum: Datum
    encoding: str
    field_map: Mapping[str, str] = field(default_factory=dict)
    crs_candidates: tuple[tuple[str, str], ...] = ()
    questions: tuple[str, ...] = ()
    is_wanted: bool = True
    attribution: str = ""
    swap_axes: bool = False  # x holds latitudes or northings


@dataclass(frozen=True, slots=True)
class RepairPreview:
    """An invalid geometry and what repairing would change."""

    feature_id: int
    problem: str
    change: str


class Survey:
    """Bring layers in."""

    def __init__(self, project: Project, layers: Layers) -> None:
        self._project = project
        self._layers = layers

    def prepare_inspect(self, paths: Sequence[Path], *, encoding: str = "") -> Task[tuple[SourceReport, ...]]:
        """Look into files and folders (recursively), each in a child process; ``encoding`` overrules what texts suggest."""
        from renovate_gui.app.inspecting import inspection

        return inspection(paths, encoding=encoding, own=self._project.path)

    def propose(self, reports: Sequence[SourceReport]) -> tuple[ImportPlan, ...]:
        """Propose role, columns, CRS and datum for every layer."""
        from renovate_gui.app.planning import Surroundings, propose

        return propose(reports, Surroundings.of(self._project))

    def prepare_import(self, plan: ImportPlan) -> Task[LayerInfo]:
        """Read in a child process, convert, write as one undoable action; the layer carries its passport.

        Running it raises DataError with one sentence when nothing can be taken; the project is then unchanged.
        """

        def work(progress: Progress, is_cancelled: IsCancelled) -> LayerInfo:
            from renovate_gui.app.planning import settle
            from renovate_gui.app.storing import import_layer

            place = settle(plan)
            return import_layer(self._project, plan, place, progress=progress, is_cancelled=is_cancelled)

        return Task(tr("Import “{name}”", name=plan.name), work)

    def invalid_geometries(self, layer_id: LayerId) -> tuple[RepairPreview, ...]:
        """Return the invalid geometries and what a repair would change."""
        from renovate_gui.app.repairing import previews

        return previews(self._layers.table(layer_id), self._project.meta("crs"))

    def repair(self, layer_id: LayerId) -> int:
        """Repair all invalid geometries of a layer as one undoable action noted in the passport; return how many."""
        from renovate_gui.app.repairing import repair

        return repair(self._project, self._layers, layer_id)
