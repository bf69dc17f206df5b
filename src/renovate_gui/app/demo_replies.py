"""Two sample reply files, as the review page would save them: invented answers to the newest package of a project."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from renovate_gui.assets import current_language, tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import new_uuid

if TYPE_CHECKING:
    from renovate_gui.app.session import Session


def write_sample_replies(session: Session, folder: Path) -> tuple[Path, ...]:
    """Write two reply files to the newest package; return their paths.

    They are signed with the package's key as the page does it, and carry invented answers only.
    """
    packages = session.project.packages()
    if not packages:
        raise RequestError(tr("There is no package to answer yet; export one first."))
    uuid, version, values = packages[-1]
    asked = [p for p in session.proposals.all() if str(p.uuid) in set(values["proposals"])]
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, choices in enumerate(
        (("agree", "agree", "agree", "unsure"), ("agree", "oppose", "agree")), 1
    ):
        answers = [
            {
                "proposal": str(p.uuid),
                "choice": choice,
                "comment": _comment(choice) if place == 1 else "",
                "mark": _mark(session, p.geometry) if number == 1 and place == 2 else None,
            }
            for place, (p, choice) in enumerate(zip(asked, choices, strict=False))
        ]
        data = _signed(
            str(uuid), version, str(values["key"]), answers, wish="yes" if number == 1 else "conditional"
        )
        path = folder / f"reply-{number}.json"
        path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
        paths.append(path)
    return tuple(paths)


def _comment(choice: str) -> str:
    if choice == "agree":
        return tr("Please open it on Saturdays too.")
    return tr("First settle where the delivery bikes stop.")


def _mark(session: Session, geometry: Any) -> list[str]:
    from renovate_gui.geo import crs as systems

    point = shapely.point_on_surface(geometry)
    lon, lat = systems.transform_point(point.x, point.y, session.settings().crs, systems.WGS84)
    return [f"{lon:.6f}", f"{lat:.6f}"]


def _signed(
    package: str, version: int, key: str, answers: list[dict[str, Any]], *, wish: str
) -> dict[str, Any]:
    from renovate_gui.io.replies import FORMAT, FORMAT_VERSION, reply_check

    data: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "package": package,
        "package_version": version,
        "id": str(new_uuid()),
        "created": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "lang": "zh" if current_language() == "zh_CN" else "en",
        "answers": answers,
        "wish": wish,
        "building": "",
    }
    return {**data, "check": reply_check(data, key)}
