"""Renew old residential communities: needs, gaps, proposals and the residents' council on one map."""

__version__ = "0.1.0"
