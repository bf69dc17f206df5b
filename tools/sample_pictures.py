"""Two small drawn pictures for proposals, and a plain preview map. Drawings, plainly labelled; no photographs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

_CREAM, _INK = "#F4EFE4", "#3A3F47"


def _font(size: int) -> ImageFont.FreeTypeFont:
    found = sorted((Path(__file__).resolve().parent.parent / "resources" / "fonts").glob("*.?tf"))
    bold = [p for p in found if "bold" not in p.name.lower()]
    return ImageFont.truetype(str((bold or found)[0]), size)


def _label(draw: ImageDraw.ImageDraw, size: tuple[int, int], text: str) -> None:
    w, h = size
    draw.rectangle((0, h - 44, w, h), fill="#1F3A5F")
    draw.text((16, h - 35), text, fill="#FFFFFF", font=_font(21))


def draw_stairs(path: Path) -> None:
    """Draw a stair flight between old houses."""
    w, h = 800, 600
    image = Image.new("RGB", (w, h), "#DCE6EA")
    d = ImageDraw.Draw(image)
    d.polygon([(0, 190), (260, 120), (520, 160), (800, 80), (800, 330), (0, 330)], fill="#C3D2C0")
    d.rectangle((240, 300, 560, 600), fill="#8C9A86")
    d.polygon([(0, 600), (0, 150), (170, 120), (270, 235), (270, 600)], fill="#CDB79C")
    d.polygon([(0, 150), (170, 120), (190, 100), (0, 118)], fill="#7D6B5D")
    d.polygon([(800, 600), (800, 90), (640, 130), (545, 250), (545, 600)], fill="#BFA88C")
    d.polygon([(800, 90), (640, 130), (618, 112), (800, 62)], fill="#75655A")
    for x, y in ((34, 210), (34, 330), (34, 450), (130, 220), (130, 335), (130, 450)):
        d.rectangle((x, y, x + 52, y + 62), fill="#5F6F7C", outline="#F4EFE4", width=4)
    for x, y in ((690, 180), (690, 305), (690, 430), (600, 275), (600, 400)):
        d.rectangle((x, y, x + 50, y + 62), fill="#5F6F7C", outline="#F4EFE4", width=4)
    steps = 19
    for i in range(steps):
        t = i / steps
        top = 556 - t * 300
        half = 150 * (1 - t * 0.62)
        middle = 405 - 18 * t
        tall = 300 / steps
        d.rectangle((middle - half, top - tall, middle + half, top), fill="#A9A197" if i % 2 else "#B8B0A5")
        d.line((middle - half, top - tall, middle + half, top - tall), fill="#E6DFD3", width=2)
    d.line((266, 520, 338, 236), fill="#0E7C86", width=6)
    d.line((545, 520, 442, 236), fill="#0E7C86", width=6)
    for t in (0.05, 0.35, 0.65, 0.95):
        d.line((266 + 72 * t, 520 - 284 * t, 266 + 72 * t, 556 - 284 * t), fill="#0E7C86", width=4)
        d.line((545 - 103 * t, 520 - 284 * t, 545 - 103 * t, 556 - 284 * t), fill="#0E7C86", width=4)
    d.ellipse((560, 60, 720, 190), fill="#7FA67A")
    d.ellipse((500, 90, 640, 210), fill="#8DB186")
    _label(d, (w, h), "示意图（手绘）：梯道加装扶手  ·  Illustration, not a photograph")
    image.save(path, optimize=True)


def draw_room(path: Path) -> None:
    """Draw a day-care room with a ramp at its door."""
    w, h = 800, 600
    image = Image.new("RGB", (w, h), "#E5ECEF")
    d = ImageDraw.Draw(image)
    d.rectangle((0, 430, w, h), fill="#D7D0C4")
    d.rectangle((60, 60, 740, 450), fill="#D9C6AB")
    d.rectangle((60, 60, 740, 90), fill="#8C7763")
    for x in (95, 205, 315, 425, 535, 645):
        d.rectangle((x, 115, x + 66, 205), fill="#8FA7B5", outline=_CREAM, width=5)
        d.line((x + 33, 115, x + 33, 205), fill=_CREAM, width=4)
    d.rectangle((60, 230, 740, 262), fill="#0E7C86")
    d.text((240, 233), "日间照料 · Day care", fill="#FFFFFF", font=_font(24))
    for x in (90, 235, 500, 630):
        d.rectangle((x, 285, x + 110 if x != 630 else 720, 400), fill="#F7E7B8", outline=_CREAM, width=6)
    d.rectangle((375, 285, 470, 450), fill="#6B4F3A", outline=_CREAM, width=5)
    d.ellipse((450, 365, 460, 375), fill="#E8C26A")
    d.polygon([(375, 450), (470, 450), (650, 520), (650, 535), (375, 470)], fill="#B9B1A4")
    d.line((470, 400, 650, 470), fill="#0E7C86", width=6)
    for t in (0.0, 0.33, 0.66, 1.0):
        d.line((470 + 180 * t, 400 + 70 * t, 470 + 180 * t, 450 + 70 * t), fill="#0E7C86", width=4)
    for x in (130, 200):
        d.ellipse((x, 452, x + 24, 476), fill=_INK)
        d.rounded_rectangle((x - 8, 476, x + 32, 536), 10, fill="#6B5FA8" if x == 130 else "#D55E00")
    d.rectangle((96, 520, 262, 532), fill="#8C6A45")
    _label(d, (w, h), "示意图（手绘）：空置用房改日间照料  ·  Illustration, not a photograph")
    image.save(path, optimize=True)


_FILL = {
    "water": "#CFE0EA", "beach": "#E9E3D3", "park": "#CFE3C4", "green": "#DCE8D2", "plaza": "#EFE6D5", "school": "#EAE3EE", "sports": "#D9B9A0",
    "vacant": "#EADFB6", "industrial": "#E6E2E2", "allotment": "#DDE0B8", "forest": "#E3EBDA", "road": "#FFFFFF", "quarter": "#F7F5F0",
}  # fmt: skip
_BUILT = {
    "slab": "#C3B6A4",
    "court": "#A98F78",
    "tower": "#8D9DB3",
    "house": "#D0A98C",
    "shop": "#D9A35C",
    "public": "#8FB0A5",
}


def draw_preview(  # noqa: C901  one layer after another
    path: Path,
    layers: dict[str, list[dict[str, Any]]],
    bounds: tuple[float, float, float, float],
    scale: float = 1.25,
) -> None:
    """Draw all layers as a simple map picture, to look at while changing the generator."""
    x0, y0, x1, y1 = bounds
    image = Image.new("RGB", (int((x1 - x0) * scale), int((y1 - y0) * scale)), "#EFF2E8")
    d = ImageDraw.Draw(image)

    def px(ring: Any) -> list[tuple[float, float]]:
        return [((c[0] - x0) * scale, (y1 - c[1]) * scale) for c in ring.coords]

    def area(shape: Any, fill: str, outline: str | None = None) -> None:
        for p in getattr(shape, "geoms", [shape]):
            if p.geom_type == "Polygon" and not p.is_empty:
                d.polygon(px(p.exterior), fill=fill, outline=outline)
                for ring in p.interiors:
                    d.polygon(px(ring), fill="#F7F5F0", outline=outline)

    for row in layers["landuse"]:
        area(row["geometry"], _FILL[row["use"]])
    for row in layers["contours"]:
        d.line(px(row["geometry"]), fill="#DCD2BC")
    for row in layers["walk_network"]:
        stairs = row["way"] == "stairs"
        d.line(
            px(row["geometry"]),
            fill="#C08A5A" if stairs else "#FFFFFF",
            width=max(2, int(row["width_m"] * scale * (0.8 if stairs else 1))),
        )
    for row in layers["buildings"]:
        area(row["geometry"], _BUILT[row["form"]], "#8A8072")
    _draw_points(d, layers, bounds, scale)
    for row in layers["grids"]:
        for p in getattr(row["geometry"], "geoms", [row["geometry"]]):
            d.line(px(p.exterior), fill="#7A6FB0", width=1)
    image.save(path)


def _draw_points(
    d: ImageDraw.ImageDraw, layers: dict[str, Any], bounds: tuple[float, float, float, float], scale: float
) -> None:
    x0, _y0, _x1, y1 = bounds
    for row in layers["facilities"]:
        x, y = (row["geometry"].x - x0) * scale, (y1 - row["geometry"].y) * scale
        d.ellipse((x - 5, y - 5, x + 5, y + 5), fill="#FFFFFF", outline="#1F3A5F", width=2)
    for row in layers["demand"]:
        x, y = (row["x"] - x0) * scale, (y1 - row["y"]) * scale
        d.ellipse((x - 2, y - 2, x + 2, y + 2), fill="#6B5FA8")
