"""The printer's part for comment forms: blank sides, stamped copies, both measured again in the written file."""

from __future__ import annotations

from pathlib import Path

from renovate_gui.app.form_page import PrintedForm, StampedForm
from renovate_gui.app.ports import PrintReport
from renovate_gui.domain.scene import SceneLayer
from renovate_gui.render.fonts import load_fonts, missing_glyphs
from renovate_gui.render.form import BAR_ZONE_MM, blank_pdf
from renovate_gui.render.form_stamp import stamped_pdf
from renovate_gui.render.measure import MeasuredPdf, measure_pdf, name_language, nearest_length


class FormPrinter:
    """Writes comment forms."""

    def print_form(self, form: PrintedForm, path: Path) -> PrintReport:
        """Write the blank sides as a vector PDF with embedded fonts, and measure them again."""
        self._ready()
        path.write_bytes(blank_pdf(form))
        name_language(path, form.language)
        measured = measure_pdf(path, zone_mm=BAR_ZONE_MM)
        return PrintReport(
            path,
            measured.pages,
            measured.page_mm,
            measured.bar_mm,
            missing_glyphs(_texts(form)),
            _scales(form, measured),
        )

    def stamp_form(self, form: StampedForm, path: Path) -> PrintReport:
        """Write copies of a blank form, each side with its code.

        The pages of all copies are the blank's own, so its sides are measured, once.
        """
        self._ready()
        path.write_bytes(form.blank)
        measured = measure_pdf(path, zone_mm=BAR_ZONE_MM)
        path.write_bytes(stamped_pdf(form))
        name_language(path, form.language)
        said = "".join(w.text for s in form.stamps for w in s.words)
        return PrintReport(path, measured.pages, measured.page_mm, measured.bar_mm, missing_glyphs(said))

    @staticmethod
    def _ready() -> None:
        from renovate_gui.render.printer import ensure_application

        ensure_application()
        load_fonts()


def _scales(form: PrintedForm, measured: MeasuredPdf) -> tuple[float, ...]:
    """Return the scale denominator of each map from the length of its upper edge in the file; 0 where it is not found."""
    found = []
    for side, strokes, (_, height) in zip(form.sides, measured.strokes, measured.sizes_mm, strict=True):
        frame = side.sheet.frame
        if frame is None:
            continue
        y = height - frame.box.y
        long = nearest_length(strokes, (frame.box.x, y, frame.box.x + frame.box.width, y))
        found.append(frame.metres_per_mm * 1000.0 * frame.box.width / long if long else 0.0)
    return tuple(found)


def _texts(form: PrintedForm) -> str:
    """Return everything a form says, the words on its maps included."""
    said = [form.title]
    layers = [i for i in form.base.items if isinstance(i, SceneLayer)]
    said += [label for layer in layers for label in layer.labels or () if label]
    for side in form.sides:
        said += [w.text for w in side.words]
    return "".join(dict.fromkeys("".join(said)))
