"""Painting maps, pages and PDFs."""
