"""The sealed result of a vote: its numbers, the rule it was judged by, digests of register and votes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from renovate_gui.app.consent_rules import rule_row
from renovate_gui.domain.consent import Check, Count

if TYPE_CHECKING:
    from renovate_gui.app.voting_records import Flat, GivenVote
    from renovate_gui.app.voting_standing import Standing

SHORT_SEAL = 12


def register_digest(flats: Iterable[Flat]) -> str:
    """Return the SHA-256 of the flats of a scope: building, stairwell, flat, area, owner's token, sorted."""
    rows = sorted((f.building, f.stairwell, f.flat, format(f.area.normalize(), "f"), f.owner) for f in flats)
    return _digest(rows)


def votes_digest(votes: Iterable[GivenVote]) -> str:
    """Return the SHA-256 of the votes: flat and choice, sorted."""
    return _digest(sorted((str(v.flat), v.choice.value) for v in votes))


def _digest(value: object) -> str:
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def numbers_of(standing: Standing) -> dict[str, Any]:
    """Return the numbers of a vote as JSON values; areas are texts."""
    tally, judgement = standing.tally, standing.judgement
    return {
        "all": _count(tally.all),
        "took_part": _count(tally.took_part),
        "agreed": _count(tally.agreed),
        "opposed": _count(tally.opposed),
        "abstained": _count(tally.abstained),
        "torn": tally.torn,
        "quorum": None if judgement.quorum is None else _check(judgement.quorum),
        "agree": _check(judgement.agree),
        "more": None if judgement.more is None else _count(judgement.more),
        "still_to_agree": len(standing.still_to_agree),
        "strays": standing.strays,
        "outcome": standing.outcome.value,
        "passes": standing.passes,
    }


def _count(count: Count) -> dict[str, Any]:
    return {"heads": count.heads, "area": format(count.area, "f")}


def _check(check: Check) -> dict[str, Any]:
    return {
        "heads_needed": check.heads_needed,
        "area_needed": format(check.area_needed, "f"),
        "heads_met": check.heads_met,
        "area_met": check.area_met,
        "missing": _count(check.missing),
    }


def sealed_result(standing: Standing, flats: Sequence[Flat], votes: Sequence[GivenVote]) -> Mapping[str, Any]:
    """Return the numbers with the rule, the digests and the seal over all of them."""
    from renovate_gui.app.consent_rules import rule_words, said

    rule = standing.ballot.rule
    result = {
        **numbers_of(standing),
        "rule": rule_row(rule),
        "rule_text": f"{said(rule.title)}: {rule_words(rule)}",
        "register": register_digest(flats),
        "votes": votes_digest(votes),
    }
    return {**result, "seal": seal_of(result)}


def seal_of(result: Mapping[str, Any]) -> str:
    """Return the seal over a result: the beginning of the SHA-256 of everything in it but the seal."""
    return _digest({k: v for k, v in result.items() if k != "seal"})[:SHORT_SEAL]
