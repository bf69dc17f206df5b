"""Draws forms, answers them with pens, and scans them badly: with what is known to stand on them.

Not a test; loaded by the tests and the benchmark. Everything follows from a seed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

import cv2
import numpy as np
import segno
from PIL import Image, ImageDraw, ImageFont

from renovate_gui.domain.form import (
    CORNER_BITS,
    CORNER_MM,
    Box,
    FieldKind,
    FormField,
    FormSheet,
    MapFrame,
    SheetCode,
)
from renovate_gui.domain.ids import Uuid

DPI = 300
MM = DPI / 25.4
PENS = {
    "blue": (28, 50, 150),
    "red": (200, 30, 40),
    "black": (25, 25, 28),
    "green": (20, 130, 60),
    "pencil": (110, 110, 115),
    "purple": (120, 40, 150),
}
PACKAGE = Uuid("5a1c2d3e-0000-4000-8000-00000000a001")
OTHER = Uuid("5a1c2d3e-0000-4000-8000-00000000a002")
PROPOSALS = tuple(Uuid(f"00000000-0000-4000-8000-00000000000{n}") for n in range(1, 6))
STYLES = ("tick", "cross", "fill", "circle", "light")


def form(package: Uuid = PACKAGE, *, paper: str = "A4", version: int = 3, sheet: int = 1) -> FormSheet:
    """Return a form as the printer would describe it."""
    wide, high = {"A4": (210.0, 297.0), "A3": (420.0, 297.0)}[paper]
    edge = 8.0
    far_x, far_y = wide - edge - CORNER_MM, high - edge - CORNER_MM
    corners = tuple(
        Box(x, y, CORNER_MM, CORNER_MM)
        for x, y in ((edge, edge), (far_x, edge), (far_x, far_y), (edge, far_y))
    )
    fields = [
        FormField(FieldKind.TICK, "wish", Box(24 + 45 * n, 44, 5, 5), option, None, True)
        for n, option in enumerate(("yes", "no", "conditional"))
    ]
    for row, proposal in enumerate(PROPOSALS):
        for n, option in enumerate(("agree", "oppose", "unsure")):
            box = Box(24 + 24 * n, 168 + 11 * row, 4.5, 4.5)
            fields.append(FormField(FieldKind.TICK, "answer", box, option, proposal, True))
        fields.append(FormField(FieldKind.TEXT, "comment", Box(100, 166 + 11 * row, 90, 9), "", proposal))
    fields += [
        FormField(FieldKind.TICK, "need", Box(24 + 30 * n, 232, 4.5, 4.5), code)
        for n, code in enumerate(("lift", "handrail", "meals", "childcare", "clinic"))
    ]
    fields += [
        FormField(FieldKind.RANK, "rank", Box(24 + 18 * n, 250, 8, 8), c) for n, c in enumerate("abcdef")
    ]
    at = Box(24, 54, 162, 104)
    fields.append(FormField(FieldKind.MAP, "map", at))
    frame = MapFrame(at, 500_000.0, 3_550_104.0, 1.0, "EPSG:4549")
    return FormSheet(
        package, version, sheet, 2, wide, high, corners, Box(wide - 52, 12, 24, 24), tuple(fields), frame
    )


def code_of(sheet: FormSheet, household: str = "H0001", copy: str = "") -> SheetCode:
    """Return what the code of a household's sheet says."""
    return SheetCode(sheet.package, sheet.version, sheet.sheet, sheet.scenario, sheet.digest, household, copy)


def printed(sheet: FormSheet, code: SheetCode | None, *, dpi: int = DPI) -> np.ndarray:
    """Return the printed sheet, blue-green-red; without a code its place stays white."""
    mm = dpi / 25.4
    page = Image.new("RGB", (round(sheet.width_mm * mm), round(sheet.height_mm * mm)), "white")
    pen = ImageDraw.Draw(page)

    def rect(box: Box, **style: object) -> None:
        pen.rectangle([box.x * mm, box.y * mm, (box.x + box.width) * mm, (box.y + box.height) * mm], **style)

    for number, box in enumerate(sheet.corners):
        rect(box, fill="black")
        cell = box.width / 6
        for place, bit in enumerate(CORNER_BITS[number]):
            if bit == "1":
                row, column = divmod(place, 4)
                rect(Box(box.x + (column + 1) * cell, box.y + (row + 1) * cell, cell, cell), fill="white")
    if sheet.frame is not None:
        _map(pen, sheet.frame, mm)
    font = ImageFont.load_default(size=round(4.2 * mm))
    pen.text((24 * mm, 22 * mm), "Comment form: what do you say to the plan?", fill="black", font=font)
    small = ImageFont.load_default(size=round(3.2 * mm))
    for f in sheet.fields:
        if f.kind is FieldKind.MAP:
            continue
        rect(f.box, outline="black", width=max(1, round(0.3 * mm)))
        if f.kind is FieldKind.TICK:
            pen.text(((f.box.x + f.box.width + 1.5) * mm, f.box.y * mm), f.option, fill="black", font=small)
    if code is not None:
        _code(page, sheet.code, code, mm)
        pen.text(
            (sheet.code.x * mm, (sheet.code.y + sheet.code.height + 1) * mm),
            code.readable(),
            fill="black",
            font=small,
        )
    return np.asarray(page)[:, :, ::-1].copy()


def _map(pen: ImageDraw.ImageDraw, frame: MapFrame, mm: float) -> None:
    random = Random(7)
    b = frame.box
    pen.rectangle(
        [b.x * mm, b.y * mm, (b.x + b.width) * mm, (b.y + b.height) * mm],
        fill=(250, 250, 247),
        outline="black",
        width=2,
    )
    pen.rectangle(
        [(b.x + 96) * mm, (b.y + 8) * mm, (b.x + 130) * mm, (b.y + 34) * mm], fill=(205, 228, 196)
    )  # green
    for x in (22, 70, 120):
        pen.line(
            [(b.x + x) * mm, b.y * mm, (b.x + x) * mm, (b.y + b.height) * mm],
            fill=(215, 215, 215),
            width=round(2.2 * mm),
        )
    for row in range(5):
        for column in range(8):
            x, y = b.x + 4 + column * 19.5, b.y + 5 + row * 19.5
            w, h = random.uniform(9, 13), random.uniform(6, 9)
            pen.rectangle(
                [x * mm, y * mm, (x + w) * mm, (y + h) * mm],
                fill=(228, 220, 208),
                outline=(120, 110, 100),
                width=2,
            )
    for number, (x, y) in enumerate(((30, 30), (60, 70), (110, 52), (140, 80)), 1):
        cx, cy = (b.x + x) * mm, (b.y + y) * mm
        pen.ellipse(
            [cx - 3 * mm, cy - 3 * mm, cx + 3 * mm, cy + 3 * mm], fill=(178, 48, 40), outline="white", width=3
        )
        pen.text(
            (cx - mm, cy - 2 * mm),
            str(number),
            fill="white",
            font=ImageFont.load_default(size=round(3.6 * mm)),
        )


def _code(page: Image.Image, box: Box, code: SheetCode, mm: float) -> None:
    rows = [list(r) for r in segno.make(code.text(), error="m", micro=False).matrix]
    dots = 255 - np.array(rows, dtype=np.uint8) * 255
    dots = np.pad(dots, 0)
    side = round(box.width * mm)
    picture = Image.fromarray(dots).resize((side, side), Image.Resampling.NEAREST)
    page.paste(picture.convert("RGB"), (round(box.x * mm), round(box.y * mm)))


@dataclass
class Drawn:
    """A stroke on the map: kind, pen and its places in project coordinates."""

    kind: str
    pen: str
    places: list[tuple[float, float]]


@dataclass
class Truth:
    """What stands on a sheet."""

    code: SheetCode
    ticked: dict[str, bool]
    asks: set[str] = field(default_factory=set)
    marks: list[Drawn] = field(default_factory=list)
    written: set[str] = field(default_factory=set)


@dataclass
class Answers:
    """An answered sheet and what stands on it."""

    page: np.ndarray
    truth: Truth


def answered(
    sheet: FormSheet,
    seed: int,
    *,
    household: str = "",
    style: str = "",
    pen: str = "",
    marks: bool = True,
    page: np.ndarray | None = None,
    code: SheetCode | None = None,
) -> Answers:
    """Return a sheet somebody answered: one box of each group, some needs, comments, marks on the map.

    ``page`` is a printed sheet at :data:`DPI`; left out: drawn by us.
    """
    random = Random(seed)
    code = code or code_of(sheet, household or f"H{seed:04d}")
    page = printed(sheet, code) if page is None else page.copy()
    ink = PENS[pen or random.choice(("blue", "black", "red", "blue", "black", "green", "pencil"))]
    ticked = {f.key: False for f in sheet.fields if f.kind is FieldKind.TICK}
    groups: dict[tuple[str, str], list[FormField]] = {}
    for f in sheet.fields:
        if f.kind is FieldKind.TICK and f.is_single:
            groups.setdefault((f.group, f.proposal or ""), []).append(f)
    chosen = [random.choice(g) for g in groups.values() if random.random() < 0.85]
    chosen += [f for f in sheet.fields if f.group == "need" and random.random() < 0.4]
    for f in chosen:
        tick(page, f.box, style or random.choice(STYLES[:3]), ink, random)
        ticked[f.key] = True
    truth = Truth(code, ticked)
    for f in sheet.fields:
        is_empty = f.group != "home" or not code.household
        if f.kind in (FieldKind.TEXT, FieldKind.RANK) and is_empty and random.random() < 0.3:
            write(page, f.box, ink, random)
            truth.written.add(f.key)
    if marks and sheet.frame is not None:
        for kind in random.sample(("ring", "line", "dot"), k=random.randint(0, 3)):
            truth.marks.append(
                draw(page, sheet.frame, kind, random.choice(("red", "blue", "green", "black")), random)
            )
    return Answers(page, truth)


def tick(page: np.ndarray, box: Box, style: str, ink: tuple[int, int, int], random: Random) -> None:
    """Put a tick into a box as a hand does."""
    x, y, s = box.x, box.y, box.width
    wide = random.uniform(0.4, 0.75)

    def j(amount: float = 0.08) -> float:
        return random.uniform(-amount, amount) * s

    if style == "tick":
        path = [
            (x + 0.15 * s + j(), y + 0.5 * s + j()),
            (x + 0.42 * s + j(), y + 0.85 * s + j()),
            (x + random.uniform(0.85, 1.35) * s, y + random.uniform(-0.3, 0.15) * s),
        ]
        stroke(page, path, ink, wide)
    elif style == "light":
        stroke(
            page,
            [(x + 0.3 * s, y + 0.5 * s), (x + 0.45 * s, y + 0.72 * s), (x + 0.8 * s, y + 0.25 * s)],
            ink,
            0.3,
        )
    elif style == "cross":
        stroke(
            page, [(x + 0.1 * s + j(), y + 0.1 * s + j()), (x + 0.9 * s + j(), y + 0.9 * s + j())], ink, wide
        )
        stroke(
            page, [(x + 0.9 * s + j(), y + 0.1 * s + j()), (x + 0.1 * s + j(), y + 0.9 * s + j())], ink, wide
        )
    elif style == "fill":
        for n in range(9):
            t = 0.12 + 0.76 * n / 8
            stroke(page, [(x + 0.1 * s, y + t * s + j(0.03)), (x + 0.9 * s, y + t * s + j(0.03))], ink, 0.6)
    elif style == "circle":
        a = np.linspace(0, 2 * np.pi * random.uniform(0.97, 1.05), 40)
        rx, ry = s * random.uniform(0.85, 1.0), s * random.uniform(0.8, 0.95)
        stroke(page, [(x + s / 2 + rx * np.cos(t), y + s / 2 + ry * np.sin(t)) for t in a], ink, wide)
    elif style == "scribble":
        for _ in range(14):
            stroke(
                page,
                [
                    (x - 0.5 * s + j(), y + random.uniform(-0.4, 1.4) * s),
                    (x + 1.5 * s + j(), y + random.uniform(-0.4, 1.4) * s),
                ],
                ink,
                0.7,
            )
    elif style == "struck":
        tick(page, box, "tick", ink, random)
        stroke(page, [(x - 3, y + 0.5 * s), (x + 3 * s, y + 0.55 * s)], ink, wide)


def write(page: np.ndarray, box: Box, ink: tuple[int, int, int], random: Random) -> None:
    """Scribble something like handwriting into a box."""
    x, count = box.x + 1.6, max(1, int(box.width / 5))
    for _ in range(min(count, random.randint(1, 8))):
        path = [(x + random.uniform(0, 3.5), box.y + random.uniform(0.2, 0.8) * box.height) for _ in range(4)]
        stroke(page, path, ink, 0.5)
        x += 4.5


def draw(page: np.ndarray, frame: MapFrame, kind: str, pen: str, random: Random) -> Drawn:
    """Draw on the map; return what was drawn in project coordinates."""
    b = frame.box
    cx, cy = b.x + random.uniform(30, b.width - 30), b.y + random.uniform(24, b.height - 24)
    if kind == "ring":
        r, q = random.uniform(8, 16), random.uniform(6, 14)
        a = np.linspace(0, 2 * np.pi * 0.99, 60) + random.uniform(0, 6)
        path = [(cx + r * np.cos(t), cy + q * np.sin(t)) for t in a]
    elif kind == "line":
        turn, length = random.uniform(0, 6.28), random.uniform(18, 34)
        path = [
            (cx + t * length * np.cos(turn), cy + t * 0.6 * length * np.sin(turn) + np.sin(3 * t))
            for t in np.linspace(-0.7, 0.7, 20)
        ]
    else:
        path = [(cx - 1, cy - 1), (cx + 1, cy + 1), (cx, cy), (cx + 1, cy - 1), (cx - 1, cy + 1)]
    stroke(page, path, PENS[pen], random.uniform(0.6, 1.0))
    return Drawn(kind, pen, [frame.to_world(x, y) for x, y in path])


def stroke(
    page: np.ndarray, path: list[tuple[float, float]], ink: tuple[int, int, int], wide_mm: float
) -> None:
    """Draw a stroke on a page of :data:`DPI`, ink over print."""
    points = np.round(np.array(path) * MM * 16).astype(np.int32).reshape(-1, 1, 2)
    low = np.floor(points.min(axis=(0, 1)) / 16 - 20).astype(int).clip(0)
    high = np.ceil(points.max(axis=(0, 1)) / 16 + 20).astype(int)
    part = page[low[1] : high[1], low[0] : high[0]]
    layer = np.full_like(part, 255)
    cv2.polylines(
        layer,
        [points - (low * 16).astype(np.int32)],
        False,
        ink[::-1],
        max(1, round(wide_mm * MM)),
        cv2.LINE_AA,
        4,
    )
    part[:] = (part.astype(np.uint16) * layer // 255).astype(np.uint8)


@dataclass(frozen=True)
class Recipe:
    """How badly a sheet is scanned."""

    dpi: int = 200
    turn: float = 0.0  # degrees
    quarter: int = 0  # quarter turns
    keystone: float = 0.0  # share of the width
    shadow: float = 0.0  # share of light lost at the far side
    grey: bool = False
    quality: int = 90
    blur: float = 0.0  # dots
    noise: float = 0.0  # of 255
    stain: bool = False
    torn: int = -1  # the corner that is missing
    half: bool = False
    desk: bool = False
    fade: float = 1.0  # contrast of print and pen
    bend: float = 0.0  # millimetres that the paper bulges


def bad(seed: int) -> Recipe:
    """Return how a phone or an office scanner might scan: still to be read without asking."""
    r = Random(seed)
    phone = r.random() < 0.4
    return Recipe(
        dpi=r.choice((150, 200, 250)) if phone else r.choice((100, 150, 150, 200, 300)),
        turn=r.uniform(-12, 12) if phone else r.uniform(-3, 3),
        quarter=r.choice((0, 0, 0, 2, 1, 3)),
        keystone=r.uniform(0, 0.09) if phone else 0.0,
        shadow=r.uniform(0, 0.5) if phone else r.uniform(0, 0.1),
        grey=r.random() < 0.2,
        quality=r.choice((95, 85, 70, 50)),
        blur=r.choice((0.0, 0.5, 0.9)),
        noise=r.choice((0.0, 3.0, 6.0)),
        desk=phone,
        fade=r.uniform(0.8, 1.0),
        bend=r.uniform(0, 0.4) if phone else 0.0,
        torn=r.randrange(4) if r.random() < 0.06 else -1,
    )


def scanned(page: np.ndarray, recipe: Recipe, seed: int = 0) -> np.ndarray:
    """Return the sheet as a bad scanner or a phone sees it."""
    rng = np.random.default_rng(seed)
    out = page.copy()
    if recipe.fade < 1:
        out = (255 - (255 - out.astype(np.float32)) * recipe.fade).astype(np.uint8)
    if recipe.stain:
        _stain(out, rng)
    high, wide = out.shape[:2]
    if recipe.bend:
        y, x = np.mgrid[:high, :wide].astype(np.float32)
        x += np.float32(recipe.bend * MM) * np.sin(np.pi * y / high)
        out = cv2.remap(out, x, y, cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    ground = (72, 96, 120) if recipe.desk else (255, 255, 255)
    if recipe.torn >= 0:
        _tear(out, recipe.torn, ground)
    out = _tilted(out, recipe, ground, rng)
    if recipe.half:
        out = out[: out.shape[0] // 2]
    if recipe.quarter:
        out = np.ascontiguousarray(np.rot90(out, recipe.quarter))
    if recipe.shadow:
        y, x = np.mgrid[: out.shape[0], : out.shape[1]].astype(np.float32)
        a = rng.uniform(0, 6.28)
        t = (x / out.shape[1] - 0.5) * np.cos(a) + (y / out.shape[0] - 0.5) * np.sin(a)
        out = (out * (1 - recipe.shadow * (1 / (1 + np.exp(-8 * t))))[..., None]).astype(np.uint8)
    if recipe.blur:
        out = cv2.GaussianBlur(out, (0, 0), recipe.blur)
    if recipe.noise:
        grain = rng.standard_normal(out.shape, dtype=np.float32) * np.float32(recipe.noise)
        out = np.clip(out + grain, 0, 255).astype(np.uint8)
    if recipe.grey:
        out = cv2.cvtColor(cv2.cvtColor(out, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    return cv2.imdecode(
        cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, recipe.quality])[1], cv2.IMREAD_COLOR
    )


def _tilted(
    page: np.ndarray, recipe: Recipe, ground: tuple[int, int, int], rng: np.random.Generator
) -> np.ndarray:
    high, wide = page.shape[:2]
    scale = recipe.dpi / DPI
    page = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    high, wide = page.shape[:2]
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], dtype=np.float32)
    moved = corners + rng.uniform(-1, 1, (4, 2)).astype(np.float32) * recipe.keystone * wide
    a = np.deg2rad(recipe.turn)
    turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    moved = (moved - moved.mean(axis=0)) @ turn.T
    moved -= moved.min(axis=0)
    margin = 0.03 * wide if recipe.desk or recipe.turn else 0
    moved += margin
    size = np.ceil(moved.max(axis=0) + margin).astype(int)
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    return cv2.warpPerspective(
        page, matrix, tuple(int(s) for s in size), flags=cv2.INTER_LINEAR, borderValue=ground
    )


def _tear(page: np.ndarray, corner: int, ground: tuple[int, int, int]) -> None:
    high, wide = page.shape[:2]
    x, y = ((0, 0), (wide, 0), (wide, high), (0, high))[corner]
    dx, dy = (1 if x == 0 else -1) * 22 * MM, (1 if y == 0 else -1) * 20 * MM
    cv2.fillPoly(page, [np.array([[x, y], [x + dx, y], [x, y + dy]], dtype=np.int32)], ground)


def _stain(page: np.ndarray, rng: np.random.Generator) -> None:
    high, wide = page.shape[:2]
    layer = np.full_like(page, 255)
    at = (int(rng.uniform(0.2, 0.8) * wide), int(rng.uniform(0.3, 0.8) * high))
    cv2.circle(layer, at, int(40 * MM), (205, 225, 238), -1, cv2.LINE_AA)
    cv2.circle(layer, at, int(40 * MM), (150, 190, 212), int(2.2 * MM), cv2.LINE_AA)
    layer = cv2.GaussianBlur(layer, (0, 0), 0.8 * MM)
    page[:] = (page.astype(np.uint16) * layer // 255).astype(np.uint8)


def variant(recipe: Recipe, **changes: object) -> Recipe:
    """Return a recipe with changes."""
    return replace(recipe, **changes)
