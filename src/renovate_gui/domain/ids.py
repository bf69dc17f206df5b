"""Row keys and names that two machines never give twice."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from typing import NewType

LayerId = NewType("LayerId", int)
FeatureId = NewType("FeatureId", int)
Uuid = NewType("Uuid", str)


def new_row_id() -> int:
    """Return a random positive 53-bit integer, exact in JavaScript and in doubles too."""
    return secrets.randbits(52) + 1


def new_uuid() -> Uuid:
    """Return a random UUID (version 4) in its canonical text form."""
    return Uuid(str(uuid.uuid4()))


def row_id_of(*names: str) -> int:
    """Return the row key of what has a name of its own: a positive 53-bit integer, the same on every machine."""
    digest = hashlib.sha256("\0".join(names).encode("utf-8", "surrogatepass")).digest()
    return (int.from_bytes(digest[:8], "big") >> 12) + 1
