"""Fixtures for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of reference data beside the checkout; skip where it is absent."""
    path = CHECKOUT.parent / "shared"
    if not (path / "data").is_dir():
        pytest.skip("the reference data folder beside the checkout is absent")
    return path


@pytest.fixture(scope="session")
def sample() -> Path:
    """Return the folder of the sample community."""
    return CHECKOUT / "sample_maps"


@pytest.fixture(autouse=True, scope="session")
def _own_places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep working copies, rescued projects and logs of tests out of a person's own folders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RENOVATE_DATA", str(tmp_path_factory.mktemp("data")))
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Begin and end every test in English."""
    from renovate_gui.assets import set_language

    set_language("en")
    yield
    set_language("en")
