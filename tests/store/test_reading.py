"""Reading beside a writer: the last committed state, at once, and never anything half."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest

from renovate_gui.store.connection import connect, harden, make_durable
from renovate_gui.store.reading import ReadBeside

PATIENCE_S = 10.0


class Desk:
    """A file with one table, its writing connection, and readers beside."""

    def __init__(self, path: Path) -> None:
        self.db = connect(path, create=True)
        harden(self.db)
        make_durable(self.db)
        self.db.execute("CREATE TABLE t (n INTEGER, filling BLOB); INSERT INTO t VALUES (0, NULL)").fetchall()
        self.lock = threading.RLock()
        self.file: Path | None = path
        self.actor: int | None = None
        self.beside = ReadBeside(self.waiting, self.is_acting, lambda: self.file)

    @contextmanager
    def waiting(self) -> Iterator[apsw.Connection]:
        with self.lock:
            yield self.db

    def is_acting(self) -> bool:
        return self.actor == threading.get_ident()

    @contextmanager
    def action(self) -> Iterator[None]:
        with self.lock, self.beside.acting(self.db):
            self.db.execute("BEGIN IMMEDIATE")
            self.actor = threading.get_ident()
            try:
                yield
                self.beside.before_commit()
                self.db.execute("COMMIT")
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            finally:
                self.actor = None

    def write(self, number: int, rows: int = 0) -> None:
        self.db.execute("UPDATE t SET n=?", (number,))
        self.db.executemany("INSERT INTO t VALUES (?, ?)", ((number, bytes(2000)) for _ in range(rows)))

    def read(self) -> set[int]:
        with self.beside.reading() as db:
            return {row[0] for row in db.execute("SELECT DISTINCT n FROM t")}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "a.db")
    yield made
    made.beside.close()
    made.db.close()


def elsewhere(work: object) -> list[object]:
    """Do something in another thread; fail when it does not come back."""
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(work()), daemon=True)  # type: ignore[operator]
    thread.start()
    thread.join(PATIENCE_S)
    assert not thread.is_alive(), "the reader waits"
    return found


def test_a_reader_sees_the_state_before_an_action_that_goes_on(desk: Desk) -> None:
    with desk.action():
        desk.write(1, rows=20_000)  # 40 MB: without room SQLite would spill them and shut readers out
        assert elsewhere(desk.read) == [{0}]
        assert desk.read() == {1}  # its own thread sees what it has written
    assert elsewhere(desk.read) == [{1}]
    assert desk.read() == {1}


def test_a_rolled_back_action_leaves_readers_as_they_were(desk: Desk) -> None:
    with pytest.raises(ZeroDivisionError), desk.action():  # noqa: PT012
        desk.write(1)
        raise ZeroDivisionError
    with desk.action():
        desk.write(2)
        assert elsewhere(desk.read) == [{0}]
    assert desk.read() == {2}


def test_a_commit_waits_for_the_reader_and_a_reader_for_the_commit(desk: Desk) -> None:
    begun, go_on, order = threading.Event(), threading.Event(), []

    def slow() -> None:
        with desk.beside.reading() as db:
            first = db.execute("SELECT n FROM t").get
            begun.set()
            go_on.wait(PATIENCE_S)
            order.append(("read", first, db.execute("SELECT n FROM t").get))

    thread = threading.Thread(target=slow, daemon=True)
    with desk.action():
        desk.write(1)
        thread.start()
        assert begun.wait(PATIENCE_S)
        threading.Timer(0.2, go_on.set).start()
    order.append(("committed", 1, 1))
    thread.join(PATIENCE_S)
    assert order == [("read", 0, 0), ("committed", 1, 1)]


def test_many_readers_never_see_anything_half(desk: Desk) -> None:
    with desk.action():
        desk.write(0, rows=50)
    stop, seen = threading.Event(), []

    def watch() -> None:
        while not stop.is_set():
            seen.append(desk.read())

    threads = [threading.Thread(target=watch, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 30):
        with desk.action():
            desk.write(number)
    stop.set()
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
    assert all(len(numbers) == 1 for numbers in seen)
    assert desk.read() == {29}


def test_readers_inside_readers_share_a_connection(desk: Desk) -> None:
    def nested() -> bool:
        with desk.beside.reading() as one, desk.beside.reading() as other:
            return one is other and one is not desk.db

    with desk.action():
        assert elsewhere(nested) == [True]


def test_without_a_file_to_read_beside_a_reader_waits(desk: Desk) -> None:
    desk.file = None
    found: list[set[int]] = []
    thread = threading.Thread(target=lambda: found.append(desk.read()), daemon=True)
    with desk.action():
        desk.write(5)
        thread.start()
        thread.join(0.2)
        assert thread.is_alive()
    thread.join(PATIENCE_S)
    assert found == [{5}]


def test_nobody_writes_through_the_second_connection(desk: Desk) -> None:
    def try_it() -> str:
        with desk.beside.reading() as db:
            try:
                db.execute("UPDATE t SET n=9")
            except apsw.ReadOnlyError:
                return "refused"
        return "written"

    with desk.action():
        assert elsewhere(try_it) == ["refused"]
