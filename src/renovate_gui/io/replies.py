"""Reply files of the review page: read with suspicion, refused with a reason (docs/formats.md)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from renovate_gui.assets import system_reason, tr
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.reply import Answer, Choice, Reply

FORMAT = "renovate-gui-reply"
FORMAT_VERSION = 1
MAX_BYTES = 1_000_000
MAX_COMMENT = 2_000
_WISHES = ("", "yes", "no", "conditional")
_LANGUAGES = ("zh", "en")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z")
_DEGREES = re.compile(r"-?\d{1,3}\.\d{6}")
_TEXT_FORM = re.compile(r"renovate-gui-reply:1:([A-Za-z0-9_\-\s]+):end")
_KEYS = {
    "format",
    "format_version",
    "package",
    "package_version",
    "id",
    "created",
    "lang",
    "answers",
    "wish",
    "building",
    "check",
}


@dataclass(frozen=True, slots=True)
class KnownPackage:
    """What the project remembers of a package it gave out: enough to check a reply."""

    uuid: Uuid
    version: int
    key: str  # hexadecimal
    proposals: frozenset[str]


def read_reply(path: Path, packages: Mapping[str, KnownPackage]) -> Reply:
    """Read one reply file.

    Parameters
    ----------
    path
        A ``.json`` file saved by the page, or a text file that holds the copied text form.
    packages
        The packages the project gave out, by UUID.

    Raises
    ------
    DataError
        With the reason, when the file is no reply, is foreign, damaged or forged.
    """
    return check_reply(_load(path), path.name, packages)


def check_reply(data: Mapping[str, Any], name: str, packages: Mapping[str, KnownPackage]) -> Reply:
    """Check a loaded reply: its shape, whose it is, whether it is whole, whether it answers what was asked."""
    _check_shape(data, name)
    package = packages.get(data["package"])
    if package is None:
        raise DataError(tr("{file} answers a package that this project did not give out.", file=name))
    if data["package_version"] != package.version:
        raise DataError(tr("{file} names a version that the package does not have.", file=name))
    if not hmac.compare_digest(reply_check(data, package.key), data["check"]):
        raise DataError(
            tr("{file} was changed after it was saved, or it was not made by our page.", file=name)
        )
    if {a["proposal"] for a in data["answers"]} - package.proposals:
        raise DataError(tr("{file} answers a proposal that was not in the package.", file=name))
    return _to_reply(data)


def canonical(data: Mapping[str, Any]) -> str:
    """Return the text that page and program sign alike: a JSON array in fixed order, no spaces, nothing escaped needlessly."""
    answers = [[a["proposal"], a["choice"], a["comment"], a["mark"]] for a in data["answers"]]
    values = [
        data["format"],
        data["format_version"],
        data["package"],
        data["package_version"],
        data["id"],
        data["created"],
        data["lang"],
        data["wish"],
        data["building"],
        answers,
    ]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def reply_check(data: Mapping[str, Any], key: str) -> str:
    """Return HMAC-SHA256 of the canonical text under the package's key, in hexadecimal.

    It finds damage, hand edits and foreign files. It does not stop a determined forger: the key lies in the page.
    """
    text = canonical(data).encode("utf-8", errors="surrogatepass")
    return hmac.new(bytes.fromhex(key), text, hashlib.sha256).hexdigest()


def to_text(data: Mapping[str, Any]) -> str:
    """Return the form for pasting into a message."""
    raw = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return f"renovate-gui-reply:1:{base64.urlsafe_b64encode(raw).decode().rstrip('=')}:end"


# -- reading ---------------------------------------------------------------------------------------------------
def _load(path: Path) -> dict[str, Any]:
    if path.exists() and not path.is_file():  # a folder, or a pipe that would be waited for without end
        raise DataError(tr("{file} is not a reply file.", file=path.name))
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DataError(
            tr("{file} cannot be read ({reason}).", file=path.name, reason=system_reason(error))
        ) from error
    if len(raw) > MAX_BYTES:
        raise DataError(tr("{file} is larger than 1 MB, so it is not a reply file.", file=path.name))
    try:
        text = raw.decode("utf-8-sig")
        found = _TEXT_FORM.search(text)
        if found:
            packed = re.sub(r"\s+", "", found[1])
            text = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode("utf-8")
        data = json.loads(text, parse_constant=_refuse, object_pairs_hook=_once)
    except (ValueError, RecursionError, binascii.Error) as error:
        raise DataError(tr("{file} is not a reply file.", file=path.name)) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise DataError(tr("{file} is not a reply file.", file=path.name))
    if data.get("format_version") != FORMAT_VERSION:
        raise DataError(tr("{file} is a reply of another version of the format.", file=path.name))
    return data


def _refuse(word: str) -> float:
    raise ValueError(word)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError("a key stands twice")
    return data


def _check_shape(data: Mapping[str, Any], name: str) -> None:
    good = (
        set(data) == _KEYS
        and _is_uuid(data["package"])
        and _is_uuid(data["id"])
        and _is_whole(data["package_version"])
        and _matches(_TIME, data["created"])
        and data["lang"] in _LANGUAGES
        and _is_text(data["building"], 100)
        and _matches(re.compile(r"[0-9a-f]{64}"), data["check"])
        and isinstance(data["answers"], list)
    )
    if not good:
        raise DataError(
            tr("{file} is damaged: a part of the reply is missing or has the wrong form.", file=name)
        )
    if data["wish"] not in _WISHES or not all(_is_known_choice(a) for a in data["answers"]):
        raise DataError(tr("{file} holds an answer that the page does not offer.", file=name))
    if not all(_is_answer(a) for a in data["answers"]):
        raise DataError(
            tr("{file} is damaged: a part of the reply is missing or has the wrong form.", file=name)
        )
    proposals = [a["proposal"] for a in data["answers"]]
    if len(set(proposals)) != len(proposals):
        raise DataError(tr("{file} answers the same proposal twice.", file=name))
    if not proposals and not data["wish"]:
        raise DataError(tr("{file} is empty: nothing was answered.", file=name))


def _is_known_choice(answer: Any) -> bool:
    if not isinstance(answer, dict) or "choice" not in answer:
        return True  # a question of form, judged by _is_answer
    return answer["choice"] is None or answer["choice"] in [c.value for c in Choice]


def _is_answer(answer: Any) -> bool:
    if not isinstance(answer, dict) or set(answer) != {"proposal", "choice", "comment", "mark"}:
        return False
    return (
        _is_uuid(answer["proposal"]) and _is_text(answer["comment"], MAX_COMMENT) and _is_mark(answer["mark"])
    )


def _is_mark(mark: Any) -> bool:
    if mark is None:
        return True
    if not isinstance(mark, list) or len(mark) != 2 or not all(_matches(_DEGREES, m) for m in mark):
        return False
    return abs(float(mark[0])) <= 180 and abs(float(mark[1])) <= 90


def _is_uuid(value: Any) -> bool:
    return _matches(_UUID, value)


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1_000_000


def _is_text(value: Any, longest: int) -> bool:
    return (
        isinstance(value, str) and len(value) <= longest and not any("\ud800" <= c <= "\udfff" for c in value)
    )


def _to_reply(data: Mapping[str, Any]) -> Reply:
    answers = tuple(
        Answer(
            Uuid(a["proposal"]),
            Choice(a["choice"]) if a["choice"] is not None else None,
            a["comment"],
            (float(a["mark"][0]), float(a["mark"][1])) if a["mark"] else None,
        )
        for a in data["answers"]
    )
    return Reply(
        Uuid(data["id"]),
        Uuid(data["package"]),
        int(data["package_version"]),
        data["created"],
        answers,
        data["wish"],
        data["building"],
    )
