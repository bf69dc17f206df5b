"""The only place that knows where resources lie: in the package first, in the checkout second."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_CHECKOUT = _PACKAGE.parent.parent


def _find(folder: str, name: str) -> Path:
    for base in (_PACKAGE, _CHECKOUT):
        path = base / folder / name
        if path.exists():
            return path
    raise FileNotFoundError(f"{folder}/{name}")


def resource_path(name: str) -> Path:
    """Return the path of a file or folder in ``resources/``; raise FileNotFoundError when it is not there."""
    return _find("resources", name)


def sample_path(name: str = "") -> Path:
    """Return the path of a file or folder in ``sample_maps/``; raise FileNotFoundError when it is not there."""
    return _find("sample_maps", name)
