"""Free texts: what gives a person away is found, what planners write every day is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.io.package.screening import BLACK, Trace, blacked, points_to_somebody, traces_in


@pytest.mark.parametrize(
    ("text", "trace"),
    [
        ("找 13812345678", Trace.PHONE),
        ("电话 138 1234 5678。", Trace.PHONE),
        ("打 023-63521234", Trace.PHONE),
        ("+86-13812345678", Trace.PHONE),
        ("身份证 500103195001011234", Trace.IDENTITY),
        ("身份证 50010319500101123X", Trace.IDENTITY),
        ("wang@example.org", Trace.EMAIL),
        ("3栋2单元501室", Trace.ROOM),
        ("12号楼302", Trace.ROOM),
        ("住 5-1-302 的", Trace.ROOM),
        ("302室漏水", Trace.ROOM),
        ("flat 302 is damp", Trace.ROOM),
        ("王奶奶走不动", Trace.NAME),
        ("李秀英女士提的", Trace.NAME),
        ("Mrs. Smith asked", Trace.NAME),
        ("长期卧床", Trace.HEALTH),
        ("社区矫正对象", Trace.CONVICTION),
    ],
)
def test_what_gives_somebody_away_is_found_and_blacked_out(text: str, trace: Trace) -> None:
    found = traces_in(text)
    assert trace in {f.trace for f in found}
    black = blacked(text)
    assert BLACK in black
    assert not traces_in(black)


@pytest.mark.parametrize(
    "text",
    [
        "120 m² 门房改造，日托 24 位，送餐 60 份/日",
        "3 号楼加装电梯，12号楼 302 户",
        "2026-12-07 前",
        "造价 4,860,000 元",
        "改成活动室 200 m²",
        "GB 50180-2018 附录 C",
        "室外 300 室内 400",
        "60 岁以上 1,579 人",
        "坡道 1:12，长 120 m",
        "青崖路37号",
        "老师傅手艺坊",
    ],
)
def test_what_planners_write_is_left_alone(text: str) -> None:
    assert traces_in(text) == ()
    assert blacked(text) == text


def test_illness_in_general_is_nobody_but_beside_a_flat_it_is_somebody() -> None:
    assert not points_to_somebody(traces_in("为失能老人上门服务"))
    assert points_to_somebody(traces_in("302室失能老人"))


@given(st.text(alphabet="王奶奶 138123456780栋室-单元x", max_size=60))
def test_only_what_was_found_is_lost(text: str) -> None:
    kept, at = [], 0
    for found in traces_in(text):
        assert at <= found.start < found.end
        kept.append(text[at : found.start])
        at = found.end
    kept.append(text[at:])
    assert blacked(text) == BLACK.join(kept)
