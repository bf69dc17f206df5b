"""Where the work lies: the study area, unless it holds none of what is counted."""

from __future__ import annotations

import numpy as np
import pytest
from shapely.geometry import box

from renovate_gui.app.extent import work_extent
from renovate_gui.app.session import Session
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role


def _put(session, role, shapes):
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    info = LayerInfo(
        id=0, uuid="", name=role.value, table="", role=role, slot=SLOT_OF_ROLE[role], position=0, is_visible=True,
        geometry_type="", feature_count=len(shapes), source_crs="EPSG:4545", datum=Datum.CGCS2000,
    )  # fmt: skip
    with session.project.action("Import") as writer:
        writer.add_layer(info, LayerTable(np.arange(1, len(shapes) + 1), geometry, {}))


@pytest.mark.parametrize(
    ("area", "expected", "is_elsewhere"),
    [
        (box(-50, -50, 60, 60), (-50, -50, 60, 60), False),
        (box(9000, 9000, 9100, 9100), (0, 0, 110, 10), True),
        (box(40, 0, 70, 10), (0, 0, 110, 10), True),
    ],
)
def test_a_study_area_without_anything_counted_is_not_what_is_shown(tmp_path, area, expected, is_elsewhere):
    with Session.create(tmp_path / "a.gpkg", crs="EPSG:4545") as session:
        assert work_extent(session.layers) == (None, False)
        _put(session, Role.WALK_NETWORK, [box(0, 0, 500, 500).exterior])
        assert work_extent(session.layers) == ((0, 0, 500, 500), False)
        _put(session, Role.BUILDINGS, [box(0, 0, 10, 10), box(100, 0, 110, 10)])
        assert work_extent(session.layers) == ((0, 0, 110, 10), False)
        _put(session, Role.STUDY_AREA, [area])
        assert work_extent(session.layers) == (expected, is_elsewhere)


def test_the_first_filter_of_the_file_dialog_offers_all_endings():
    from renovate_gui.io.reading.formats import FORMATS as KNOWN
    from renovate_gui.ui.stages.survey import FORMATS

    offered = set(FORMATS.split())
    assert {f"*{ending}" for known in KNOWN for ending in known.extensions} <= offered
