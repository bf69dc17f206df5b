"""The crash harness: kills, failing disks and power cuts against the real program, and what must hold afterwards."""
