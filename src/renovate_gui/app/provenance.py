"""Provenance: where every layer and every kept figure comes from, and whether computing it again gives the same.

A figure is *kept* with the state of the history it was computed in, what was asked, the digest of everything it was
computed from, and the software that did it. *Computing again* uses the content of that very state: the project as it
is when nothing the figure needs has changed since, else a passing copy taken back to the state.
"""

from __future__ import annotations

import hashlib
import math
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import shapely

from renovate_gui.app.gaps import PAPER, GapRequest
from renovate_gui.app.measures import measure_title
from renovate_gui.app.needs import HeatRequest
from renovate_gui.app.software import software
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.figure import Figure, FigureSubject, NumberCheck, Recomputed
from renovate_gui.domain.heat import HeatGrid
from renovate_gui.domain.ids import Uuid, new_uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import Role
from renovate_gui.domain.scenario import ACTIVE
from renovate_gui.domain.verdict import GapResult, PeopleSource, Verdict
from renovate_gui.store.owner import user_name

if TYPE_CHECKING:
    from renovate_gui.app.session import Session

TOLERANCE = 1e-9
"""Relative difference allowed in a sum or distance between other machines or versions; counts must agree exactly."""

PROPOSALS = "proposals"

Found = tuple[GapRequest | HeatRequest, Mapping[str, Any]]
"""What was asked, and the numbers that came out."""

_ROLES = {
    FigureSubject.GAPS: (
        Role.BUILDINGS,
        Role.PARCELS,
        Role.ENTRANCES,
        Role.FACILITIES,
        Role.WALK_NETWORK,
        Role.STUDY_AREA,
        Role.HEIGHTS,
    ),
    FigureSubject.HEAT: (Role.DEMAND, Role.BUILDINGS, Role.PARCELS, Role.STUDY_AREA),
}


class Provenance:
    """Kept figures of the open project."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def figures(self) -> tuple[Figure, ...]:
        """Return kept figures, oldest first."""
        return self._session.project.figures()

    # -- keeping ----------------------------------------------------------------------------------------------
    def keep_gaps(self, request: GapRequest | Sequence[GapRequest], title: str) -> Task[tuple[Figure, ...]]:
        """Prepare to judge the present state and keep one figure per kind, as one undoable step.

        Several requests are for kinds that each have a distance of their own.
        """
        asked = (request,) if isinstance(request, GapRequest) else tuple(request)
        active = self._session.scenarios.active()
        # by name, so that it is computed again alike whatever is chosen then
        home = ACTIVE if active is None else active.uuid
        requests = tuple(r if r.scenario else replace(r, scenario=home) for r in asked)
        return self._keep(FigureSubject.GAPS, requests, title)

    def keep_heat(self, request: HeatRequest, title: str) -> Task[tuple[Figure, ...]]:
        """Prepare to compute a density of the present state and keep its numbers, as one undoable step."""
        return self._keep(FigureSubject.HEAT, (request,), title)

    def _keep(
        self, subject: FigureSubject, requests: Sequence[GapRequest | HeatRequest], title: str
    ) -> Task[tuple[Figure, ...]]:
        session = self._session

        def work(progress: Progress, is_cancelled: IsCancelled) -> tuple[Figure, ...]:
            state = session.project.state
            found = [
                f for asked in requests for f in _compute(session, subject, asked, progress, is_cancelled)
            ]
            made = self.figures_of(subject, found, title, state, names_kind=len(found) > 1)
            with session.project.action(tr("Keep the figure “{title}”", title=title)) as writer:
                for figure in made:
                    writer.put_figure(figure)
            return made

        return Task(tr("Keeping the figure"), work)

    def figures_of(
        self,
        subject: FigureSubject,
        found: Iterable[Found],
        title: str,
        state: str,
        *,
        names_kind: bool = True,
    ) -> tuple[Figure, ...]:
        """Return figures of what was just computed in a state; whoever asks puts them into an action of its own.

        With ``names_kind`` the title of a gap also names its kind.

        Raises
        ------
        RequestError
            The project has left the state: what was computed may rest on some of both.
        """
        session, results = self._session, tuple(found)
        inputs = self._inputs(session, subject) if results else {}
        if session.project.state != state:
            raise RequestError(tr("The project changed while the figure was computed; keep it again."))
        return tuple(
            Figure(
                new_uuid(), subject, _titled(title, asked, names_kind=names_kind), _at(), user_name(), state,
                _parameters(session, asked), inputs, software(), numbers,
            )
            for asked, numbers in results
        )  # fmt: skip

    def forget(self, uuid: Uuid) -> None:
        """Stop keeping a figure (undoable)."""
        with self._session.project.action(tr("Remove a kept figure")) as writer:
            writer.delete_figure(uuid)

    # -- computing again --------------------------------------------------------------------------------------
    def recompute(self, figure: Figure) -> Task[Recomputed]:
        """Prepare to compute a kept figure again from what it was computed from.

        The task raises RequestError when the state is no longer in the history and the content has changed.
        """

        def work(progress: Progress, is_cancelled: IsCancelled) -> Recomputed:
            present = self._inputs(self._session, figure.subject)
            changed = changed_inputs(figure.inputs, present)
            if not changed and _has_same_standard(self._session, figure):
                return _compare(
                    figure, _again(self._session, figure, progress, is_cancelled), _names(changed, figure)
                )
            with tempfile.TemporaryDirectory(prefix="renovate-gui-") as folder:
                copy = Path(folder) / "state.gpkg"
                self._session.project.save_copy_at(figure.state, copy)
                with type(self._session).open(copy) as then:
                    again = _again(then, figure, progress, is_cancelled)
            return _compare(figure, again, _names(changed, figure, present))

        return Task(tr("Computing “{title}” again", title=figure.title), work)

    # -- inputs -----------------------------------------------------------------------------------------------
    @staticmethod
    def _inputs(session: Session, subject: FigureSubject) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for info in session.layers.all():
            if info.role in _ROLES[subject]:
                found[info.uuid] = {
                    "name": info.name,
                    "role": info.role.value,
                    "source": info.passport.source_name if info.passport else "",
                    "source_sha256": info.passport.source_sha256 if info.passport else "",
                    "imported_at": info.passport.imported_at if info.passport else "",
                    "content": layer_digest(info, session.layers.table(info.id)),
                }
        if subject is FigureSubject.GAPS:
            found[PROPOSALS] = {"name": "", "content": _proposals_digest(session)}
        return found


def _at() -> str:
    """Return the time to the microsecond: figures of one step have an order too."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def layer_digest(info: LayerInfo, table: LayerTable) -> str:
    """Return a digest of everything an analysis may read of a layer: role, meaning of columns, features in order."""
    digest = hashlib.sha256(
        msgspec.json.encode([info.role.value, sorted(info.field_map.items()), info.datum.value])
    )
    digest.update(np.ascontiguousarray(table.ids).tobytes())
    digest.update(b"\0".join(b or b"-" for b in shapely.to_wkb(table.geometry, byte_order=1)))
    for column in sorted(set(info.field_map.values()) & set(table.columns)):
        values = table.columns[column]
        digest.update(column.encode("utf-8", "surrogatepass"))
        is_text = values.dtype == object
        digest.update(msgspec.json.encode(values.tolist()) if is_text else values.tobytes())
    return digest.hexdigest()


def _proposals_digest(session: Session) -> str:
    drawn = [
        [p.uuid, p.kind, p.status.value, p.geometry.wkb_hex if p.geometry else "", p.capacity]
        for p in session.proposals.all()
    ]
    return hashlib.sha256(msgspec.json.encode(sorted(drawn))).hexdigest()


def changed_inputs(
    then: Mapping[str, Mapping[str, str]], present: Mapping[str, Mapping[str, str]]
) -> tuple[str, ...]:
    """Return the uuids whose content is not what it was, came or went."""
    every = dict.fromkeys([*then, *present])
    return tuple(u for u in every if then.get(u, {}).get("content") != present.get(u, {}).get("content"))


def _names(
    uuids: Sequence[str], figure: Figure, present: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[str, ...]:
    known = {**(present or {}), **figure.inputs}
    return tuple(known[u].get("name") or tr("Proposals") for u in uuids if u in known)


# -- requests and numbers -------------------------------------------------------------------------------------
def _parameters(session: Session, request: GapRequest | HeatRequest) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(request))
    if isinstance(request, GapRequest):
        standard = session.gaps.profile()
        values["standard"] = standard.id
        values["rows"] = {
            row.kind: {"digest": row.digest(), "checked_by": row.verified_by, "level": row.level.value}
            for row in map(standard.row, request.kinds)
            if row is not None
        }
        asked = {kind: standard.need(kind) for kind in request.kinds}
        values["needs"] = {kind: need.share for kind, need in asked.items() if need is not None}
    return values


def _standard(figure: Figure) -> str:
    return str(figure.parameters.get("standard", ""))


def _has_same_standard(session: Session, figure: Figure) -> bool:
    """Return whether the standard still asks for what it asked for then."""
    standard = session.gaps.profile()
    if figure.subject is FigureSubject.GAPS and _standard(figure) != standard.id:
        return False
    rows: Mapping[str, Mapping[str, str]] = figure.parameters.get("rows") or {}
    present = {kind: standard.row(kind) for kind in rows}
    needs: Mapping[str, float] = figure.parameters.get("needs") or {}
    if any((need := standard.need(kind)) is None or need.share != share for kind, share in needs.items()):
        return False
    return all((row := present[k]) is not None and row.digest() == v["digest"] for k, v in rows.items())


def request_of(figure: Figure) -> GapRequest | HeatRequest:
    """Return what was asked for; raise RequestError when a newer program asked in words this one does not know."""
    kind: type[GapRequest | HeatRequest] = GapRequest if figure.subject is FigureSubject.GAPS else HeatRequest
    values = {k: v for k, v in figure.parameters.items() if k not in ("standard", "rows", "needs")}
    if kind is GapRequest and "counts_capacity" not in values:
        values |= {"walker": PAPER, "counts_capacity": False}  # kept when the distance alone decided
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise RequestError(
            tr("“{title}” was kept by another version of this program.", title=figure.title)
        ) from error


def _compute(
    session: Session,
    subject: FigureSubject,
    request: GapRequest | HeatRequest,
    progress: Progress,
    is_cancelled: IsCancelled,
) -> list[Found]:
    if subject is FigureSubject.HEAT:
        assert isinstance(request, HeatRequest)
        return [(request, heat_numbers(session.needs.prepare_heat(request).run(progress, is_cancelled)))]
    assert isinstance(request, GapRequest)
    results = session.gaps.prepare(request, remembers=False).run(progress, is_cancelled)
    return [(_of_one(request, r.kind), gap_numbers(r)) for r in results]


def _of_one(request: GapRequest, kind: str) -> GapRequest:
    return replace(
        request,
        kinds=(kind,),
        limit_m=request.limit_of(kind),
        need_share=request.share_of(kind),
        own_limits=(),
        own_shares=(),
    )


def _again(session: Session, figure: Figure, progress: Progress, is_cancelled: IsCancelled) -> dict[str, Any]:
    ((_, numbers),) = _compute(session, figure.subject, request_of(figure), progress, is_cancelled)
    return dict(numbers)


def gap_numbers(result: GapResult) -> dict[str, Any]:
    """Return the numbers of a gap by name; ``digest`` covers verdict and distances of every building."""
    has_people = result.people_source is not PeopleSource.NONE
    digest = hashlib.sha256(np.ascontiguousarray(result.ids).tobytes())
    arrays = (result.verdict, result.network_m, result.circle_m, result.people, result.minutes)
    for array in (*arrays, result.service.placed, result.service.access):
        digest.update(np.ascontiguousarray(array).tobytes())
    numbers: dict[str, Any] = {
        "kind": result.kind,
        "limit_m": float(result.limit_m),
        "measure": result.measure.value,
        "buildings": len(result.ids),
        **{v.name.lower(): result.buildings(v) for v in Verdict},
    }
    if has_people:
        is_own_age = result.people_source is not PeopleSource.RESIDENTS_ONLY
        numbers["basis"] = (result.basis if is_own_age else AgeBasis.RESIDENTS).value
        numbers["people"] = result.people_total
        numbers |= {f"people_{v.name.lower()}": result.people_of(v) for v in Verdict}
    if result.row is not None:
        numbers["clause"] = result.row.clause
    if np.isfinite(result.minutes_limit):
        numbers["walked_by"], numbers["minutes_limit"] = result.walker, float(result.minutes_limit)
    if len(result.service.need):
        numbers["need"] = float(np.nansum(result.service.need))
        numbers["placed"] = float(np.nansum(result.service.placed))
    return {**numbers, "digest": digest.hexdigest()}


def heat_numbers(heat: HeatGrid) -> dict[str, Any]:
    """Return the numbers of a density by name; ``digest`` covers every cell."""
    finite = heat.values[np.isfinite(heat.values)]
    return {
        "answers": heat.count,
        "total": float(heat.total),
        "cell_m": float(heat.cell_m),
        "bandwidth_m": float(heat.bandwidth_m),
        "densest": float(finite.max()) if finite.size else None,
        "digest": hashlib.sha256(np.ascontiguousarray(heat.values).tobytes()).hexdigest(),
    }


def _titled(title: str, asked: GapRequest | HeatRequest, *, names_kind: bool) -> str:
    """Return the title; of several kinds judged together each figure also names its own."""
    if not names_kind or not isinstance(asked, GapRequest):
        return title
    return f"{title} · {measure_title(asked.kinds[0])}"


def _compare(figure: Figure, again: Mapping[str, Any], changed: tuple[str, ...]) -> Recomputed:
    is_exact = dict(figure.software) == software()
    then = dict(figure.numbers)
    names = [n for n in dict.fromkeys([*then, *again]) if is_exact or n != "digest"]
    wrong = tuple(
        NumberCheck(n, then.get(n), again.get(n))
        for n in names
        if not _agree(then.get(n), again.get(n), is_exact=is_exact)
    )
    return Recomputed(figure, not wrong, is_exact, 0.0 if is_exact else TOLERANCE, wrong, changed)


def _agree(then: object, again: object, *, is_exact: bool) -> bool:
    if isinstance(then, float) and isinstance(again, float) and not is_exact:
        return math.isclose(then, again, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return then == again
