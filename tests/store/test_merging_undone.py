"""A merge that was taken back: nobody's own work is removed by it elsewhere, and it can be merged again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import shapely
from two_copies import seal

from renovate_gui.domain.difference import ChangeKind
from renovate_gui.domain.ids import new_uuid
from renovate_gui.domain.proposal import Proposal
from renovate_gui.store.project import Project

NUMBERS = {"before": 1, "mine": 2, "theirs": 3, "later": 4, "regretted": 5}


def draw(project: Project, title: str) -> None:
    with project.action(f"draw {title}") as writer:
        writer.put_proposal(Proposal(new_uuid(), NUMBERS[title], shapely.Point(1, 2), title))


def titles(project: Project) -> set[str]:
    return {p.title for p in project.proposals()}


def stick(project: Project, name: str) -> Path:
    path = project.path.with_name(name)
    path.unlink(missing_ok=True)
    project.save_copy(path)
    return path


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Project, Project]:
    one = Project.create(tmp_path / "a.gpkg", title="t", crs="EPSG:4545", standard="s")
    draw(one, "before")
    one.save_copy(tmp_path / "b.gpkg")
    two = Project.open(tmp_path / "b.gpkg")
    draw(one, "mine")
    draw(two, "theirs")
    return one, two


def test_taken_back_after_the_other_took_it_in_it_can_be_merged_again(pair: tuple[Project, Project]) -> None:
    one, two = pair
    one.merge(stick(two, "s.gpkg"), {})
    two.merge(stick(one, "s.gpkg"), {})
    assert seal(one) == seal(two)
    one.undo()
    assert titles(one) == {"before", "mine"}
    report = two.merge_report(stick(one, "s.gpkg"))  # the other has all of it, and loses none of its own
    assert (report.incoming.changes, report.conflicts) == ((), ())
    report = one.merge(stick(two, "s.gpkg"), {})
    assert [c.kind for c in report.incoming.changes] == [ChangeKind.ADDED]
    assert titles(one) == titles(two) == {"before", "mine", "theirs"}
    assert seal(one) == seal(two)


def test_work_done_after_the_taking_back_goes_across_without_it(pair: tuple[Project, Project]) -> None:
    one, two = pair
    one.merge(stick(two, "s.gpkg"), {})
    two.merge(stick(one, "s.gpkg"), {})
    one.undo()
    draw(one, "later")
    report = two.merge(stick(one, "s.gpkg"), {})
    assert [(c.kind, c.title.partition(" · ")[2]) for c in report.incoming.changes] == [
        (ChangeKind.ADDED, "later")
    ]
    assert titles(two) == {"before", "mine", "theirs", "later"}
    one.merge(stick(two, "s.gpkg"), {})
    assert seal(one) == seal(two)


def test_done_again_it_is_as_if_it_had_never_been_taken_back(
    pair: tuple[Project, Project], tmp_path: Path
) -> None:
    one, two = pair
    one.merge(stick(two, "s.gpkg"), {})
    two.merge(stick(one, "s.gpkg"), {})
    one.undo()
    one.redo()
    report = one.merge_report(Path(shutil.copy(two.path, tmp_path / "c.gpkg")))
    assert (report.incoming.changes, report.conflicts) == ((), ())
    assert seal(one) == seal(two)


def test_an_own_step_taken_back_still_goes_across(pair: tuple[Project, Project]) -> None:
    one, two = pair
    one.merge(stick(two, "s.gpkg"), {})
    draw(one, "regretted")
    two.merge(stick(one, "s.gpkg"), {})
    assert "regretted" in titles(two)
    one.undo()
    two.merge(stick(one, "s.gpkg"), {})
    assert titles(one) == titles(two) == {"before", "mine", "theirs"}
