"""Which software computed something: what an auditor needs to get the same numbers again, and nothing about the person."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

import renovate_gui

_COMPUTING = ("numpy", "scipy", "shapely", "pyproj")


def program() -> str:
    """Return the program's name and version."""
    return f"renovate-gui {renovate_gui.__version__}"


def software() -> dict[str, str]:
    """Return versions of the program and of the libraries that compute, and the kind of machine."""
    import pyproj
    import shapely

    found = {
        "renovate-gui": renovate_gui.__version__,
        "python": platform.python_version(),
        "GEOS": shapely.geos_version_string,
        "PROJ": pyproj.proj_version_str,
        "machine": f"{platform.system()} {platform.machine()}",
    }
    for name in _COMPUTING:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # frozen into one file, without the packages' own records
            found[name] = ""
    return found
