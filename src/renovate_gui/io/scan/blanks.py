"""Empty forms as pictures: what the packages' printed sheets look like before anybody writes on them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from renovate_gui.domain.form import FormSheet
from renovate_gui.domain.ids import Uuid
from renovate_gui.io.scan.paper import Picture

_DPI = 200


class Blanks:
    """Pages of the empty forms that the project keeps with its packages.

    Parameters
    ----------
    pdf
        Gives the empty form of a package as PDF, one page for each sheet in order; empty when there is none.
    """

    def __init__(self, pdf: Callable[[Uuid], bytes]) -> None:
        self._pdf = pdf

    def page(self, sheet: FormSheet) -> Picture | None:
        """Return the picture of an empty sheet, 200 dots an inch, or None when it is not kept."""
        raw = self._pdf(sheet.package)
        if not raw:
            return None
        import pypdfium2

        document = pypdfium2.PdfDocument(raw)
        try:
            if sheet.sheet > len(document):
                return None
            bitmap = document[sheet.sheet - 1].render(scale=_DPI / 72, rev_byteorder=False)
            return np.array(bitmap.to_numpy()[:, :, :3], dtype=np.uint8)
        finally:
            document.close()
