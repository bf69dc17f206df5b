"""A report as it leaves the program: plain values, sheets of the register, pages of the handout."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from renovate_gui.app.gap_words import joined, some_names
from renovate_gui.app.ports import PrintedTable, Sheet, SheetText
from renovate_gui.app.report_statements import is_hidden
from renovate_gui.assets import tr
from renovate_gui.domain.report import Ground, Indicator, IndicatorItem, Report, Statement
from renovate_gui.io.package.register import Cell, RegisterSheet

if TYPE_CHECKING:
    from renovate_gui.domain.scene import Scene


# -- words ----------------------------------------------------------------------------------------------------
def number_words(one: Indicator) -> str:
    """Return “156 places”, “0–4 grounds”, “at least 5,428 m”; a dash where it cannot be computed."""
    if one.low is None:
        return "–"
    low = _count(one.low)
    if one.high is None:
        return tr("at least {n} {unit}", n=low, unit=one.unit)
    number = low if one.is_exact else f"{low}–{_count(one.high)}"
    if number == "1" and one.unit == tr("grounds"):
        return tr("1 ground")
    if number == "1" and one.unit == tr("facilities"):
        return tr("1 facility")
    return tr("{n} {unit}", n=number, unit=one.unit)


def _count(value: float) -> str:
    return f"{value:,.0f}"


def beside(one: Indicator) -> str:
    """Return what stands beside the number: what is missing, else the remark and the first names of the list."""
    if one.missing:
        return one.missing
    names = [i.title for i in one.items if i.is_sure]
    return joined([one.doubt, one.counts, one.remark, some_names(names) if names else ""])


# -- values ---------------------------------------------------------------------------------------------------
def report_values(report: Report, *, k: int = 0) -> dict[str, Any]:
    """Return a report as plain values; counts of fewer than ``k`` people are None."""
    return {
        "standard": report.standard,
        "measure": report.results[0].measure.value if report.results else None,
        "with_proposals": report.with_proposals,
        "stand": report.stand,
        "statements": [_statement_values(s, k) for s in report.statements],
        "indicators": [_indicator_values(i) for i in report.indicators],
        "remarks": list(report.remarks),
    }


def _statement_values(one: Statement, k: int) -> dict[str, Any]:
    hidden = one.counts_people and is_hidden(one.served, one.total, k)
    return {
        "kind": one.kind,
        "title": one.title,
        "sentence": one.sentence,
        "counted": "people" if one.counts_people else "buildings",
        "served": None if hidden else _plain(one.served),
        "total": _plain(one.total),
        "share_from": None if hidden else _plain(one.low, 4),
        "share_to": None if hidden else _plain(one.high, 4),
        "standard_error": None if hidden else _plain(one.spread),
        **_ground_values(one.ground),
        "doubts": list(one.doubts),
    }


def _indicator_values(one: Indicator) -> dict[str, Any]:
    return {
        "code": one.code,
        "title": one.title,
        "unit": one.unit,
        "from": _plain(one.low),
        "to": _plain(one.high),
        "missing": one.missing or None,
        "remark": one.remark,
        "counts": one.counts,
        "doubt": one.doubt or None,
        "definition": one.definition,
        **_ground_values(one.ground),
        "list": [_item_values(i) for i in one.items],
    }


def _item_values(one: IndicatorItem) -> dict[str, Any]:
    return {
        "title": one.title,
        "words": one.words,
        "amount": _plain(one.amount),
        "is_sure": one.is_sure,
        "layer": one.key or None,
        "feature": one.feature if one.feature >= 0 else None,
    }


def _ground_values(ground: Ground) -> dict[str, Any]:
    return {
        "sources": ground.sources,
        "measure": ground.measure,
        "clause": ground.clause or None,
        "is_checked": ground.is_checked,
        "checked": ground.checked or None,
    }


def _plain(value: float | None, digits: int = 2) -> float | int | None:
    if value is None or not math.isfinite(value):
        return None
    rounded = round(value, digits)
    return int(rounded) if float(rounded).is_integer() else rounded


# -- register -------------------------------------------------------------------------------------------------
def report_register(report: Report) -> tuple[RegisterSheet, ...]:
    """Return the sheets of statements, indicators, and the lists behind them."""
    return (
        _statements_sheet(report),
        _indicators_sheet(report),
        _lists_sheet(report),
    )


def _statements_sheet(report: Report) -> RegisterSheet:
    headings = (
        tr("Service"), tr("Statement"), tr("Standard"), tr("Checked"), tr("Data"), tr("Doubts"), tr("Counted stand"),
    )  # fmt: skip
    rows = tuple(
        (
            s.title,
            s.sentence,
            s.ground.clause,
            s.ground.checked,
            s.ground.sources,
            "\n".join(s.doubts),
            report.stand,
        )
        for s in report.statements
    )
    return RegisterSheet(tr("Statements"), headings, rows)


def _indicators_sheet(report: Report) -> RegisterSheet:
    headings = (
        tr("Code"), tr("Indicator"), tr("At least"), tr("At most"), tr("Unit"), tr("Missing data"), tr("Remark on the row"),
        tr("How it is counted"), tr("Standard"), tr("Checked"), tr("Data"), tr("Counted stand"),
    )  # fmt: skip
    rows = tuple((*_indicator_row(i), report.stand) for i in report.indicators)
    return RegisterSheet(tr("Indicators"), headings, rows)


def _indicator_row(one: Indicator) -> tuple[Cell, ...]:
    return (
        one.code, one.title, _plain(one.low), _plain(one.high), one.unit, one.missing, one.remark, one.definition,
        one.ground.clause, one.ground.checked, one.ground.sources,
    )  # fmt: skip


def _lists_sheet(report: Report) -> RegisterSheet:
    headings = (tr("Code"), tr("Indicator"), tr("Entry"), tr("Why"), tr("Amount"), tr("Sure"))
    rows = tuple(
        (
            i.code,
            i.title,
            item.title,
            item.words,
            _plain(item.amount),
            tr("yes") if item.is_sure else tr("no"),
        )
        for i in report.indicators
        for item in i.items
    )
    return RegisterSheet(tr("Lists of the indicators"), headings, rows)


# -- paper ----------------------------------------------------------------------------------------------------
def indicator_page(
    report: Report, *, subtitle: str, scene: Scene, extent: tuple[float, float, float, float]
) -> Sheet:
    """Return the printed page of the indicators: the number of each, what is missing said in words."""
    unchecked = [i.code for i in report.indicators if i.ground.is_checked is False]
    doubt = (
        tr("Reference values, not checked against the printed text: {codes}", codes=tr(", ").join(unchecked))
        if unchecked
        else ""
    )
    return Sheet(
        title=tr("Indicators of the community check-up"),
        subtitle=subtitle,
        scene=scene,
        extent=extent,
        table=PrintedTable(
            (tr("Code"), tr("Indicator"), tr("Value"), tr("What is behind it")),
            tuple((i.code, i.title, number_words(i), beside(i)) for i in report.indicators),
            (6, 28, 18, 48),
            bold=(2,),
        ),
        paragraphs=(
            SheetText("", report.stand),
            SheetText(
                "",
                tr(
                    "How each is counted stands in the register and in data/indicators.json, with the list behind it."
                ),
            ),
        ),
        doubt=doubt,
    )


def statement_text(one: Statement) -> SheetText:
    """Return a statement for the page of its service."""
    return SheetText(tr("In one sentence"), one.sentence)
