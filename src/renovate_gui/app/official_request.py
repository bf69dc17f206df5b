"""What data for a receiving system is asked for; light, so that every export may name it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT = "rg"
"""The field table of our own names."""


@dataclass(frozen=True, slots=True)
class OfficialRequest:
    """What a receiver is sent.

    Attributes
    ----------
    receiver
        Code of a field table of ours, or the path of a CSV.
    given
        What the sender states once, by field code.
    formats
        Some of those the table names; empty: all of them.
    despite
        Whether to write although mandatory values are missing.
    ogc
        Whether a folder shaped like OGC API Features is written too.
    """

    receiver: str = DEFAULT
    given: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    despite: bool = False
    ogc: bool = True
