"""A small project with one layer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely

from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import Datum, Role, Slot
from renovate_gui.store.project import Project

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from two_copies import Pair  # noqa: E402  the package beside the tests is found only now

collect_ignore = ["two_copies"]
MakeLayer = Callable[..., tuple[LayerInfo, LayerTable]]


@pytest.fixture
def make_layer() -> MakeLayer:
    """Return a maker of a layer of square buildings, not yet stored."""

    def make(count: int = 12, *, name: str = "楼栋", position: int = 0) -> tuple[LayerInfo, LayerTable]:
        x = np.arange(count) % 10 * 20.0 + 500_000
        y = np.arange(count) // 10 * 20.0 + 3_000_000
        columns = {
            "名称": np.array([f"{i} 号楼" for i in range(count)], dtype=object),
            "floors": np.where(np.arange(count) % 3 == 0, np.nan, np.arange(count) % 7 + 1.0),
            "Floors": np.array([None] * count, dtype=object),
        }
        info = LayerInfo(
            id=LayerId(0),
            uuid=Uuid(""),
            name=name,
            table="",
            role=Role.BUILDINGS,
            slot=Slot.EXISTING,
            position=position,
            is_visible=True,
            geometry_type="Polygon",
            feature_count=0,
            source_crs="EPSG:4326",
            datum=Datum.WGS84,
            field_map={"name": "名称", "floors": "floors", "use": "Floors"},
        )
        return info, LayerTable(np.arange(count), shapely.box(x, y, x + 12, y + 10), columns)

    return make


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Return an empty project in a metric system."""
    with_crs = Project.create(tmp_path / "a.gpkg", title="甲", crs="EPSG:4545", standard="cn-gb50180-2018")
    yield with_crs
    with_crs.close()


@pytest.fixture
def layer(project: Project, make_layer: MakeLayer) -> LayerInfo:
    """Return the one layer of ``project``."""
    info, table = make_layer()
    with project.action("import") as writer:
        return writer.add_layer(info, table)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """Return two open copies of a project with one proposal."""
    made = Pair(tmp_path)
    yield made
    made.close()
