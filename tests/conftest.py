"""Fixtures for all tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

CHECKOUT = Path(__file__).resolve().parent.parent
PATIENCE_MS = 60_000
"""A machine may be slow; waiting for what comes costs nothing more."""


class PatientBot(QtBot):
    """Waits at least so long, however short a wait a test asks for."""

    def waitUntil(self, callback: Callable[[], object], *, timeout: int = PATIENCE_MS) -> None:
        """Wait until something is so."""
        super().waitUntil(callback, timeout=max(timeout, PATIENCE_MS))

    def waitSignal(self, signal: object, *, timeout: int = PATIENCE_MS, **more: Any) -> Any:
        """Wait for a signal."""
        return super().waitSignal(signal, timeout=max(timeout, PATIENCE_MS), **more)


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> PatientBot:
    """Return a robot that is patient."""
    return PatientBot(request)


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
