"""``site``: where new places of a service reach most people."""

from __future__ import annotations

import argparse
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from renovate_gui.app.shares import per_cent
from renovate_gui.assets import tr
from renovate_gui.cli.asking import judging, proposals, request_of
from renovate_gui.cli.report import run_task, say, say_json
from renovate_gui.cli.scenarios import look_at
from renovate_gui.cli.services import Services

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.app.siting_request import Plan, Site, SitingRequest, SitingResult

MODELS = ("mclp", "lscp", "p-median", "capacitated", "budget")


def add_siting(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``site`` that are its own."""
    parser.add_argument("--add", type=int, default=1, metavar="N", help=tr("how many new sites"))
    parser.add_argument(
        "--together", action="store_true", help=tr("every site holds all kinds: an embedded centre")
    )
    parser.add_argument("--model", choices=MODELS, default="mclp")
    parser.add_argument("--budget", type=money, metavar="YUAN", help=tr("for --model budget"))
    parser.add_argument("--cost", type=money, metavar="YUAN", help=tr("of a new site"))
    parser.add_argument(
        "--upgrade-cost",
        type=money,
        metavar="YUAN",
        help=tr("of an existing facility that takes the service in"),
    )
    parser.add_argument(
        "--place-cost", type=money, metavar="YUAN", help=tr("of one more place in an existing facility")
    )
    parser.add_argument(
        "--places", type=float, metavar="N", help=tr("places of a new site; left out: room for all")
    )
    _where(parser)
    _how(parser)
    proposals(parser)
    judging(parser)


def _where(parser: argparse.ArgumentParser) -> None:
    """Add where sites may be."""
    parser.add_argument(
        "--candidates", default="vacant", metavar="vacant|land|grid|layer:NAME", help=tr("where sites may be")
    )
    parser.add_argument("--spacing", type=float, default=100.0, metavar="METRES", help=tr("of the grid"))
    parser.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="LAYER[:METRES]",
        help=tr("nothing may stand there, nor so near to it; may be given again"),
    )
    parser.add_argument(
        "--steepest", type=float, metavar="GRADE", help=tr("steepest ground to build on, such as 0.15")
    )
    parser.add_argument(
        "--suitability", default="", metavar="COLUMN", help=tr("0 to 1, of the candidates' layer")
    )


def _how(parser: argparse.ArgumentParser) -> None:
    """Add how hard to look, and what becomes of it."""
    parser.add_argument(
        "--exact", action="store_true", help=tr("prove the best plan, or tell how far from it one may be")
    )
    parser.add_argument(
        "--time-limit",
        type=float,
        default=30.0,
        metavar="S",
        help=tr("seconds for everything after the first answer: proof, further plans, futures"),
    )
    parser.add_argument("--plans", type=int, default=3, metavar="N", help=tr("plans that are nearly as good"))
    parser.add_argument(
        "--robustness", type=int, default=0, metavar="N", help=tr("try the plans in N plausible futures")
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--apply", type=int, metavar="K", help=tr("put plan K on the map, as one step"))


def money(text: str) -> Decimal:
    """Return a sum of money, at least 0."""
    try:
        value = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or value < 0:
        raise argparse.ArgumentTypeError(tr("“{value}” is no sum of money", value=text))
    return value


def site(options: argparse.Namespace, services: Services) -> int:
    """Find places for new facilities."""
    with services.open_session(options.project) as session:
        look_at(session, options.scenario)
        result = run_task(session.siting.prepare(_request(session, options)))
        drawn = session.siting.apply(result, options.apply) if options.apply is not None else ()
        numbers = [p.number for p in drawn]
        if options.json:
            say_json(_as_json(session, result, numbers))
        else:
            _say_result(result, numbers)
    return 0


def _request(session: Session, options: argparse.Namespace) -> SitingRequest:
    from renovate_gui.app.siting_request import Prices, SitingModel, SitingRequest

    usual = Prices()
    kinds = tuple(dict.fromkeys(options.kind)) or SitingRequest().kinds
    return SitingRequest(
        kinds=kinds,
        together=options.together,
        add=options.add,
        model=SitingModel(options.model),
        budget=options.budget,
        prices=Prices(
            usual.new if options.cost is None else options.cost,
            usual.upgrade if options.upgrade_cost is None else options.upgrade_cost,
            usual.place if options.place_cost is None else options.place_cost,
        ),
        candidates=options.candidates,
        exclude=tuple(options.exclude),
        steepest=options.steepest,
        cell_m=options.spacing,
        weight_column=options.suitability,
        places=options.places,
        plans=options.plans,
        futures=options.robustness,
        seed=options.seed,
        exact=options.exact,
        time_limit_s=options.time_limit,
        gap=request_of(session, options, kinds),
    )


def _as_json(session: Session, result: SitingResult, drawn: list[int]) -> dict[str, Any]:
    request = result.request
    return {
        "kinds": list(request.kinds),
        "together": request.together,
        "model": request.model.value,
        "candidates": result.candidates,
        "excluded": result.excluded,
        "counted": "people" if result.counts_people else session.layers.get(result.layer_id).role.value,
        "exact": result.is_exact,
        "seconds": round(result.seconds, 3),
        "futures": result.futures,
        "plans": [_plan_json(plan) for plan in result.plans],
        "hints": [hint.words for hint in result.hints],
        "notes": list(result.notes),
        "applied": drawn,
    }


def _plan_json(plan: Plan) -> dict[str, Any]:
    each = plan.cost_per_newly_served
    return {
        "newly_served": _number(plan.newly_served),
        "served": _number(plan.served),
        "total": _number(plan.total),
        "share": round(plan.share, 6),
        "by_kind": {kind: _number(gain) for kind, gain in plan.by_kind.items()},
        "at_most": None if plan.at_most is None else _number(plan.at_most),
        "gap": None if plan.gap is None else round(plan.gap, 6),
        "proven": plan.is_proven,
        "mean_m": None if plan.mean_m is None else round(plan.mean_m, 3),
        "cost": None if plan.cost is None else str(plan.cost),
        "cost_per_newly_served": None if each is None else str(each),
        "near_best_in": None if plan.near_best_in < 0 else plan.near_best_in,
        "sites": [_site_json(site) for site in plan.sites],
    }


def _site_json(site: Site) -> dict[str, Any]:
    point: Any = site.point
    return {
        "key": site.key,
        "title": site.title,
        "means": site.means.value,
        "kinds": list(site.kinds),
        "x": round(point.x, 3),
        "y": round(point.y, 3),
        "cost": None if site.cost is None else str(site.cost),
        "places": site.places,
        "chosen_in": None if site.chosen_in < 0 else site.chosen_in,
        "doubt": site.doubt or None,
    }


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else round(value, 4)


def _say_result(result: SitingResult, drawn: list[int]) -> None:
    from renovate_gui.app import siting_words as words

    for number, plan in enumerate(result.plans, start=1):
        say(_headline(number, plan, counts_people=result.counts_people))
        said = [words.verdict_words(plan)]
        if plan.mean_m is not None:
            said.append(tr("mean way {n} m", n=f"{plan.mean_m:,.0f}"))
        if plan.cost is not None:
            said.append(tr("{n} yuan", n=f"{plan.cost:,}"))
        if plan.cost_per_newly_served is not None:
            said.append(tr("{n} yuan for each newly served", n=f"{plan.cost_per_newly_served:,}"))
        if plan.near_best_in >= 0:
            said.append(words.robust_words(plan, result.futures))
        say("  " + " · ".join(said))
        for own in plan.sites:
            say("  – " + words.site_words(own, result.futures))
    for hint in result.hints:
        say(f"→ {hint.words}")
    for note in result.notes:
        say(f"· {note}")
    if drawn:
        say(tr("On the map now as proposals {numbers}.", numbers=", ".join(map(str, drawn))))


def _headline(number: int, plan: Plan, *, counts_people: bool) -> str:
    figures = {
        "k": number,
        "n": f"{plan.newly_served:,.0f}",
        "share": per_cent(plan.share),
        "total": f"{plan.total:,.0f}",
    }
    if counts_people:
        return tr("Plan {k}: {n} people newly served, then {share} % of {total}", **figures)
    return tr("Plan {k}: {n} buildings newly served, then {share} % of {total}", **figures)
