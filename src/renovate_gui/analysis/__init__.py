"""Reach, gaps, heat; arrays in, frozen results out."""
