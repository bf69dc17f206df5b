"""Gives the tests of scanned forms the module that draws and scans them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def sheets() -> ModuleType:
    """Return the generator of answered and badly scanned forms."""
    spec = importlib.util.spec_from_file_location("scan_sheets", Path(__file__).parent / "sheets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["scan_sheets"] = module
    spec.loader.exec_module(module)
    return module
