"""From the sheets of one form to one reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from renovate_gui.app.scan_records import ScannedSheet, named_uuid
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.reply import Answer, Channel, Choice, Mark, Reply, ReplyExtra

if TYPE_CHECKING:
    from renovate_gui.app.form_codes import Household

MOST_TEXT = 2_000


def form_key(sheet: ScannedSheet) -> str:
    """Return which form a sheet belongs to: its household's or copy's; an open form without a number stands alone."""
    assert sheet.code is not None
    code = sheet.code
    own = (
        f"household {code.household}" if code.household else f"copy {code.copy}" if code.copy else sheet.uuid
    )
    return f"{code.package} {code.version} {own}"


def reply_of(sheets: Sequence[ScannedSheet], crs: str, household: Household | None) -> Reply | None:
    """Return the reply of a form's sheets in their order, or None when nothing stands on them.

    Parameters
    ----------
    crs
        The CRS of the marks; they become WGS84.
    household
        Whom the form was printed for, when it was.
    """
    ordered = sorted(sheets, key=lambda s: (s.code.sheet if s.code else 0, s.at))
    if not ordered or not any(s.says_something for s in ordered):
        return None
    code = ordered[0].code
    assert code is not None
    ticked = frozenset().union(*(s.ticked() for s in ordered))
    texts = {k: v for s in ordered for k, v in s.texts().items()}
    extra = ReplyExtra(
        Channel.PAPER,
        code.household,
        household.stairwell if household else "",
        _ranks(texts),
        tuple(sorted(_options(ticked, "need"))),
        next(iter(_options(ticked, "management")), ""),
        marks=_marks(ordered, crs),
        scans=tuple(s.uuid for s in ordered),
    )
    return Reply(
        named_uuid("form", form_key(ordered[0])),
        code.package,
        code.version,
        min(s.at for s in ordered),
        _answers(ticked, texts),
        next(iter(_options(ticked, "wish")), ""),
        household.building if household else texts.get("home", "")[:100],
        extra,
    )


def _answers(ticked: frozenset[str], texts: dict[str, str]) -> tuple[Answer, ...]:
    choices: dict[str, Choice | None] = {}
    for key in sorted(ticked):
        group, _, rest = key.partition(":")
        proposal, _, option = rest.partition(":")
        if group == "answer" and option in set(Choice):
            choices[proposal] = Choice(option)
    words = {}
    for key, text in texts.items():
        group, _, proposal = key.partition(":")
        if group == "comment" and len(proposal) == 36:
            choices.setdefault(proposal, None)
            words[proposal] = text[:MOST_TEXT]
    return tuple(Answer(Uuid(p), c, words.get(p, "")) for p, c in choices.items())


def _options(ticked: frozenset[str], group: str) -> list[str]:
    return sorted(key.partition(":")[2] for key in ticked if key.startswith(f"{group}:"))


def _ranks(texts: dict[str, str]) -> tuple[str, ...]:
    """Return the menu's codes in the order of the numbers that people read in the boxes."""
    numbers = {k.partition(":")[2]: v for k, v in texts.items() if k.startswith("rank:") and v.isdecimal()}
    return tuple(sorted(numbers, key=lambda code: (int(numbers[code]), code)))


def _marks(sheets: Sequence[ScannedSheet], crs: str) -> tuple[Mark, ...]:
    from renovate_gui.geo import crs as systems

    drawn = [m for s in sheets for m in s.marks]
    if not drawn:
        return ()
    shapes = np.empty(len(drawn), dtype=object)
    shapes[:] = [m.geometry for m in drawn]
    moved = systems.transform(shapes, crs, systems.WGS84)
    return tuple(Mark(shape, mark.colour) for shape, mark in zip(moved, drawn, strict=True))
