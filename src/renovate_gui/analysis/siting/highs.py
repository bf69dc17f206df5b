"""One run of HiGHS: in a thread of its own, with progress, a time limit, and an end within a second when cancelled.

Options of the solver that reach beyond one model (``threads``) are never set: the scheduler is the process's own, and a
second model that wants another number of threads is refused.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from renovate_gui.analysis.siting.model import BoolArray, FloatArray
from renovate_gui.domain.errors import Cancelled

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Tell = Callable[[float, float], None]
"""Called now and then with the best value and the bound; either may be infinite."""

Stop = Callable[[], bool]

_LOOK_S = 0.05
_LEAVE_S = 0.6  # a solver that has not stopped by then ends by itself, watched by nobody


@dataclass(frozen=True, slots=True)
class Model:
    """A mixed-integer model: ``low ≤ rows @ x ≤ high``, ``0 ≤ x ≤ upper``; the objective as told by ``maximise``."""

    objective: FloatArray
    rows: csr_array[np.float64]
    low: FloatArray
    high: FloatArray
    upper: FloatArray
    is_whole: BoolArray
    maximise: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What the solver found; ``x`` is None without any feasible point. ``end``: optimal, time, infeasible."""

    x: FloatArray | None
    value: float
    bound: float
    end: str
    seconds: float = 0.0


def solve(
    model: Model,
    *,
    start: FloatArray | None = None,
    time_limit_s: float = 60.0,
    tell: Tell | None = None,
    stop: Stop | None = None,
) -> Found:
    """Solve a model; raise Cancelled within a second of being asked to stop.

    Parameters
    ----------
    start
        A feasible point to begin with.
    time_limit_s
        After this time the best plan so far and the bound are returned.
    """
    if len(model.objective) == 0:
        return Found(np.zeros(0), 0.0, 0.0, "optimal")
    began = time.perf_counter()
    found = _solved(model, start, time_limit_s, tell, stop)
    if start is not None and not _adds_up(model, found):
        # given a plan to begin with, HiGHS 1.16 may tell the objective without what presolve took out: begin without
        left = max(0.1, time_limit_s - (time.perf_counter() - began))
        found = _solved(model, None, left, tell, stop)
    if not _adds_up(model, found):
        raise RuntimeError("HiGHS told an objective that its own point does not have")
    return replace(found, seconds=time.perf_counter() - began)


def _solved(
    model: Model, start: FloatArray | None, time_limit_s: float, tell: Tell | None, stop: Stop | None
) -> Found:
    highs = _prepared(model, start, time_limit_s)
    watch = _Watch()
    _subscribe(highs, watch)
    worker = threading.Thread(target=_run, args=(highs, watch), name="solver", daemon=True)
    worker.start()
    while worker.is_alive():
        worker.join(_LOOK_S)
        if stop is not None and stop():
            watch.is_stopped = True
            worker.join(_LEAVE_S)
            raise Cancelled("")
        if tell is not None and watch.is_new:
            watch.is_new = False
            tell(watch.value, watch.bound)
    if watch.error is not None:
        raise watch.error
    return _read(highs, model)


def _adds_up(model: Model, found: Found) -> bool:
    """Return whether the point keeps the rows and has the objective that was told."""
    if found.x is None:
        return True
    kept = np.asarray(model.rows @ found.x)
    scale = 1e-5 * max(1.0, abs(found.value))
    room = 1e-6 * np.maximum(1.0, np.abs(kept))
    is_kept = (kept >= model.low - room).all() and (kept <= model.high + room).all()
    return bool(is_kept and abs(float(model.objective @ found.x) - found.value) <= scale)


class _Watch:
    """What the solver's thread and the waiting one tell each other."""

    def __init__(self) -> None:
        self.is_stopped = False
        self.is_new = False
        self.value = self.bound = float("nan")
        self.error: Exception | None = None


def _run(highs: Any, watch: _Watch) -> None:
    try:
        highs.run()
    except Exception as error:  # noqa: BLE001  handed to the waiting thread
        watch.error = error
    finally:
        type(highs).resetThreadScheduler(False)  # noqa: FBT003  a C function, by position only


def _subscribe(highs: Any, watch: _Watch) -> None:
    def look(event: Any) -> None:
        out = event.data_out
        watch.value, watch.bound, watch.is_new = out.mip_primal_bound, out.mip_dual_bound, True
        if watch.is_stopped:
            event.interrupt()

    def leave(event: Any) -> None:
        if watch.is_stopped:
            event.interrupt()

    highs.cbMipInterrupt.subscribe(look)
    highs.cbSimplexInterrupt.subscribe(leave)
    highs.cbIpmInterrupt.subscribe(leave)


def _prepared(model: Model, start: FloatArray | None, time_limit_s: float) -> Any:
    import highspy

    class Quiet(highspy.Highs):
        """Says nothing on standard output, not even its name, which it tells when callbacks are first set."""

        def enableCallbacks(self) -> None:  # noqa: N802  highspy's name
            self.silent()
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    highs: Any = Quiet()  # type: ignore[no-untyped-call]
    _must(highs.setOptionValue("time_limit", float(time_limit_s)))
    _must(highs.setOptionValue("mip_rel_gap", 0.0))
    _must(highs.setOptionValue("mip_abs_gap", 1e-7))
    rows = model.rows.tocsr()
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = rows.shape
    lp.sense_ = highspy.ObjSense.kMaximize if model.maximise else highspy.ObjSense.kMinimize
    lp.col_cost_, lp.col_lower_ = model.objective, np.zeros(len(model.objective))
    lp.col_upper_ = np.where(np.isinf(model.upper), highspy.kHighsInf, model.upper)
    lp.row_lower_ = np.where(np.isinf(model.low), -highspy.kHighsInf, model.low)
    lp.row_upper_ = np.where(np.isinf(model.high), highspy.kHighsInf, model.high)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[int(whole)] for whole in model.is_whole]
    _must(highs.passModel(lp))
    if start is not None:
        point = highspy.HighsSolution()
        point.col_value = start.tolist()
        _must(highs.setSolution(point))
    return highs


def _must(status: Any) -> None:
    """Stop where the solver refuses something: a warning is enough, nothing is read from a doubtful model."""
    import highspy

    if status != highspy.HighsStatus.kOk:
        raise RuntimeError(f"HiGHS answered {status}")


def _read(highs: Any, model: Model) -> Found:
    import highspy

    status = highs.getModelStatus()
    known = highspy.HighsModelStatus
    info = highs.getInfo()
    if status == known.kInfeasible:
        return Found(None, np.nan, np.nan, "infeasible")
    if status not in (known.kOptimal, known.kTimeLimit):
        raise RuntimeError(f"HiGHS ended with {highs.modelStatusToString(status)}")
    has_point = info.primal_solution_status == 2  # kSolutionStatusFeasible
    x = np.asarray(highs.getSolution().col_value, dtype=np.float64) if has_point else None
    value = float(info.objective_function_value) if has_point else float("nan")
    if status == known.kOptimal:
        return Found(x, value, value, "optimal")
    bound = float(info.mip_dual_bound) if model.is_whole.any() else float("nan")
    return Found(x, value, bound if abs(bound) < highspy.kHighsInf else float("nan"), "time")
