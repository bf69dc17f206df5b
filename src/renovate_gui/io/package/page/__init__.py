"""The review page: one file, no network, answers saved as a small file (docs/adr/0003-offline-page.md)."""

from renovate_gui.io.package.page.assemble import assemble_page
from renovate_gui.io.package.page.payload import (
    PageContext,
    PageGap,
    PageHeat,
    PageNote,
    PagePhoto,
    PagePlan,
    PageProposal,
    page_payload,
)

__all__ = [
    "PageContext",
    "PageGap",
    "PageHeat",
    "PageNote",
    "PagePhoto",
    "PagePlan",
    "PageProposal",
    "assemble_page",
    "page_payload",
]
