"""What changed since the package before: a compact digest per proposal is remembered and compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import shapely

from renovate_gui.assets import tr
from renovate_gui.domain.proposal import Proposal
from renovate_gui.io.package.privacy import masked

Digest = Mapping[str, Mapping[str, Any]]

_DECIMALS = 1  # a shape whose decimetres are the same has not changed


@dataclass(frozen=True, slots=True)
class Earlier:
    """The package given out before this one: its version, and by proposal number, title and digest."""

    version: int
    proposals: Digest


def digest(proposals: Sequence[Proposal]) -> dict[str, dict[str, Any]]:
    """Return what a package's record keeps of its proposals, by UUID; JSON values only.

    Take the proposals as they are written, before anything is blacked out: a public notice would differ from the
    council's package otherwise though nobody changed a word. The record stays in the project.
    """
    return {str(p.uuid): {"number": p.number, "title": p.title, "hash": _hash(p)} for p in proposals}


def _hash(p: Proposal) -> str:
    g = p.governance
    place = None
    if p.geometry is not None and not p.geometry.is_empty:
        place = shapely.to_wkt(p.geometry, rounding_precision=_DECIMALS, output_dimension=2)
    told = [
        p.title, p.kind, str(p.category), str(p.tier), p.description, g.operator, g.rule, g.fee, g.upkeep,
        str(p.cost) + (" assumed" if p.is_cost_assumed else ""), [[str(f.source), str(f.amount)] for f in p.funds], p.capacity, str(p.status),
        str(p.extra.get("affected") or ""), place,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


def latest(packages: Sequence[tuple[Any, int, Mapping[str, Any]]]) -> Earlier | None:
    """Return the newest remembered package that kept a digest; those of older programs kept none."""
    found = [(version, values["digest"]) for _, version, values in packages if values.get("digest")]
    return Earlier(*max(found, key=lambda pair: pair[0])) if found else None


def blacked_out(earlier: Earlier | None) -> Earlier | None:
    """Return the record with the titles as they may be printed in a public notice."""
    if earlier is None:
        return None
    kept = {uuid: {**v, "title": masked(str(v["title"]))} for uuid, v in earlier.proposals.items()}
    return replace(earlier, proposals=kept)


def state(earlier: Earlier | None, proposal: Proposal, now: Digest | None = None) -> str:
    """Return ``new``, ``changed``, ``same``, or an empty text when there is nothing to compare with.

    ``now`` is the digest of the proposals as written; None: the proposal itself is as written.
    """
    if earlier is None:
        return ""
    kept = earlier.proposals.get(str(proposal.uuid))
    if kept is None:
        return "new"
    own = _hash(proposal) if now is None else now[str(proposal.uuid)]["hash"]
    return "same" if kept.get("hash") == own else "changed"


def state_words(earlier: Earlier | None, proposal: Proposal, now: Digest | None = None) -> str:
    """Return the translated words of a sheet's mark; empty for what is as it was."""
    return {"new": tr("new"), "changed": tr("changed")}.get(state(earlier, proposal, now), "")


def summary(earlier: Earlier | None, proposals: Sequence[Proposal], digests: Digest | None = None) -> str:
    """Return what was added, changed and taken out, one line each; says so when nothing was."""
    if earlier is None:
        return ""
    now = {str(p.uuid) for p in proposals}
    added = [(p.number, p.title) for p in proposals if state(earlier, p, digests) == "new"]
    changed = [(p.number, p.title) for p in proposals if state(earlier, p, digests) == "changed"]
    gone = [(int(v["number"]), str(v["title"])) for uuid, v in earlier.proposals.items() if uuid not in now]
    lines = []
    if added:
        lines.append(tr("Added: {list}", list=_listed(added)))
    if changed:
        lines.append(tr("Changed: {list}", list=_listed(changed)))
    if gone:
        lines.append(tr("Taken out: {list}", list=_listed(gone)))
    return "\n".join(lines) or tr("Nothing: the proposals are the same.")


def _listed(pairs: Sequence[tuple[int, str]]) -> str:
    return tr("; ").join(f"{number} {title}".strip() for number, title in sorted(pairs))
