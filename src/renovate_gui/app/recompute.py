"""Compute a package's numbers again: from its own data, and in the project it came from, from the state it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled, DataError
from renovate_gui.domain.verdict import GapResult, PeopleSource, Verdict
from renovate_gui.io.package.numbers import Checked, count_again

if TYPE_CHECKING:
    from renovate_gui.app.plan_content import PlanContent
    from renovate_gui.app.session import Session
    from renovate_gui.domain.figure import Recomputed

_REGISTER_COST_COLUMN = 10


@dataclass(frozen=True, slots=True)
class Recounted:
    """What computing again gave.

    Attributes
    ----------
    problems
        What ``verify`` found.
    numbers
        Numbers counted from the package's own files.
    figures
        Figures computed anew in the project, empty without one.
    missing
        How many of the package's figures are no longer kept in the project.
    """

    problems: tuple[str, ...]
    numbers: tuple[Checked, ...]
    figures: tuple[Recomputed, ...] = ()
    missing: int = 0

    @property
    def is_same(self) -> bool:
        """Return whether everything agrees."""
        same = all(n.is_same for n in self.numbers) and all(f.is_same for f in self.figures)
        return same and not self.problems and not self.missing


def numbers_told(content: PlanContent) -> dict[str, Any]:
    """Return the numbers of a package as its manifest tells them: buildings by verdict, people in all, costs."""
    costs = [p.cost for p in content.proposals if p.cost is not None]
    return {
        "gaps": {r.kind: _gap_told(r, k=content.privacy.k) for r in content.gaps_today},
        "proposals": len(content.proposals),
        "cost": str(sum(costs, Decimal(0))),
        "register_cost_column": _REGISTER_COST_COLUMN,
    }


def _gap_told(result: GapResult, *, k: int) -> dict[str, Any]:
    told: dict[str, Any] = {"buildings": {v.name.lower(): result.buildings(v) for v in Verdict}}
    total = float(np.nansum(result.people))
    if result.people_source is not PeopleSource.NONE and total >= k:
        told["people_total"] = int(sum(round(float(p)) for p in result.people if np.isfinite(p)))
    return told


def prepare_recount(path: Path, session: Session | None = None) -> Task[Recounted]:
    """Prepare computing a package's numbers again; with a session also in the project it came from.

    Raises
    ------
    DataError
        When there is no package at ``path``, or it is another project's.
    """

    def work(progress: Progress, is_cancelled: IsCancelled) -> Recounted:
        from renovate_gui.io.package.verify import manifest_of, unpacked, verify_folder

        with unpacked(path, is_cancelled) as folder:
            manifest = manifest_of(folder)
            problems = verify_folder(folder).problems
            numbers = count_again(folder, manifest)
        if session is None:
            return Recounted(problems, numbers)
        figures, missing = _in_project(session, manifest, path.name, progress, is_cancelled)
        return Recounted(problems, numbers, figures, missing)

    return Task(tr("Compute the package again"), work)


def _in_project(
    session: Session, manifest: Mapping[str, Any], name: str, progress: Progress, is_cancelled: IsCancelled
) -> tuple[tuple[Recomputed, ...], int]:
    known = {str(uuid): values for uuid, _, values in session.project.packages()}
    held = known.get(str(manifest.get("package")))
    if held is None:
        raise DataError(tr("{name} was not given out by this project.", name=name))
    wanted = set(held.get("figures", ()))
    kept = [f for f in session.provenance.figures() if f.uuid in wanted]
    found = []
    for number, figure in enumerate(kept):
        if is_cancelled():
            raise Cancelled(tr("Cancelled."))
        progress(number / max(len(kept), 1), figure.title)
        found.append(session.provenance.recompute(figure).run(is_cancelled=is_cancelled))
    return tuple(found), len(wanted) - len(kept)
