"""What decides about the findings of the leak report."""

from __future__ import annotations

import argparse

from renovate_gui.assets import tr


def export_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``export``."""
    parser.add_argument(
        "--black-out",
        action="store_true",
        help=tr("black out telephone and flat numbers, names and the like in all texts"),
    )
    parser.add_argument(
        "--map-number",
        default="",
        metavar="NUMBER",
        help=tr("number of the approved base map for a public notice; without one it is a schematic"),
    )
    parser.add_argument(
        "--accept-leak",
        action="append",
        default=[],
        metavar="KEY",
        help=tr("let a finding of the leak report pass; may stand several times"),
    )
