"""Datums, projections, the walking network and spatial indexes."""
