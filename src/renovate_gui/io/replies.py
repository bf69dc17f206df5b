"""Reply files of the review page: read with suspicion, refused with a reason (docs/formats.md)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from renovate_gui.assets import system_reason, tr
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.reply import Answer, Channel, Choice, Reply
from renovate_gui.io import reply_parts as parts

FORMAT = "renovate-gui-reply"
FORMAT_VERSION = 2
"""What the page writes; version 1 is still read."""
MAX_BYTES = 1_000_000
MAX_COMMENT = 2_000
_WISHES = ("", "yes", "no", "conditional")
_LANGUAGES = ("zh", "en")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z")
_TEXT_FORM = re.compile(r"renovate-gui-reply:(1|2p|2z):([A-Za-z0-9_\-\s]+):end")
_SIGNED = (
    "format",
    "format_version",
    "package",
    "package_version",
    "id",
    "created",
    "lang",
    "wish",
    "building",
)
_ANSWER = ("proposal", "choice", "comment", "mark")
_KEYS = {*_SIGNED, "answers", "check"}


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
    text = _text_of(path)
    channel = Channel.TEXT if _TEXT_FORM.search(text) else Channel.PAGE
    return check_reply(_load(text, path.name), path.name, packages, channel)


def read_message(
    text: str, name: str, packages: Mapping[str, KnownPackage], channel: Channel = Channel.TEXT
) -> Reply:
    """Read the first reply in a pasted message, or in the text that a series of codes gave.

    Parameters
    ----------
    name
        What to call it when it is refused.
    """
    return check_reply(_load(text, name), name, packages, channel)


def check_reply(
    data: Mapping[str, Any],
    name: str,
    packages: Mapping[str, KnownPackage],
    channel: Channel = Channel.PAGE,
) -> Reply:
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
    named = {a["proposal"] for a in data["answers"]} | parts.proposals_of(data)
    if named - package.proposals:
        raise DataError(tr("{file} answers a proposal that was not in the package.", file=name))
    return _to_reply(data, channel)


def canonical(data: Mapping[str, Any]) -> str:
    """Return the text that page and program sign alike: a JSON array in fixed order, no spaces, nothing escaped needlessly."""
    values = [data[name] for name in _SIGNED]
    values.append([[answer[name] for name in _ANSWER] for answer in data["answers"]])
    if data["format_version"] != 1:
        values += parts.signed_parts(data)
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def reply_check(data: Mapping[str, Any], key: str) -> str:
    """Return HMAC-SHA256 of the canonical text under the package's key, in hexadecimal.

    It finds damage, hand edits and foreign files. It does not stop a determined forger: the key lies in the page.
    """
    text = canonical(data).encode("utf-8", errors="surrogatepass")
    return hmac.new(bytes.fromhex(key), text, hashlib.sha256).hexdigest()


def to_text(data: Mapping[str, Any]) -> str:
    """Return the form for pasting into a message: what is signed and its check, deflated."""
    if data["format_version"] == 1:
        raw = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        return f"renovate-gui-reply:1:{_base64(raw)}:end"
    values = [*json.loads(canonical(data)), data["check"]]
    raw = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    packer = zlib.compressobj(9, wbits=-15)
    return f"renovate-gui-reply:2z:{_base64(packer.compress(raw) + packer.flush())}:end"


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


# -- reading ---------------------------------------------------------------------------------------------------
def _text_of(path: Path) -> str:
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
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(tr("{file} is not a reply file.", file=path.name)) from error


def _load(text: str, name: str) -> dict[str, Any]:
    try:
        found = _TEXT_FORM.search(text)
        loaded = _json(_unpacked(found[1], found[2]) if found else text)
        data = _named(loaded) if found and found[1] != "1" else loaded
    except (ValueError, RecursionError, TypeError, zlib.error, binascii.Error) as error:
        raise DataError(tr("{file} is not a reply file.", file=name)) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise DataError(tr("{file} is not a reply file.", file=name))
    version = data.get("format_version")
    if version not in (1, FORMAT_VERSION):
        raise DataError(tr("{file} is a reply of another version of the format.", file=name))
    return data


def _json(text: str) -> Any:
    return json.loads(text, parse_constant=_refuse, object_pairs_hook=_once)


def _unpacked(kind: str, packed: str) -> str:
    packed = re.sub(r"\s+", "", packed)
    raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    if kind == "2z":  # no more than a reply may have: a few bytes can unpack to a flood
        opened = zlib.decompressobj(-15)
        raw = opened.decompress(raw, MAX_BYTES)
        if not opened.eof:
            raise ValueError("cut off, or too long")
    return raw.decode("utf-8")


def _named(values: Any) -> dict[str, Any]:
    """Return the reply from the text form's array: what is signed in its order, then the check."""
    if not isinstance(values, list) or len(values) != len(_SIGNED) + 1 + len(parts.EMPTY) + 1:
        raise ValueError("not a reply")
    data = dict(zip(_SIGNED, values, strict=False))
    data["answers"] = [dict(zip(_ANSWER, answer, strict=True)) for answer in values[len(_SIGNED)]]
    return data | parts.parts_of(values[len(_SIGNED) + 1 : -1]) | {"check": values[-1]}


def _refuse(word: str) -> float:
    raise ValueError(word)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError("a key stands twice")
    return data


def _check_shape(data: Mapping[str, Any], name: str) -> None:
    version = data.get("format_version")
    allowed = _KEYS if version == 1 else {*_KEYS, *parts.EMPTY}
    good = (
        set(data) >= _KEYS
        and set(data) <= allowed
        and data["format"] == FORMAT
        and _is_whole(version)
        and version in (1, FORMAT_VERSION)
        and _is_uuid(data["package"])
        and _is_uuid(data["id"])
        and _is_whole(data["package_version"])
        and _matches(_TIME, data["created"])
        and data["lang"] in _LANGUAGES
        and parts.is_text(data["building"], 100)
        and _matches(re.compile(r"[0-9a-f]{64}"), data["check"])
        and isinstance(data["answers"], list)
        and parts.are_sound(data)
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
    if parts.spent(data) > parts.POINTS:
        raise DataError(tr("{file} gives away more than {n} points.", file=name, n=parts.POINTS))
    if not proposals and not data["wish"] and not parts.say_something(data):
        raise DataError(tr("{file} is empty: nothing was answered.", file=name))


def _is_known_choice(answer: Any) -> bool:
    if not isinstance(answer, dict) or "choice" not in answer:
        return True  # a question of form, judged by _is_answer
    return answer["choice"] is None or answer["choice"] in [c.value for c in Choice]


def _is_answer(answer: Any) -> bool:
    if not isinstance(answer, dict) or set(answer) != {"proposal", "choice", "comment", "mark"}:
        return False
    return (
        _is_uuid(answer["proposal"])
        and parts.is_text(answer["comment"], MAX_COMMENT)
        and (answer["mark"] is None or parts.is_place(answer["mark"]))
    )


def _is_uuid(value: Any) -> bool:
    return _matches(_UUID, value)


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1_000_000


def _to_reply(data: Mapping[str, Any], channel: Channel) -> Reply:
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
        parts.to_extra(data, channel),
    )
