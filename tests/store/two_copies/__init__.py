"""Two people with a copy of one project each, and the little things they do: for all tests of merging."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from renovate_gui.domain.difference import ObjectKey
from renovate_gui.domain.ids import LayerId, Uuid, new_uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.roles import Datum, Role, Slot
from renovate_gui.store.project import Project
from renovate_gui.store.seal import content_seal

RAMP = Uuid("11111111-0000-4000-8000-000000000001")


def seal(project: Project) -> str:
    """Return the seal of everything in the project."""
    with project.reading() as db:
        return content_seal(db)


def put(project: Project, uuid: str = RAMP, title: str = "Ramp", **more: Any) -> None:
    """Draw a proposal, or give it another title and other values."""
    old = next((p for p in project.proposals() if p.uuid == uuid), None)
    with project.action(f"put {title}") as writer:
        if old is None:
            writer.put_proposal(Proposal(Uuid(uuid), 0, shapely.Point(1, 2), title, **more))
        else:
            writer.put_proposal(replace(old, title=title, **more))


def drop(project: Project, uuid: str = RAMP) -> None:
    """Delete a proposal."""
    with project.action("drop") as writer:
        writer.delete_proposal(Uuid(uuid))


def add_layer(project: Project, name: str = "楼栋", count: int = 5, position: int = 0) -> LayerInfo:
    """Import a layer of points with a number and a text each."""
    x = np.arange(count) * 3.0
    info = LayerInfo(
        LayerId(0), Uuid(""), name, "", Role.OTHER, Slot.EXISTING, position, True, "", 0, "", Datum.WGS84,
        field_map={"name": "t"},
    )  # fmt: skip
    columns = {"n": x, "t": x.astype(str).astype(object)}
    with project.action("import") as writer:
        return writer.add_layer(info, LayerTable(np.arange(count), shapely.points(x, x), columns))


def ids(project: Project, layer: LayerInfo) -> list[int]:
    """Return the features of a layer."""
    return [int(i) for i in project.table(layer.id).ids]


def value(project: Project, layer: LayerInfo, fid: int, column: str = "t") -> Any:
    """Return one value of a feature."""
    table = project.table(layer.id)
    return table.columns[column][list(table.ids).index(fid)]


def change(project: Project, layer: LayerInfo, fid: int, **values: Any) -> None:
    """Change values of a feature."""
    with project.action("values") as writer:
        writer.set_values(layer.id, fid, values)


class Pair:
    """Two people with a copy each; ``snapshot`` is the stick or the mail."""

    def __init__(
        self, folder: Path, prepare: Callable[[Project], None] | None = None, crs: str = "EPSG:4545"
    ) -> None:
        self.folder = folder
        path = folder / "甲 的 项目.gpkg"
        first = Project.create(path, title="t", crs=crs, standard="s")
        put(first)
        if prepare is not None:
            prepare(first)
        first.close()
        shutil.copy(path, folder / "b.gpkg")
        self.a, self.b = Project.open(path), Project.open(folder / "b.gpkg")

    def snapshot(self, project: Project) -> Path:
        """Return a copy of one side as it is now."""
        place = self.folder / f"stick {new_uuid()}.gpkg"
        project.save_copy(place)
        return place

    def close(self) -> None:
        """Close both."""
        self.a.close()
        self.b.close()


def key(project: Project, table: str, uuid: str = RAMP) -> ObjectKey:
    """Return the key of a row that has a name of its own."""
    with project.reading() as db:
        name = "fid" if table in ("proposals", "notes") else "id"
        return ObjectKey(
            table, db.execute(f"SELECT {name} FROM {table} WHERE uuid=?", (uuid,)).fetchall()[0][0]
        )
