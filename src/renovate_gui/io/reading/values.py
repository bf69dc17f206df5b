"""What the reading side hands to the rooms above: frozen values and plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class InspectedLayer:
    """A layer as found in a source file; ``encodings`` are the text encodings that fit, best first, with a reason each.

    ``encoding`` is empty when several fit about equally well: then a person must say.
    """

    name: str
    geometry_type: str
    features: int
    columns: tuple[str, ...]
    crs: str
    encoding: str
    driver: str
    bounds: Bounds | None
    sample: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    encodings: tuple[tuple[str, str], ...] = ()
    coordinate_columns: tuple[str, ...] = ()  # of a table: where its coordinates stand


@dataclass(frozen=True, slots=True)
class InspectedFile:
    """All layers of a file, and what is wrong with it."""

    layers: tuple[InspectedLayer, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawLayer:
    """All rows of a source layer.

    Attributes
    ----------
    rows
        Row numbers in the source, shape ``(n,)``.
    wkb
        Geometries as well-known binary in source coordinates, ``None`` where missing, length ``n``.
    columns
        ``float64`` (NaN missing) or ``object`` text (None missing) arrays of shape ``(n,)``.
    refusals
        Rows the driver could not hand over, with the reason; they are not among ``rows``.
    """

    rows: NDArray[np.int64]
    wkb: list[bytes | None]
    columns: Mapping[str, NDArray[Any]]
    crs: str
    encoding: str
    driver: str
    refusals: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()
