"""The package's data: which columns leave the program, row by row from the plan's frozen content."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from renovate_gui.app import plan_facts as plan
from renovate_gui.app.plan_content import PlanContent, basis_of
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.heat import HeatGrid
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import GapResult, PeopleSource, Verdict
from renovate_gui.io.package.privacy import hidden_counts, shown_total, suppressed_heat
from renovate_gui.io.package.register import Cell, RegisterSheet
from renovate_gui.io.package.tables import Column, ExportTable, Value
from renovate_gui.io.package.texts import Text, say

_PROPOSAL_COLUMNS = (
    Column("number", "integer", "编号", "Number"),
    Column("title", "text", "名称", "Title"),
    Column("category", "text", "行动类别（一至十）", "Action category (I to X)"),
    Column("tier", "text", "基础、完善或提升", "Basic, improved or enhanced"),
    Column("kind", "text", "措施类型代码", "Measure type code"),
    Column("descript", "text", "说明", "Description"),
    Column("operator", "text", "谁来管", "Who runs it"),
    Column("rule", "text", "使用规则", "Rule of use"),
    Column("fee", "text", "收费", "Fee"),
    Column("upkeep", "text", "维护", "Upkeep"),
    Column("cost", "real", "造价", "Cost", "CNY"),
    Column("funded", "real", "已落实资金", "Funds found", "CNY"),
    Column("capacity", "real", "容量", "Capacity"),
    Column("priority", "text", "优先级", "Priority"),
    Column("status", "text", "状态", "Status"),
)


_GROUND_COLUMNS = (
    Column("clause", "text", "依据", "On what ground"),
    Column("conf", "text", "来源可信度", "Confidence mark of the source"),
    Column("is_checked", "text", "是否已对照原文核对", "Whether compared with the printed text"),
    Column("checked_by", "text", "核对人", "Compared by"),
)


def export_tables(content: PlanContent) -> tuple[ExportTable, ...]:
    """Return every layer that leaves the program; demand points and replies are never among them."""
    tables = [proposals_table(content), notes_table(content)]
    tables += [gap_table(content, r) for r in content.gaps_today]
    if content.heat is not None:
        tables.append(heat_table(content, content.heat))
    area = study_area_table(content)
    if area is not None:
        tables.append(area)
    return tuple(t for t in tables if len(t.rows))


def proposals_table(content: PlanContent) -> ExportTable:
    """Return the proposals."""
    return ExportTable(
        "proposals",
        "方案",
        "Proposals",
        _objects([p.geometry for p in content.proposals]),
        tuple(str(p.uuid) for p in content.proposals),
        _PROPOSAL_COLUMNS,
        tuple(_proposal_row(p) for p in content.proposals),
    )


def _proposal_row(p: Proposal) -> tuple[Value, ...]:
    g = p.governance
    return (
        p.number,
        p.title,
        p.category.value if p.category else None,
        p.tier.value if p.tier else None,
        p.kind or None,
        p.description or None,
        g.operator or None,
        g.rule or None,
        g.fee or None,
        g.upkeep or None,
        p.cost,
        p.funded if p.funds else None,
        p.capacity,
        p.priority.value,
        p.status.value,
    )


def notes_table(content: PlanContent) -> ExportTable:
    """Return the callouts."""
    return ExportTable(
        "notes",
        "标注",
        "Notes",
        _objects([n.geometry for n in content.notes]),
        tuple(str(n.uuid) for n in content.notes),
        (Column("text", "text", "文字", "Text"),),
        tuple((n.text,) for n in content.notes),
    )


def gap_table(content: PlanContent, result: GapResult) -> ExportTable:
    """Return the verdict of every building; headcounts only as far as the distribution class and k allow."""
    kept = {id_: row for row, id_ in enumerate(content.places.ids)}
    rows_of = [kept[int(i)] for i in result.ids if int(i) in kept]
    columns = [
        Column("building", "text", "楼栋", "Building"),
        Column("verdict", "text", "结论", "Verdict"),
        Column("walk_m", "real", "步行距离", "Walking distance", "m"),
        Column("line_m", "real", "直线距离", "Straight-line distance", "m"),
        Column("limit_m", "real", "标准距离", "Distance asked for", "m"),
        *_GROUND_COLUMNS,
    ]
    with_people = content.identity.distribution != "public" and result.people_source is not PeopleSource.NONE
    if with_people:
        basis = basis_of(result)
        zh = f"人数（{say(plan.word(basis), 'zh_CN')}）"
        columns += [
            Column("people", "real", zh, f"People ({say(plan.word(basis), 'en')})"),
            Column("people_why", "text", "人数是否显示", "Whether the headcount is shown"),
        ]
    return ExportTable(
        f"gaps_{result.kind}",
        f"缺口：{say(plan.result_name(result), 'zh_CN')}",
        f"Gaps: {say(plan.result_name(result), 'en')}",
        content.places.geometry[rows_of] if len(rows_of) == len(result.ids) else _missing(len(result.ids)),
        tuple(int(i) for i in result.ids),
        tuple(columns),
        tuple(_gap_rows(content, result, with_people=with_people)),
    )


def _gap_rows(content: PlanContent, result: GapResult, *, with_people: bool) -> list[tuple[Value, ...]]:
    names = dict(zip(content.places.ids, content.places.names, strict=True))
    is_public = content.identity.distribution == "public"
    is_working = content.identity.distribution == "working"
    hidden = hidden_counts(result.people, result.verdict, content.privacy.k)
    if is_working:
        hidden[:] = False
    elif with_people:
        content.privacy.counts_hidden += int(hidden.sum())
    rows = []
    ground = _ground_values(result, is_public=is_public)
    for i, identity in enumerate(result.ids):
        name = "" if is_public else names.get(int(identity), "")
        row: list[Value] = [
            name or None,
            Verdict(int(result.verdict[i])).name.lower(),
            _metres(result.network_m[i]),
            _metres(result.circle_m[i]),
            float(result.limit_m),
            *ground,
        ]
        if with_people:
            row += _people(float(result.people[i]), is_hidden=bool(hidden[i]))
        rows.append(tuple(row))
    return rows


def _ground_values(result: GapResult, *, is_public: bool) -> list[Value]:
    """Return clause, confidence mark, whether the row was compared with the printed text, and by whom."""
    row = result.row
    if row is None:
        return [None, None, "no", None]
    by = row.verified_by if row.is_checked and not is_public else None
    return [
        " ".join(w for w in (row.source, row.clause) if w),
        row.confidence.value,
        "yes" if row.is_checked else "no",
        by,
    ]


def _people(people: float, *, is_hidden: bool) -> list[Value]:
    if not np.isfinite(people):
        return [None, "unknown"]
    return [None, "hidden"] if is_hidden else [people, "shown"]


def _metres(value: float) -> float | None:
    return round(float(value), 1) if np.isfinite(value) else None


def heat_classes(content: PlanContent, grid: HeatGrid) -> list[tuple[float, float, BaseGeometry]]:
    """Return ``(lower, upper, area)`` per class of the legend, suppressed cells left out; areas in metres."""
    values, hidden = suppressed_heat(grid, content.privacy.k)
    content.privacy.cells_hidden = hidden
    found = []
    for lower, upper in zip(grid.levels[:-1], grid.levels[1:], strict=True):
        is_last = upper == grid.levels[-1]
        mask = np.isfinite(values) & (values >= lower) & ((values < upper) | is_last)
        if mask.any():
            found.append((float(lower), float(upper), _area(mask, grid)))
    return found


def _area(mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], grid: HeatGrid) -> BaseGeometry:
    """Return the union of cells; cells of one row are joined first, which leaves little for GEOS to do."""
    boxes = []
    for row in np.flatnonzero(mask.any(axis=1)):
        steps = np.diff(np.concatenate([[0], mask[row].astype(np.int8), [0]]))
        y = grid.y_min + row * grid.cell_m
        for start, end in zip(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1), strict=True):
            x = grid.x_min + start * grid.cell_m
            boxes.append(shapely.box(x, y, grid.x_min + end * grid.cell_m, y + grid.cell_m))
    union: BaseGeometry = shapely.union_all(boxes)
    return union


def heat_table(content: PlanContent, grid: HeatGrid) -> ExportTable:
    """Return the density classes as areas."""
    classes = heat_classes(content, grid)
    return ExportTable(
        "needs_heat",
        "需求密度",
        "Density of needs",
        _objects([area for _, _, area in classes]),
        tuple(range(1, len(classes) + 1)),
        (
            Column("lower", "real", "下限", "From", "1/ha"),
            Column("upper", "real", "上限", "Up to", "1/ha"),
            Column("subject", "text", "内容", "What is counted"),
        ),
        tuple((lower, upper, content.heat_title) for lower, upper, _ in classes),
    )


def study_area_table(content: PlanContent) -> ExportTable | None:
    """Return the outline of the study area, without any of the source's attributes."""
    shapes = [
        g for i in content.of_role(Role.STUDY_AREA) for g in content.tables[i.id].geometry if g is not None
    ]
    if not shapes:
        return None
    return ExportTable(
        "study_area",
        "研究范围",
        "Study area",
        _objects(shapes),
        tuple(range(1, len(shapes) + 1)),
        (),
        ((),) * len(shapes),
    )


# -- register --------------------------------------------------------------------------------------------------
def register_sheets(content: PlanContent) -> tuple[RegisterSheet, ...]:
    """Return the register in the package's language: proposals, funds, gaps, sources."""
    return (_proposals_sheet(content), _funds_sheet(content), _gaps_sheet(content), _sources_sheet(content))


def _proposals_sheet(content: PlanContent) -> RegisterSheet:
    headings = (
        tr("Number"),
        tr("Title"),
        tr("Action category"),
        tr("Tier"),
        tr("Measure type"),
        tr("What"),
        tr("Who runs it"),
        tr("Rule of use"),
        tr("Fee"),
        tr("Upkeep"),
        tr("Cost (yuan)"),
        tr("Cost is assumed"),
        tr("Funds found (yuan)"),
        tr("Still missing (yuan)"),
        tr("From whom"),
        tr("Who gains"),
        tr("Who is affected"),
        tr("Answers of residents taken up"),
        tr("Priority"),
        tr("Status"),
        tr("Who answers for it"),
        "UUID",
    )
    return RegisterSheet(
        tr("Proposals"), headings, tuple(_register_row(content, p) for p in content.proposals)
    )


def _register_row(content: PlanContent, p: Proposal) -> tuple[Cell, ...]:
    language = content.identity.language
    g = p.governance
    funds = tr("; ").join(f"{term(f.source)} {f.amount:,f}" for f in p.funds)
    return (
        p.number,
        p.title,
        _said(plan.category_name(p.category), language) if p.category else "",
        term(p.tier) if p.tier else "",
        _said(plan.kind_name(p.kind), language),
        p.description,
        g.operator,
        g.rule,
        g.fee,
        g.upkeep,
        p.cost,
        tr("yes") if p.is_cost_assumed else "",
        p.funded if p.funds else None,
        p.cost - p.funded if p.cost is not None else None,
        funds,
        _said(plan.gain_line(content, p), language),
        str(p.extra.get("affected", "")),
        len(p.answers),
        term(p.priority),
        term(p.status),
        p.responsible,
        str(p.uuid),
    )


def _said(text: Text, language: str) -> str:
    return say(text, language)


def _funds_sheet(content: PlanContent) -> RegisterSheet:
    rows: list[tuple[Cell, ...]] = []
    totals: Counter[str] = Counter()
    sums: dict[str, Decimal] = {}
    for p in content.proposals:
        for share in p.funds:
            source = term(share.source)
            rows.append((p.number, p.title, source, share.amount))
            totals[source] += 1
            sums[source] = sums.get(source, Decimal(0)) + share.amount
    rows += [("", tr("In all"), source, amount) for source, amount in sums.items()]
    return RegisterSheet(
        tr("Funds"), (tr("Number"), tr("Title"), tr("From whom"), tr("Amount (yuan)")), tuple(rows)
    )


def _gaps_sheet(content: PlanContent) -> RegisterSheet:
    headings = (
        tr("Facility"),
        tr("Distance (m)"),
        tr("Measured"),
        tr("Verdict"),
        tr("Buildings today"),
        tr("Buildings with the proposals"),
        tr("Counted people"),
        tr("People today"),
        tr("People with the proposals"),
        tr("On what ground"),
        tr("Checked"),
        tr("Mark"),
        tr("Compared by"),
        tr("Counted"),
        tr("Remark"),
    )
    rows = [
        _gap_row(content, today, planned, verdict)
        for today, planned in zip(content.gaps_today, content.gaps_planned, strict=True)
        for verdict in Verdict
        if today.buildings(verdict) or planned.buildings(verdict)
    ]
    return RegisterSheet(tr("Gaps"), headings, tuple(rows))


def _gap_row(
    content: PlanContent, today: GapResult, planned: GapResult, verdict: Verdict
) -> tuple[Cell, ...]:
    language, is_public = content.identity.language, content.identity.distribution == "public"
    return (
        say(plan.result_name(today), language),
        float(today.limit_m),
        term(today.measure),
        term(verdict),
        today.buildings(verdict),
        planned.buildings(verdict),
        tr("not known") if today.people_source is PeopleSource.NONE else say(plan.who(today), language),
        _told(content, today, verdict),
        _told(content, planned, verdict),
        say(plan.ground(today.row), language),
        say(plan.doubt(today.row), language) or tr("checked"),
        today.row.confidence.value if today.row is not None else "",
        today.row.verified_by if today.row is not None and not is_public else "",
        say(plan.where_counted(content), language),
        say(plan.why_unknown(today, planned), language) if verdict is Verdict.UNKNOWN else "",
    )


def _told(content: PlanContent, result: GapResult, verdict: Verdict) -> Cell:
    if result.people_source is PeopleSource.NONE:
        return None
    people = shown_total(result.people_of(verdict), content.privacy.k)
    return tr("fewer than 5") if people is None else round(people)


def _sources_sheet(content: PlanContent) -> RegisterSheet:
    headings = (
        tr("Layer"),
        tr("Role"),
        tr("File"),
        "SHA-256",
        tr("Coordinate system"),
        tr("Datum"),
        tr("Rows read"),
        tr("Rows shown"),
        tr("Rows refused"),
        tr("Imported"),
        tr("Source to be named"),
    )
    rows: list[tuple[Cell, ...]] = []
    for info in content.layers:
        p = info.passport
        start: tuple[Cell, ...] = (info.name, term(info.role))
        middle: tuple[Cell, ...] = ("", "", "", term(info.datum), None, info.feature_count, None, "")
        if p is not None:
            middle = (
                p.source_name,
                p.source_sha256,
                p.crs,
                term(info.datum),
                p.rows_read,
                p.rows_shown,
                p.rows_refused,
                p.imported_at,
            )
        rows.append((*start, *middle, info.attribution))
    return RegisterSheet(tr("Sources"), headings, tuple(rows))


def _objects(shapes: list[object]) -> ObjectArray:
    out = np.empty(len(shapes), dtype=object)
    out[:] = shapes
    return out


def _missing(count: int) -> ObjectArray:
    return np.full(count, None, dtype=object)
