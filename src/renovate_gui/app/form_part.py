"""The comment form of a package: what it says, its printing, and what the project remembers of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from renovate_gui.app import plan_facts as plan
from renovate_gui.app.form_blocks import Asked
from renovate_gui.app.form_codes import FormRequest, Household, code_of, households_of, modules_of, new_token
from renovate_gui.app.form_layout import lay_out
from renovate_gui.app.form_map import numbered, pale
from renovate_gui.app.form_page import Align, FormSide, PrintedForm, Stamp, StampedForm, Words
from renovate_gui.app.form_paper import CODE_GAP, FORM_PAPERS, FormWords
from renovate_gui.app.form_text import width_mm, wrapped
from renovate_gui.app.handouts import whole_extent
from renovate_gui.app.package_parts import PartContext, PartResult
from renovate_gui.app.plan_content import PlanContent
from renovate_gui.app.plan_scene import printed_scene
from renovate_gui.app.scenes import SceneRequest
from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.form import FormSheet, sheet_to_json
from renovate_gui.domain.ids import Uuid, new_uuid
from renovate_gui.domain.record import Record, RecordKind
from renovate_gui.io.package.texts import say
from renovate_gui.store.owner import user_name

if TYPE_CHECKING:
    from renovate_gui.app.ports import PrintReport
    from renovate_gui.app.session import Session

FORM_FILE = "comment-form.pdf"
MOST_COPIES = 5000
"""Forms in one file: a printer's queue takes no more, and a larger estate is printed stairwell by stairwell."""
_TOLERANCE_MM = 0.2
_SCALE_TOLERANCE = 0.001


@dataclass(frozen=True, slots=True)
class Copies:
    """What is printed of a blank form: a household, an open copy's number or nothing for each."""

    households: tuple[Household, ...] = ()
    numbers: tuple[str, ...] = field(default_factory=tuple)

    @property
    def count(self) -> int:
        """Return how many forms it makes."""
        return len(self.households) + len(self.numbers) or 1


def comment_forms(context: PartContext) -> PartResult:
    """Write the comment form into a package and remember how to read it; a public notice has none."""
    request = context.request.forms
    content = context.content
    if request is None:
        return PartResult()
    if content.identity.distribution == "public":
        is_asked = bool(request.homes or request.copies)
        return PartResult((tr("A public notice carries no comment forms."),) if is_asked else ())
    copies = copies_of(request)
    form = blank_form(context.session, content, paper=request.paper, seal=context.seal)
    path = context.folder / FORM_FILE
    report = context.printer.print_form(form, path)
    _require_true(report, form.sides)
    blank = path.read_bytes()
    context.check()
    sheets = tuple(s.sheet for s in form.sides)
    stamped = context.printer.stamp_form(
        StampedForm(blank, stamps_of(sheets, copies), form.title, form.language), path
    )
    missing = "".join(dict.fromkeys(report.missing_glyphs + stamped.missing_glyphs))
    notes = [tr("{file}: no font at hand draws {glyphs}", file=FORM_FILE, glyphs=missing)] if missing else []
    made = content.identity.created_at
    record = Record(
        new_uuid(), RecordKind.FORM, content.identity.package, made, user_name(),
        {"paper": request.paper, "title": form.title, "language": form.language}, blank,
    )  # fmt: skip
    return PartResult(
        tuple(notes),
        {"forms": [sheet_to_json(s) for s in sheets], **memory_of((), copies)},
        {"forms": {"paper": request.paper, "sides": len(sheets), "copies": copies.count}},
        (record,),
    )


def memory_of(held: Sequence[Mapping[str, Any]], copies: Copies) -> dict[str, Any]:
    """Return what a package remembers of whom forms were printed for: token, building, stairwell; no more."""
    return {"households": [*held, *(asdict(h) for h in copies.households)]}


def households_in(memory: Mapping[str, Any]) -> tuple[Household, ...]:
    """Return the households that forms of a package were printed for."""
    return tuple(
        Household(str(h["token"]), str(h["building"]), str(h["stairwell"]))
        for h in memory.get("households", ())
    )


def copies_of(request: FormRequest, taken: Sequence[str] = ()) -> Copies:
    """Return tokens for what is asked; raise RequestError for too many forms."""
    count = sum(h.count for h in request.homes) + request.copies
    if count > MOST_COPIES:
        raise RequestError(
            tr(
                "{n} forms are too many for one file; print at most {most} at a time, stairwell by stairwell.",
                n=f"{count:,}",
                most=f"{MOST_COPIES:,}",
            )
        )
    households = households_of(request.homes, taken)
    used = {*taken, *(h.token for h in households)}
    numbers: list[str] = []
    for _ in range(request.copies):
        numbers.append(new_token(used))
        used.add(numbers[-1])
    return Copies(households, tuple(numbers))


# -- what it says -------------------------------------------------------------------------------------------------
def blank_form(session: Session, content: PlanContent, *, paper: str, seal: str) -> PrintedForm:
    """Return the blank form of a package; raise RequestError for a paper it is not printed on."""
    if paper not in FORM_PAPERS:
        raise RequestError(tr("Comment forms are printed on A3 or A4 only."))
    words = form_words(session, content, seal)
    title = tr("Comment form · {community}", community=words.community)
    return PrintedForm(lay_out(words, FORM_PAPERS[paper]), words.base, title, words.language)


def form_words(session: Session, content: PlanContent, seal: str) -> FormWords:
    """Return what the form of a package says and shows."""
    who = content.identity
    scene = printed_scene(content, session.scenes, SceneRequest(is_for_export=True, show_notes=False))
    roles = {f"layer:{info.id}": info.role for info in content.layers}
    return FormWords(
        Uuid(who.package),
        who.version,
        who.community,
        who.date,
        who.reply_until,
        who.contact,
        seal,
        "; ".join(content.attribution),
        _scenario(content),
        who.language,
        tuple(Asked(p.uuid, p.number, say(plan.title_of(p), who.language)) for p in content.open_proposals),
        session.asked.get(),
        _extent(content),
        who.crs,
        pale(scene, roles),
        lambda numbers: numbered(scene, numbers),
    )


def _extent(content: PlanContent) -> tuple[float, float, float, float]:
    """Return what the map shows: the plan's extent and every proposal somebody is asked about."""
    x_min, y_min, x_max, y_max = whole_extent(content)
    shapes = [p.geometry for p in content.open_proposals if p.geometry is not None]
    bounds = shapely.total_bounds(np.array(shapes, dtype=object)) if shapes else np.full(4, np.nan)
    if not np.isfinite(bounds).all():
        return (x_min, y_min, x_max, y_max)
    return (
        min(x_min, float(bounds[0])),
        min(y_min, float(bounds[1])),
        max(x_max, float(bounds[2])),
        max(y_max, float(bounds[3])),
    )


def _scenario(content: PlanContent) -> str:
    """Return what the code says of the scenario: the beginning of its seal, else of its uuid."""
    found = content.scenario
    return "" if found is None else re.sub(r"[^0-9A-Z]", "", (found.seal or found.uuid).upper())[:8]


def _require_true(report: PrintReport, sides: Sequence[FormSide]) -> None:
    """Raise DataError when the written form is not what was laid out: size, sides or scale."""
    first = sides[0].sheet
    wrong = [bar for bar in report.bar_mm if abs(bar - 100.0) > _TOLERANCE_MM]
    frames = [s.sheet.frame for s in sides if s.sheet.frame is not None]
    scales = [f.metres_per_mm * 1000.0 for f in frames]
    if len(scales) != len(report.scales) or any(
        abs(measured / wanted - 1.0) > _SCALE_TOLERANCE
        for measured, wanted in zip(report.scales, scales, strict=True)
    ):
        raise DataError(
            tr("{file} is not true to scale: its map is not as wide as laid out.", file=report.path.name)
        )
    is_off = (
        abs(report.page_mm[0] - first.width_mm) > _TOLERANCE_MM
        or abs(report.page_mm[1] - first.height_mm) > _TOLERANCE_MM
    )
    if wrong or len(report.bar_mm) != len(sides):
        raise DataError(
            tr(
                "{file} is not true to scale: its 100 mm bar measures {mm} mm.",
                file=report.path.name,
                mm=wrong[0] if wrong else 0,
            )
        )
    if is_off:
        raise DataError(
            tr(
                "{file} is {width} × {height} mm instead of the paper's size.",
                file=report.path.name,
                width=f"{report.page_mm[0]:.1f}",
                height=f"{report.page_mm[1]:.1f}",
            )
        )


# -- what each copy says ------------------------------------------------------------------------------------------
def stamps_of(sheets: Sequence[FormSheet], copies: Copies) -> tuple[Stamp, ...]:
    """Return the stamps of all sides of all copies, copy after copy."""
    whom: list[tuple[Household | None, str]] = [(h, h.token) for h in copies.households]
    whom += [(None, number) for number in copies.numbers]
    whom = whom or [(None, "")]
    codes = []
    for sheet in sheets:
        texts = [
            code_of(sheet, household=token if household else "", copy="" if household else token).text()
            for household, token in whom
        ]
        codes.append(modules_of(texts))
    return tuple(
        Stamp(side, sheet.code, codes[side][number], _stamped_words(sheet, household, token))
        for number, (household, token) in enumerate(whom)
        for side, sheet in enumerate(sheets)
    )


def _stamped_words(sheet: FormSheet, household: Household | None, token: str) -> tuple[Words, ...]:
    x, y = sheet.code.x + sheet.code.width / 2, sheet.code.y + sheet.code.height + CODE_GAP
    words = [_centred(x, y, code_of(sheet).readable(), 9.5)]
    if token:
        words.append(_centred(x, y + 5.0, token, 12.0, bold=True))
    home = next((f.box for f in sheet.fields if f.group == "home"), None)
    if household is not None and home is not None:
        line = wrapped(home_words(household), home.width - 4.0, 13.0, bold=True, most=1)[0]
        width = width_mm(line, 13.0, bold=True)
        words.append(Words(home.x + 2.0, home.y + home.height / 2, line, 13.0, bold=True, width=width))
    return tuple(words)


def _centred(x: float, y: float, text: str, size: float, *, bold: bool = False) -> Words:
    return Words(x, y, text, size, bold=bold, align=Align.CENTRE, width=width_mm(text, size, bold=bold))


def home_words(household: Household) -> str:
    """Return building and stairwell as they stand on a household's form."""
    if not household.stairwell:
        return tr("Building {building}", building=household.building)
    return tr(
        "Building {building}, stairwell {stairwell}",
        building=household.building,
        stairwell=household.stairwell,
    )
