"""One ballot: its rule, what is reached of heads and area, what is missing, and the parts of the estate."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtWidgets import QVBoxLayout, QWidget

from renovate_gui.app.consent_rules import rule_words, said, source_words
from renovate_gui.app.session import Session
from renovate_gui.app.voting_records import Ballot
from renovate_gui.app.voting_standing import Standing
from renovate_gui.app.voting_words import (
    area_words,
    closing_sentence,
    group_words,
    kind_words,
    missing_sentence,
    place_words,
    rounded_up,
)
from renovate_gui.assets import tr
from renovate_gui.domain.ballot import Group, Tally
from renovate_gui.domain.consent import Check, Comparison, Outcome, Scope
from renovate_gui.ui.council.votes_parts import Reached, ThresholdBar
from renovate_gui.ui.stages.bar import Part, StackedBar
from renovate_gui.ui.stages.fold import Fold
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.widgets import Card, Stack, pair, pill, say, text, tight

_BLOCKS_SHOWN = 80
_COUNTED = ("heads", "area")


class CheckRows(QWidget):
    """One threshold: a title, then heads and area with a bar each."""

    def __init__(self, look: Look, title: str) -> None:
        super().__init__()
        self._title = title
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(1)
        self._share = text("", "small", wrap=False)
        column.addWidget(pair(text(title, "strong"), self._share))
        self._labels = {n: text("", "quiet") for n in _COUNTED}
        self.bars = {n: ThresholdBar(look) for n in _COUNTED}
        self._holders = {n: tight(self._labels[n], self.bars[n]) for n in _COUNTED}
        for holder in self._holders.values():
            column.addWidget(holder)

    def show_check(self, check: Check | None) -> None:
        """Show a threshold; None hides the rows (the rule has no such threshold)."""
        self.setVisible(check is not None)
        if check is None:
            return
        fraction = check.share.fraction
        sign = "≥" if check.share.comparison is Comparison.AT_LEAST else ">"
        say(self._share, f"{sign} {fraction.numerator}/{fraction.denominator}")
        have, whole, least = check.have, check.whole, (check.heads_needed, check.area_needed)
        heads = tr("of {whole}, needed {needed}", whole=f"{whole.heads:,}", needed=f"{least[0]:,}")
        area = tr(
            "of {whole}, needed {needed}",
            whole=area_words(whole.area),
            needed=area_words(rounded_up(least[1])),
        )
        words = {
            "heads": (tr("{n} owners", n=f"{have.heads:,}"), heads),
            "area": (tr("{area} m²", area=area_words(have.area)), area),
        }
        shares = {
            "heads": (_ratio(have.heads, whole.heads), _ratio(least[0], whole.heads)),
            "area": (_ratio(have.area, whole.area), _ratio(least[1], whole.area)),
        }
        for name, is_met in (("heads", check.heads_met), ("area", check.area_met)):
            self._holders[name].setVisible(is_met is not None)
            say(self._labels[name], ("✓ " if is_met else "") + " · ".join(words[name]))
            said_all = f"{self._title}: {words[name][0]} {words[name][1]}"
            at, mark = shares[name]
            self.bars[name].set_reached(Reached(at or 0.0, mark, is_met=bool(is_met), words=said_all))


def _ratio(part: int | Decimal, whole: int | Decimal) -> float | None:
    return float(part / whole) if whole else None


class BallotView(QWidget):
    """Everything about one ballot but its buttons."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._about = text("", "small")
        self._rule, self._source = text("", "quiet"), text("", "small")
        column.addWidget(self._about)
        self._verdict = Stack(4)
        column.addWidget(self._verdict)
        self.quorum = CheckRows(look, tr("Took part"))
        self.agree = CheckRows(look, tr("Agreed"))
        column.addWidget(self.quorum)
        column.addWidget(self.agree)
        self._choices = StackedBar(look.line, 8)
        self._counts = text("", "small")
        column.addWidget(self._choices)
        column.addWidget(self._counts)
        self.entry_place = QVBoxLayout()
        column.addLayout(self.entry_place)
        self.rule_fold = Fold(tr("The rule"))
        self.rule_fold.add(self._rule, self._source)
        column.addWidget(self.rule_fold)
        self.parts = Fold(tr("By building"), is_open=True)
        self._rows = Stack(3)
        self.parts.add(self._rows)
        column.addWidget(self.parts)

    def show_ballot(self, session: Session, ballot: Ballot) -> None:
        """Show how a ballot stands now."""
        standing = session.voting.standing(ballot)
        say(self._about, _about(ballot))
        problems = () if ballot.is_open else session.voting.seal_problems(ballot)
        self._verdict.show_widgets(_verdict(standing, problems))
        self.quorum.show_check(standing.judgement.quorum)
        self.agree.show_check(standing.judgement.agree)
        self._show_choices(standing)
        rule = ballot.rule
        say(self._rule, rule_words(rule))
        say(self._source, source_words(rule))
        self._rows.show_widgets(self._part_rows(standing))

    def _show_choices(self, standing: Standing) -> None:
        tally, look = standing.tally, self._look
        counts = (
            (tr("agrees"), tally.agreed.heads, look.served),
            (tr("opposes"), tally.opposed.heads, look.out),
            (tr("abstains"), tally.abstained.heads, look.full),
            (tr("not yet voted"), tally.all.heads - tally.took_part.heads, look.line),
        )
        self._choices.set_parts([Part(w, float(n), c) for w, n, c in counts])
        words = [f"{w} {n:,}" for w, n, _ in counts]
        if tally.torn:
            words.append(tr("voted in two ways {n}", n=tally.torn))
        if standing.strays:
            words.append(tr("no longer in the register {n}", n=standing.strays))
        say(self._counts, " · ".join(words))

    def _part_rows(self, standing: Standing) -> list[QWidget]:
        parts = standing.stairwells if standing.ballot.level is not Scope.ESTATE else standing.blocks
        order = sorted(parts.items(), key=lambda p: _ratio(p[1].took_part.heads, p[1].all.heads) or 0.0)
        rows = [self._part_row(standing, g, t) for g, t in order[:_BLOCKS_SHOWN]]
        rest = len(order) - _BLOCKS_SHOWN
        return rows + ([text(tr("and {n} more", n=rest), "small")] if rest > 0 else [])

    def _part_row(self, standing: Standing, group: Group, part: Tally) -> QWidget:
        bar = ThresholdBar(self._look)
        rule = standing.ballot.rule
        share = rule.quorum or rule.agree
        reached = part.took_part if rule.quorum is not None else part.agreed
        words = tr("{n} of {all} owners", n=reached.heads, all=part.all.heads)
        at = _ratio(reached.heads, part.all.heads) or 0.0
        if rule.by_area and share.is_met(reached.heads, part.all.heads):
            short = not share.is_met(reached.area, part.all.area)
            words = tr("{words}, area short", words=words) if short else words
        is_met = standing.has_quorum(group)
        bar.set_reached(Reached(at, float(share.fraction), is_met=is_met, words=words))
        sign = "✓ " if is_met else ""
        return tight(pair(text(sign + group_words(group), "quiet"), text(words, "small", wrap=False)), bar)


def _about(ballot: Ballot) -> str:
    parts = [
        kind_words(ballot.kind),
        said(ballot.rule.title),
        place_words(ballot),
        tr("open since {day}", day=ballot.opened),
    ]
    if ballot.subject.version:
        parts.append(tr("on version {n} of the package", n=ballot.subject.version))
    if ballot.subject.scenario_name:
        parts.append(tr("on scenario “{name}”", name=ballot.subject.scenario_name))
    return " · ".join(parts)


def _verdict(standing: Standing, problems: tuple[str, ...]) -> list[QWidget]:
    ballot = standing.ballot
    if not ballot.is_open:
        passes = bool(ballot.result.get("passes"))
        card = Card("hint" if passes else "warn")
        badge = pill(tr("passed"), "good") if passes else pill(tr("rejected"), "bad")
        card.add(pair(text(tr("Closed on {day}", day=ballot.closed[:10]), "strong"), badge))
        card.add(text(tr("Sealed: {seal}", seal=ballot.result.get("seal", "")), "quiet"))
        for sentence in problems:
            card.add(text(sentence, "bad"))
        return [card]
    kind = {Outcome.PASSES: "hint", Outcome.OPEN: "plain", Outcome.CANNOT: "warn"}[standing.outcome]
    card = Card(kind).add(text(missing_sentence(standing), "strong"))
    closing = closing_sentence(standing)
    if closing:
        card.add(text(closing, "quiet"))
    return [card]
