"""The one door: files of all kinds in one heap, series of codes in several pictures, nothing silently dropped."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import segno
import shapely

from renovate_gui.app.session import Session
from renovate_gui.domain.errors import Cancelled
from renovate_gui.domain.ids import Uuid, new_uuid
from renovate_gui.domain.reply import Channel
from renovate_gui.io.replies import reply_check, to_text

PACKAGE = Uuid("11111111-1111-4111-8111-111111111111")
KEY = "ab" * 32


@pytest.fixture
def session(tmp_path: Path):
    with Session.create(tmp_path / "甲.gpkg", title="甲", crs="EPSG:4545") as made:
        made.proposals.add(shapely.Point(362000, 3271000), title="路灯")
        held = {"key": KEY, "proposals": [p.uuid for p in made.proposals.all()]}
        with made.project.action("package") as writer:
            writer.put_package(PACKAGE, 1, held)
        yield made


def message(session: Session, comment: str = "") -> str:
    data: dict[str, Any] = {
        "format": "renovate-gui-reply", "format_version": 2, "package": PACKAGE, "package_version": 1,
        "id": new_uuid(), "created": "2026-05-02T10:00:00Z", "lang": "zh", "wish": "", "building": "3 栋",
        "answers": [
            {"proposal": session.proposals.all()[0].uuid, "choice": "agree", "comment": comment, "mark": None}
        ],
    }  # fmt: skip
    return to_text(data | {"check": reply_check(data, KEY)})


def codes(text: str, folder: Path, count: int = 3) -> list[Path]:
    """Write the series of codes that a phone would show, one picture each."""
    packed = "z" + text.split(":")[2]
    name = hashlib.sha256(packed.encode()).hexdigest()[:8]
    size = -(-len(packed) // count)
    paths = []
    for i in range(count):
        path = folder / f"photo {name} {i}.png"
        part = f"RGQ2:{name}:{i + 1}/{count}:{packed[i * size : (i + 1) * size]}"
        segno.make(part, error="m").save(str(path), scale=6, border=6)
        paths.append(path)
    return paths


def read(session: Session, *paths: Path):
    return session.council.prepare_replies(paths).run()


def test_a_mixed_heap_gives_one_outcome_for_each_thing(session: Session, tmp_path: Path) -> None:
    (tmp_path / "chat.txt").write_text(f"阿姨发来的：{message(session)}", encoding="utf-8")
    (tmp_path / "empty.json").write_text("{}", encoding="utf-8")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    photos = codes(message(session), tmp_path)
    found = read(session, tmp_path / "chat.txt", photos[2], tmp_path / "empty.json", photos[0], tmp_path / "broken.pdf", photos[1])  # fmt: skip
    assert [o.accepted for o in found] == [True, False, True, False]
    assert all(o.reason for o in found if not o.accepted)
    assert {e.reply.extra.channel for e in session.ledger.rows()} == {Channel.TEXT, Channel.QR}


def test_a_missing_code_is_named_and_may_come_later(session: Session, tmp_path: Path) -> None:
    photos = codes(message(session, "很好" * 40), tmp_path)
    (first,) = read(session, photos[0], photos[2])
    assert not first.accepted
    assert "2 of 3" in first.reason
    (second,) = read(session, photos[1])
    assert second.accepted
    assert len(session.project.replies()) == 1
    (again,) = read(session, *photos)
    assert not again.accepted
    assert "counts once" in again.reason


def test_the_same_reply_from_two_channels_counts_once(session: Session, tmp_path: Path) -> None:
    text = message(session)
    assert session.council.paste(text)[0].accepted
    (found,) = read(session, *codes(text, tmp_path, 2))
    assert "counts once" in found.reason
    assert len(session.project.replies()) == 1


def test_a_forged_message_is_refused_with_its_reason(session: Session) -> None:
    other = message(session)
    with session.project.action("another key") as writer:
        writer.put_package(
            PACKAGE, 1, {"key": "cd" * 32, "proposals": [p.uuid for p in session.proposals.all()]}
        )
    (found,) = session.council.paste(other)
    assert not found.accepted
    assert "changed after" in found.reason


def test_a_cancelled_heap_leaves_nothing(session: Session, tmp_path: Path) -> None:
    (tmp_path / "chat.txt").write_text(message(session), encoding="utf-8")
    with pytest.raises(Cancelled):
        session.council.prepare_replies([tmp_path / "chat.txt"]).run(is_cancelled=lambda: True)
    assert session.project.replies() == ()
