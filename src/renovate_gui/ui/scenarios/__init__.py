"""Scenarios in the window: choose, make, lock, compare."""
