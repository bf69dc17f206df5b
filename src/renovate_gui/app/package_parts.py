"""What else goes into a package beside plan data, page and handout: each part writes its files and says what it did.

Data parts write before the seal is made, into ``data/``, and are sealed by it; printed parts come after it and carry
it. A part is a function; the tuples below name those there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renovate_gui.domain.record import Record

if TYPE_CHECKING:
    from renovate_gui.app.council import ExportRequest
    from renovate_gui.app.plan_content import PlanContent
    from renovate_gui.app.ports import Printer
    from renovate_gui.app.session import Session


@dataclass(frozen=True, slots=True)
class PartContext:
    """What a part works with.

    Attributes
    ----------
    folder
        The package's folder, which nobody else sees yet.
    seal
        Short seal, empty for data parts.
    """

    session: Session
    printer: Printer
    folder: Path
    content: PlanContent
    request: ExportRequest
    seal: str
    check: Callable[[], None]
    """Raises Cancelled when the person stopped the export."""


@dataclass(frozen=True, slots=True)
class PartResult:
    """What a part did.

    Attributes
    ----------
    notes
        Translated sentences a person should read before handing the package out.
    memory
        JSON values the project remembers with the package.
    manifest
        JSON values for the manifest.
    records
        Records the project keeps when the package appears.
    """

    notes: tuple[str, ...] = ()
    memory: Mapping[str, Any] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)
    records: tuple[Record, ...] = ()


Part = Callable[[PartContext], PartResult]


def _comment_forms(context: PartContext) -> PartResult:
    from renovate_gui.app.form_part import comment_forms

    return comment_forms(context)


def _council_paper(context: PartContext) -> PartResult:
    from renovate_gui.app.council_paper import council_paper

    return council_paper(context)


def _atlas(context: PartContext) -> PartResult:
    from renovate_gui.app.sheet_atlas import atlas

    return atlas(context)


def _officials(context: PartContext) -> PartResult:
    from renovate_gui.app.official_files import officials_part

    return officials_part(context)


DATA_PARTS: tuple[Part, ...] = (_officials,)
PRINTED_PARTS: tuple[Part, ...] = (_comment_forms, _council_paper, _atlas)


def joined(results: list[PartResult]) -> PartResult:
    """Return several results as one."""
    memory: dict[str, Any] = {}
    manifest: dict[str, Any] = {}
    for result in results:
        memory |= result.memory
        manifest |= result.manifest
    return PartResult(
        tuple(n for r in results for n in r.notes),
        memory,
        manifest,
        tuple(record for r in results for record in r.records),
    )
