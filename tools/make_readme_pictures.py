"""Make the README's pictures from the program as it is: window, printed sheet, page on a phone, in both languages.

    .venv/bin/python tools/make_readme_pictures.py

Needs pdftoppm (poppler-utils) and Chromium. The bundled font is lent to Chromium, so that Chinese shows on a machine without
Chinese fonts.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

CHECKOUT = Path(__file__).resolve().parent.parent
TARGET = CHECKOUT / "docs" / "images"
PHONE = (500, 812)
BROWSER_FRAME_PX = 88  # what headless Chromium takes from the window's height
CHROMIUM = (
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip


def run(*words: str | Path, **environment: str) -> None:
    """Run a command quietly; stop when it fails."""
    subprocess.run(
        [str(w) for w in words], check=True, capture_output=True, env={**os.environ, **environment}
    )


def keep(source: Path, name: str, *, width: int) -> None:
    """Store a picture at a width, with few enough colours to be small."""
    picture = Image.open(source).convert("RGB")
    size = (width, round(picture.height * width / picture.width))
    small = picture.resize(size, Image.Resampling.LANCZOS).quantize(256, dither=Image.Dither.NONE)
    small.save(TARGET / name, optimize=True)


def make(language: str, suffix: str, folder: Path) -> None:
    """Run the demo in a language and take its pictures."""
    out = folder / language
    run(sys.executable, "-m", "renovate_gui", "--lang", language, "demo", "--out", out, "--no-window")
    keep(out / "window-gaps.png", f"window-gaps{suffix}.png", width=1400)
    keep(out / "window-needs.png", f"window-needs{suffix}.png", width=1400)
    run(sys.executable, CHECKOUT / "tools" / "picture_history.py", language, out)
    for name in ("window-history", "window-merge"):
        keep(out / f"{name}.png", f"{name}{suffix}.png", width=1400)
    run(sys.executable, CHECKOUT / "tools" / "picture_why.py", language, out / "window-why.png")
    keep(out / "window-why.png", f"window-why{suffix}.png", width=1400)
    package = next((out / "package").iterdir())
    run("pdftoppm", "-r", "85", "-f", "5", "-l", "5", "-png", package / "handout.pdf", out / "sheet")
    keep(next(out.glob("sheet-*.png")), f"sheet{suffix}.png", width=1200)
    home = folder / "home"
    (home / ".fonts").mkdir(parents=True, exist_ok=True)
    for font in (CHECKOUT / "resources" / "fonts").glob("*SC*.otf"):
        shutil.copy(font, home / ".fonts")
    size = f"--window-size={PHONE[0]},{PHONE[1] + BROWSER_FRAME_PX}"
    shot = out / "phone.png"
    run(
        *CHROMIUM, size, f"--user-data-dir={out / 'browser'}", f"--screenshot={shot}",
        (package / "review.html").as_uri(), HOME=str(home),
    )  # fmt: skip
    Image.open(shot).crop((0, 0, *PHONE)).save(shot)
    keep(shot, f"phone{suffix}.png", width=PHONE[0])


def main() -> None:
    """Make all pictures."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        make("en", "", Path(folder))
        make("zh_CN", ".zh_CN", Path(folder))


if __name__ == "__main__":
    main()
