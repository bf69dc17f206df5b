"""The map canvas: cached tiles, overlays, floating cards."""
