"""A facility that no path comes near is named itself: the buildings' part of the network is not to blame."""

from __future__ import annotations

from pathlib import Path

from shapely.geometry import LineString, Point, box
from town import put_layer

from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.session import Session
from renovate_gui.domain.roles import Role


def test_the_facility_is_named_and_no_building_blamed(tmp_path: Path) -> None:
    with Session.create(tmp_path / "a.gpkg", title="A", crs="EPSG:4545") as session:
        put_layer(session, Role.BUILDINGS, "楼栋", [box(100 * i, 5, 100 * i + 10, 15) for i in range(5)])
        put_layer(session, Role.WALK_NETWORK, "路", [LineString([(-10, 0), (500, 0)])])
        columns = ({"kind": ["elderly_day_care"]}, {"kind": "kind"})
        put_layer(session, Role.FACILITIES, "设施", [Point(0, 3000)], *columns)
        (result,) = session.gaps.prepare(GapRequest(("elderly_day_care",))).run()
        feature = result.facility_keys[0].rpartition(":")[2]
        (far,) = [n for n in result.notes if n.startswith("Too far from the walking network")]
        assert f"feature {feature}" in far  # it has no name
        assert "up to 3,000 m" in far
        assert not any("lead to no such facility" in n for n in result.notes)
