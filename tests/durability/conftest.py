"""The crash harness is a package beside the tests that use it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

collect_ignore = ["run.py", "crash_harness"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave everything out where processes cannot be forked."""
    if sys.platform == "win32":
        skip = pytest.mark.skip(reason="children are forked")
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(skip)
