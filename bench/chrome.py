"""Chromium driven over a pipe with the standard library alone: open a page from a file with every name refused."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from shutil import rmtree, which
from types import TracebackType
from typing import Any, Self

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-pipe",
)  # fmt: skip
_PATIENCE_S = 60.0
# the browser reads commands from descriptor 3 and answers on 4
_PIPES = """
import fcntl, os, sys
found = [fcntl.fcntl(int(word), fcntl.F_DUPFD, 10) for word in sys.argv[1:3]]
os.dup2(found[0], 3)
os.dup2(found[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


def chromium() -> str | None:
    """Return the browser's path, None where there is none."""
    return which("chromium") or which("chromium-browser") or which("google-chrome")


class Chrome:
    """One browser with one page; a context manager."""

    def __init__(self, *, home: Path | None = None) -> None:
        path = chromium()
        if path is None:
            raise RuntimeError("chromium is not installed")
        self._profile = Path(tempfile.mkdtemp(prefix="chrome-"))
        to_read, to_write = os.pipe()
        back_read, back_write = os.pipe()
        self._child = subprocess.Popen(
            [
                sys.executable,
                "-c",
                _PIPES,
                str(to_read),
                str(back_write),
                path,
                *_FLAGS,
                f"--user-data-dir={self._profile}",
                "about:blank",
            ],
            pass_fds=(to_read, back_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **({"HOME": str(home)} if home else {})},
        )
        os.close(to_read)
        os.close(back_write)
        self._out, self._in = to_write, back_read
        self._rest = b""
        self._number = 0
        self._session = ""
        self.events: list[dict[str, Any]] = []
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(t for t in targets if t["type"] == "page")
        self._session = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Self:
        """Return the browser."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the browser and remove its profile."""
        self.close()

    def close(self) -> None:
        """End the browser that was started here."""
        self._child.terminate()
        try:
            self._child.wait(20)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        os.close(self._out)
        os.close(self._in)
        rmtree(self._profile, ignore_errors=True)

    # -- the pipe ---------------------------------------------------------------------------------------------
    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Do one command of the DevTools protocol and return its result."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        raw = json.dumps(message).encode() + b"\0"
        while raw:
            raw = raw[os.write(self._out, raw) :]
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                break
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error'].get('message')}")
        result: dict[str, Any] = answer["result"]
        return result

    def _next(self) -> dict[str, Any]:
        until = time.monotonic() + _PATIENCE_S
        while b"\0" not in self._rest:
            ready = select.select([self._in], [], [], max(0.0, until - time.monotonic()))[0]
            piece = os.read(self._in, 1 << 20) if ready else b""
            if not piece:
                raise RuntimeError("Chromium does not answer")
            self._rest += piece
        first, self._rest = self._rest.split(b"\0", 1)
        value: dict[str, Any] = json.loads(first)
        return value

    def wait(self, method: str) -> dict[str, Any]:
        """Wait for an event and return what it says."""
        while True:
            for number, event in enumerate(self.events):
                if event.get("method") == method:
                    del self.events[: number + 1]
                    says: dict[str, Any] = event.get("params", {})
                    return says
            self.events.append(self._next())

    # -- what tests and measurements do -----------------------------------------------------------------------
    def size(self, width: int, height: int, *, scale: float = 1.0, is_phone: bool = False) -> None:
        """Set the window's inner size in CSS pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=is_phone,
        )

    def media(self, values: Mapping[str, str] | None = None, *, medium: str = "") -> None:
        """Say what the person prefers, such as ``prefers-reduced-motion``, or the medium ``print``."""
        features = [{"name": name, "value": value} for name, value in (values or {}).items()]
        self.call("Emulation.setEmulatedMedia", media=medium, features=features)

    def slow(self, rate: float) -> None:
        """Make the processor so many times slower."""
        self.call("Emulation.setCPUThrottlingRate", rate=rate)

    def open(self, path: Path) -> None:
        """Open a file and wait until it is loaded."""
        self.events.clear()
        self.call("Page.navigate", url=path.as_uri())
        self.wait("Page.loadEventFired")

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page; a promise is waited for."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise RuntimeError(json.dumps(found["exceptionDetails"])[:2000])
        return found["result"].get("value")

    def key(self, key: str, *, code: int = 0, shift: bool = False) -> None:
        """Press and release a key."""
        text = {"Enter": "\r", " ": " "}.get(key, "")
        values = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": 8 if shift else 0}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **values)
        self.call("Input.dispatchKeyEvent", type="keyUp", **values)

    def mouse(self, kind: str, x: float, y: float) -> None:
        """Send ``mousePressed``, ``mouseMoved`` or ``mouseReleased`` of the left button."""
        self.call(
            "Input.dispatchMouseEvent",
            type=kind,
            x=x,
            y=y,
            button="left",
            buttons=1,
            clickCount=1,
            pointerType="mouse",
        )

    def picture(self, path: Path, *, is_whole: bool = False) -> None:
        """Write what is seen, or the whole page, as PNG."""
        found = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=is_whole)
        path.write_bytes(base64.b64decode(found["data"]))

    def pdf(self, path: Path) -> None:
        """Print to PDF."""
        found = self.call("Page.printToPDF", preferCSSPageSize=True)
        path.write_bytes(base64.b64decode(found["data"]))

    def said(self) -> list[str]:
        """Return warnings and errors of the console since the page was opened, and what it asked the network for."""
        self.run("0")
        lines = []
        for event in self.events:
            says = event.get("params", {})
            if event.get("method") == "Runtime.exceptionThrown":
                lines.append(json.dumps(says["exceptionDetails"])[:500])
            if event.get("method") == "Log.entryAdded":
                lines.append(says["entry"]["text"])
            if event.get("method") == "Runtime.consoleAPICalled" and says["type"] in ("error", "warning"):
                lines.append(str(says["args"])[:500])
            if event.get("method") == "Network.requestWillBeSent":
                address = says["request"]["url"]
                if not address.startswith(("file:", "data:", "blob:")):
                    lines.append(f"asked for {address}")
        return lines
