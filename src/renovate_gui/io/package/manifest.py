"""The manifest: every file's SHA-256, what the figures rest on, and two seals."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FORMAT = "renovate-gui-package"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
_SEALED_CONTENT = ("data/", "register.")
_CHUNK = 1 << 20


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def list_files(folder: Path) -> list[dict[str, Any]]:
    """Return path, size and hash of every file below a package folder except the manifest, sorted by path."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    entries = [
        {"path": p.relative_to(folder).as_posix(), "bytes": p.stat().st_size, "sha256": sha256_of(p)}
        for p in files
    ]
    return sorted((e for e in entries if e["path"] != MANIFEST), key=lambda e: str(e["path"]))


def content_seal(files: list[dict[str, Any]], package: str) -> str:
    """Return the seal that stands on every printed page: over the data and the register, which exist before the page.

    SHA-256 of the package's UUID and of one ``<sha256> <path>`` line per file of ``data/`` and ``register.*``.
    """
    lines = [f"{e['sha256']} {e['path']}\n" for e in files if str(e["path"]).startswith(_SEALED_CONTENT)]
    return hashlib.sha256((package + "\n" + "".join(lines)).encode()).hexdigest()


def short_seal(seal: str) -> str:
    """Return the eight characters a person compares: ``7F3A-91C2``."""
    return f"{seal[:4]}-{seal[4:8]}".upper()


def manifest_seal(manifest: Mapping[str, Any]) -> str:
    """Return SHA-256 over the canonical JSON of the manifest without its own ``manifest`` seal."""
    seal = {k: v for k, v in manifest.get("seal", {}).items() if k != "manifest"}
    body = json.dumps(
        {**manifest, "seal": seal}, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return hashlib.sha256(body.encode()).hexdigest()


def write_manifest(folder: Path, values: Mapping[str, Any]) -> dict[str, Any]:
    """Hash what lies in the folder, seal it together with ``values`` and write ``manifest.json``; return it.

    ``values`` must hold ``package`` (the UUID); see docs/formats.md for the other keys.
    """
    files = list_files(folder)
    manifest: dict[str, Any] = {"format": FORMAT, "format_version": FORMAT_VERSION, **values, "files": files}
    content = content_seal(files, str(values["package"]))
    manifest["seal"] = {"content": content, "short": short_seal(content)}
    manifest["seal"]["manifest"] = manifest_seal(manifest)
    text = json.dumps(manifest, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
    return manifest
