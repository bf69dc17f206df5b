"""Proposals by name, type and value, in Chinese and English."""

from __future__ import annotations

from pathlib import Path

import pytest

from renovate_gui.app.proposing import propose_attribution, propose_fields, propose_role
from renovate_gui.app.survey import SourceLayer
from renovate_gui.domain.roles import FIELDS, Role


def layer(
    name: str, kind: str = "Polygon", columns: str = "", file: str = "", **sample: tuple[str, ...]
) -> SourceLayer:
    names = tuple(columns.split())
    values = dict.fromkeys(names, ("1", "2")) | sample
    return SourceLayer(
        path=Path(file or f"{name}.gpkg"), name=name, geometry_type=kind, features=10, columns=names, crs="EPSG:4326",
        encoding="UTF-8", driver="GPKG", bounds=None, sample=values,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind", "columns", "role"),
    [
        ("建筑", "Polygon", "", Role.BUILDINGS),
        ("现状楼栋_2024", "Polygon", "", Role.BUILDINGS),
        ("房屋面", "Polygon", "", Role.BUILDINGS),
        ("gis_osm_buildings_a_free_1", "Polygon", "osm_id code fclass name type", Role.BUILDINGS),
        ("BuildingFootprints", "Polygon", "", Role.BUILDINGS),
        ("地块", "Polygon", "", Role.PARCELS),
        ("宗地ZD", "Polygon", "", Role.PARCELS),
        ("tax_parcels", "Polygon", "", Role.PARCELS),
        ("blocks", "Polygon", "", Role.PARCELS),
        ("养老设施", "Point", "", Role.FACILITIES),
        ("公共服务设施POI", "Point", "", Role.FACILITIES),
        ("poi", "Point", "name type typecode location", Role.FACILITIES),
        ("单元门", "Point", "", Role.ENTRANCES),
        ("楼栋出入口", "Point", "", Role.ENTRANCES),
        ("building_entrances", "Point", "", Role.ENTRANCES),
        ("export", "Point", "osm_id entrance", Role.ENTRANCES),
        ("points", "Point", "osm_id name amenity entrance", Role.FACILITIES),
        ("人口", "Point", "人口数", Role.OTHER),
        ("社区路网", "LineString", "", Role.WALK_NETWORK),
        ("步行道路中线", "LineString", "", Role.WALK_NETWORK),
        ("walk_edges", "LineString", "u v highway length_m", Role.WALK_NETWORK),
        ("streets", "LineString", "", Role.WALK_NETWORK),
        ("居民需求", "Point", "", Role.DEMAND),
        ("意见征集", "Point", "", Role.DEMAND),
        ("养老设施需求", "Point", "", Role.DEMAND),
        ("demand_points", "Point", "", Role.DEMAND),
        ("网格", "Polygon", "", Role.GRIDS),
        ("网格划分", "Polygon", "网格员 网格编号", Role.GRIDS),
        ("grid_cells", "Polygon", "", Role.GRIDS),
        ("研究范围", "Polygon", "", Role.STUDY_AREA),
        ("社区边界", "Polygon", "", Role.STUDY_AREA),
        ("study_area", "Polygon", "", Role.STUDY_AREA),
        ("等高线", "LineString", "高程", Role.HEIGHTS),
        ("高程点", "Point", "", Role.HEIGHTS),
        ("landuse", "Polygon", "", Role.BASEMAP),
        ("水系", "Polygon", "", Role.BASEMAP),
        ("walk_nodes", "Point", "node_id", Role.OTHER),
        ("Layer1", "Polygon", "a b", Role.OTHER),
        ("export", "Polygon", "层数 建筑结构", Role.BUILDINGS),
        ("export", "Point", "床位数 设施类型", Role.FACILITIES),
    ],
)
def test_roles(name: str, kind: str, columns: str, role: Role) -> None:
    assert propose_role(layer(name, kind, columns)).role == role


def test_a_helper_layer_is_not_wanted_and_values_speak() -> None:
    assert not propose_role(layer("walk_nodes", "Point", "node_id")).is_wanted
    assert (
        propose_role(layer("Layer1", "Polygon", "role", role=("extent", "community"))).role == Role.STUDY_AREA
    )
    assert propose_role(layer("Layer1", "Polygon", file="建筑.gpkg")).role == Role.BUILDINGS, (
        "the file's name helps"
    )


@pytest.mark.parametrize(
    ("role", "columns", "expected"),
    [
        (
            Role.BUILDINGS,
            "楼栋编号 名称 用途 总层数 建筑面积(㎡) 建成年代 户数 常住人口 60岁以上 80岁及以上 0-3岁",
            (
                "code=楼栋编号 name=名称 use=用途 floors=总层数 floor_area_m2=建筑面积(㎡) year=建成年代 residents=常住人口 "
                "age0_2=0-3岁 age60=60岁以上 age80=80岁及以上 households=户数"
            ),
        ),
        (Role.BUILDINGS, "占地面积 地下建筑面积 地下层数", ""),
        (
            Role.BUILDINGS,
            "ID FLOORS POP HH pop_60 pop_80",
            "code=ID floors=FLOORS residents=POP age60=pop_60 age80=pop_80 households=HH",
        ),
        (Role.BUILDINGS, "老年人口比例 60岁以上人口 人口密度", "age60=60岁以上人口"),
        (
            Role.FACILITIES,
            "设施名称 设施类型 床位数 运营状态",
            "name=设施名称 kind=设施类型 capacity=床位数 status=运营状态",
        ),
        (Role.FACILITIES, "name amenity beds", "name=name kind=amenity capacity=beds"),
        (Role.WALK_NETWORK, "路名 道路类型 长度 坡度", "name=路名 way=道路类型 length_m=长度 grade=坡度"),
        (
            Role.DEMAND,
            "诉求类别 诉求内容 权重 提交时间",
            "category=诉求类别 weight=权重 date=提交时间 text=诉求内容",
        ),
        (Role.GRIDS, "网格编号 网格名称 网格员", "code=网格编号 name=网格名称 worker=网格员"),
        (Role.PARCELS, "宗地代码 用地性质 户数", "code=宗地代码 use=用地性质 households=户数"),
        (Role.HEIGHTS, "高程", "height_m=高程"),
        (Role.ENTRANCES, "编号 出入口类型", "code=编号 entrance=出入口类型"),
        (Role.ENTRANCES, "osm_id entrance", "code=osm_id entrance=entrance"),
    ],
)
def test_fields(role: Role, columns: str, expected: str) -> None:
    found = propose_fields(layer("x", columns=columns), role)
    assert found == dict(pair.split("=", 1) for pair in expected.split())
    order = [f.name for f in FIELDS[role]]
    assert list(found) == sorted(found, key=order.index)


def test_values_must_fit_the_name() -> None:
    assert propose_fields(layer("x", columns="层数", 层数=("砖混", "框架")), Role.BUILDINGS) == {}
    assert propose_fields(layer("x", columns="capacity", capacity=()), Role.FACILITIES) == {}, (
        "a blank column tells nothing"
    )


def test_conflicts_end_the_same_whatever_the_order() -> None:
    one = propose_fields(layer("x", columns="类型 设施类型 type name 名称"), Role.FACILITIES)
    assert one == {"name": "name", "kind": "type"} or one["kind"] in {"type", "类型"}
    assert len(set(one.values())) == len(one)
    again = propose_fields(layer("x", columns="名称 name type 设施类型 类型"), Role.FACILITIES)
    assert one == again


def test_attribution(tmp_path: Path) -> None:
    osm = "© OpenStreetMap contributors"
    assert propose_attribution(layer("a", columns="osm_id name")) == osm
    (tmp_path / "SOURCE.md").write_text(
        "`a.gpkg`: ODbL 1.0, © OpenStreetMap contributors\n`b.gpkg`: CC BY 4.0\n", encoding="utf-8"
    )
    for name, expected in (("a.gpkg", osm), ("b.gpkg", ""), ("c.gpkg", "")):
        assert propose_attribution(layer("x", columns="name", file=str(tmp_path / name))) == expected
