"""The rules of consent: those that come with the program, and a project's own; and how they are said."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renovate_gui.assets import current_language, resource_path, tr
from renovate_gui.domain.consent import Comparison, Rule, Scope, Share, Whole
from renovate_gui.domain.errors import DataError, RequestError

if TYPE_CHECKING:
    from renovate_gui.store.project import Project

OWN_RULES = "consent_rules"
"""Where a project keeps rules of its own: a JSON list of rows as in ``consent.toml``."""


@lru_cache(maxsize=1)
def default_rules() -> tuple[Rule, ...]:
    """Return the rules that come with the program."""
    with resource_path("consent.toml").open("rb") as file:
        return tuple(rule_from(row) for row in tomllib.load(file)["rule"])


def rules_of(project: Project) -> tuple[Rule, ...]:
    """Return the project's own rules, then the program's; an own rule takes the place of one with its name."""
    own = tuple(rule_from(row, is_own=True) for row in json.loads(project.meta(OWN_RULES) or "[]"))
    names = {r.id for r in own}
    return (*own, *(r for r in default_rules() if r.id not in names))


def put_rule(project: Project, rule: Rule) -> None:
    """Keep a rule of the project's own (undoable)."""
    if not rule.id or not (rule.by_heads or rule.by_area):
        raise RequestError(tr("A rule needs a name, and heads or floor area to count."))
    held = [r for r in json.loads(project.meta(OWN_RULES) or "[]") if r["id"] != rule.id]
    held.append(rule_row(rule))
    with project.action(tr("Keep the rule of consent “{title}”", title=said(rule.title))) as writer:
        writer.set_meta(OWN_RULES, json.dumps(held, ensure_ascii=False, sort_keys=True))


def read_rules(path: Path) -> tuple[Rule, ...]:
    """Return the rules of a file with rows as in ``consent.toml``; raise DataError with one sentence."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("rule", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        rows = []
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        raise DataError(tr("“{file}” holds no rules; it is TOML with rows [[rule]].", file=path.name))
    return tuple(rule_from(r, is_own=True) for r in rows)


def rule_from(row: Mapping[str, Any], *, is_own: bool = False) -> Rule:
    """Return a rule of a row; raise DataError with one sentence when it cannot be understood."""
    try:
        count = tuple(row.get("count", ("heads", "area")))
        quorum = row.get("quorum")
        return Rule(
            id=str(row["id"]),
            title=(str(row["zh"]), str(row["en"])),
            scope=Scope(row["scope"]),
            agree=_share(row["agree"]),
            quorum=None if not quorum else _share(quorum),
            by_heads="heads" in count,
            by_area="area" in count,
            use=_pair(row, "use"),
            also=_pair(row, "also"),
            source=_pair(row, "source"),
            confidence=str(row.get("confidence", "")),
            is_checked=bool(row.get("checked", False)),
            is_history=bool(row.get("history", False)),
            is_own=is_own or bool(row.get("own", False)),
        )
    except (KeyError, ValueError, TypeError, ZeroDivisionError) as error:
        raise DataError(
            tr("The rule of consent “{id}” cannot be understood: {reason}.", id=row.get("id"), reason=error)
        ) from None


def rule_row(rule: Rule) -> dict[str, Any]:
    """Return a rule as the row it is read from."""
    names = {"zh": rule.title[0], "en": rule.title[1]}
    for name, pair in (("use", rule.use), ("also", rule.also), ("source", rule.source)):
        names |= {f"{name}_zh": pair[0], f"{name}_en": pair[1]}
    return {
        "id": rule.id,
        **names,
        "scope": rule.scope.value,
        "count": [n for n, on in (("heads", rule.by_heads), ("area", rule.by_area)) if on],
        "quorum": None if rule.quorum is None else _share_row(rule.quorum),
        "agree": _share_row(rule.agree),
        "confidence": rule.confidence,
        "checked": rule.is_checked,
        "history": rule.is_history,
        "own": rule.is_own,
    }


def _share(row: Mapping[str, Any]) -> Share:
    fraction = Fraction(str(row["share"]))
    if not 0 < fraction <= 1:
        raise ValueError(row["share"])
    return Share(fraction, Comparison(row.get("compare", "at_least")), Whole(row.get("of", "voters")))


def _share_row(share: Share) -> dict[str, str]:
    fraction = share.fraction
    return {
        "share": f"{fraction.numerator}/{fraction.denominator}",
        "compare": share.comparison.value,
        "of": share.whole.value,
    }


def _pair(row: Mapping[str, Any], name: str) -> tuple[str, str]:
    return (str(row.get(f"{name}_zh", "")), str(row.get(f"{name}_en", "")))


# -- words --------------------------------------------------------------------------------------------------------
def said(pair: tuple[str, str]) -> str:
    """Return the Chinese or the English of a pair, whichever language is in use; the other where it is empty."""
    first, second = pair if current_language() == "zh_CN" else pair[::-1]
    return first or second


def share_words(share: Share) -> str:
    """Return a share as it is read: at least 2/3, more than 1/2."""
    fraction = f"{share.fraction.numerator}/{share.fraction.denominator}"
    if share.comparison is Comparison.AT_LEAST:
        return tr("at least {share}", share=fraction)
    return tr("more than {share}", share=fraction)


def rule_words(rule: Rule) -> str:
    """Return in one or two sentences what a rule asks for."""
    if rule.by_heads and rule.by_area:
        counted = tr("owners and floor area")
    else:
        counted = tr("owners") if rule.by_heads else tr("floor area")
    sentences = []
    if rule.quorum is not None:
        sentences.append(
            tr("Quorum: {share} of all {counted} take part.", share=share_words(rule.quorum), counted=counted)
        )
    if rule.agree.whole is Whole.ALL:
        asked = tr("Consent: {share} of all {counted}.", share=share_words(rule.agree), counted=counted)
    else:
        asked = tr(
            "Consent: {share} of the {counted} that take part.",
            share=share_words(rule.agree),
            counted=counted,
        )
    sentences.append(asked)
    if said(rule.also):
        sentences.append(tr("{words}.", words=said(rule.also)))
    return ("" if current_language() == "zh_CN" else " ").join(sentences)


def source_words(rule: Rule) -> str:
    """Return where a rule comes from and how sure that is."""
    from renovate_gui.app.terms import term
    from renovate_gui.domain.standard import Confidence

    known = {c.value for c in Confidence}
    mark = term(Confidence(rule.confidence)) if rule.confidence in known else tr("own rule of the project")
    checked = tr("compared with the printed text") if rule.is_checked else tr("not compared with the print")
    parts = (said(rule.source), mark, checked)
    return tr("; ").join(p for p in parts if p)
