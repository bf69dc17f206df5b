"""The review page: one file, no network, answers saved as a small file (docs/adr/0003-offline-page.md)."""

from renovate_gui.io.package.page.assemble import SCRIPTS, assemble_page
from renovate_gui.io.package.page.payload import (
    PageContext,
    PageGap,
    PageHeat,
    PageNote,
    PagePhoto,
    PagePlan,
    PageProposal,
    PageSaid,
    page_payload,
)

__all__ = [
    "SCRIPTS",
    "PageContext",
    "PageGap",
    "PageHeat",
    "PageNote",
    "PagePhoto",
    "PagePlan",
    "PageProposal",
    "PageSaid",
    "assemble_page",
    "page_payload",
]
