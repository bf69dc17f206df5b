"""Put the page together: folium makes the map, everything is inlined, values go in last and only as escaped JSON."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from renovate_gui.assets import resource_path
from renovate_gui.io.package.verify import policy_hash

SCRIPTS = (
    "hash.js",
    "words.js",
    "state.js",
    "shapes.js",
    "map.js",
    "draw.js",
    "swipe.js",
    "qr.js",
    "cards.js",
    "extras.js",
    "send.js",
    "form.js",
)
"""In the order they run."""
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def assemble_page(payload: Mapping[str, Any], *, title: str) -> str:
    """Return the page.

    folium renders first and sees numbers only: it parses rendered text again as Jinja, so a value such as
    ``{{7*7}}`` would be evaluated in our process. All values arrive in one pass afterwards.
    """
    map_html, map_script = _folium_map()
    leaflet = _leaflet_folder()
    styles = [_leaflet_css(leaflet), (resource_path("page/page.css")).read_text(encoding="utf-8")]
    scripts = [_leaflet_js(leaflet), map_script]
    scripts += [resource_path(f"page/{name}").read_text(encoding="utf-8") for name in SCRIPTS]
    parts = {
        "LANG": "zh-CN" if payload["lang"] == "zh" else "en",
        "TITLE": html.escape(title),
        "POLICY": _policy(styles, scripts),
        "STYLES": "\n".join(f"<style>{s}</style>" for s in styles),
        "SCRIPTS": "\n".join(f"<script>{s}</script>" for s in scripts),
        "MAP": map_html,
        "DATA": script_json(payload),
    }
    shell = resource_path("page/page.html").read_text(encoding="utf-8")
    # one pass: an inserted value that looks like a place is not filled again
    return re.sub(r"@@([A-Z]+)@@", lambda found: parts[found[1]], shell)


def script_json(values: Any) -> str:
    """Return JSON that no HTML parser can mistake for markup, whatever the values are."""
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    escaped = re.sub("[<>&\u2028\u2029]", lambda found: _ESCAPES[found[0]], text)
    return re.sub("[\ud800-\udfff]", "\ufffd", escaped)


def _folium_map() -> tuple[str, str]:
    import folium

    made = folium.Map(
        location=[0.0, 0.0],
        tiles=None,
        zoom_start=16,
        prefer_canvas=True,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=0.25,
        max_zoom=22,
    )
    figure = folium.Figure()
    made.add_to(figure)
    figure.render()
    parts = (figure.html.render().strip(), figure.script.render().strip())
    # folium names its map at random; a fixed name lets our scripts find it and keeps the policy's hash the same
    markup, script = (part.replace(made.get_name(), "map_review") for part in parts)
    return markup, script


def _policy(styles: list[str], scripts: list[str]) -> str:
    script_hashes = " ".join(policy_hash(s) for s in scripts)
    style_hashes = " ".join(policy_hash(s) for s in styles)
    return (
        f"default-src 'none'; script-src {script_hashes}; style-src {style_hashes}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _leaflet_folder() -> Path:
    from xstatic.pkg import leaflet

    return Path(leaflet.BASE_DIR)


def _leaflet_js(folder: Path) -> str:
    text = (folder / "leaflet.js").read_text(encoding="utf-8")
    text = text.replace(
        'href="https://leafletjs.com"', 'href="#"'
    )  # its own mark, which this page does not show
    return re.sub(r"//# sourceMappingURL=\S+", "", text).replace("</script", "<\\/script").strip()


def _leaflet_css(folder: Path) -> str:
    # its pictures (layer switch, marker) are not used; the licence comment stays in leaflet.js
    text = (folder / "leaflet.css").read_text(encoding="utf-8")
    return re.sub(r"url\([^)]*\)", "none", text).strip()
