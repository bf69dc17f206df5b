"""``demo``: the sample community through every stage."""

from __future__ import annotations

import argparse

from renovate_gui.cli.services import Services


def demo(options: argparse.Namespace, services: Services) -> int:
    """Build the sample project, write everything, say where."""
    raise NotImplementedError
