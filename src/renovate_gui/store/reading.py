"""A second connection that reads the last committed state while another thread writes.

In rollback-journal mode SQLite lets others read until the writer begins to change the file itself. That is at COMMIT,
or earlier when the changed pages no longer fit into the writer's cache and are spilled; then nobody may read any more
until the end. So the writing connection gets room, and only COMMIT is alone with the file: a reader waits for the moment
of writing to the disk, not for a whole import.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import apsw

from renovate_gui.store.connection import connect, harden

MOST_SPARED_PAGES = 131_072
"""Changed pages that stay in memory until COMMIT: 512 MB of 4096 bytes, two million parcels. A larger transaction spills."""


class ReadBeside:
    """Lends a connection for reading: to the thread of an open action the writing one, to all others a second one.

    Also while nobody writes: a lock that readers take all the time would keep a writer waiting without end. Whoever reads beside must ask nothing that waits for the writing connection, or the two wait for each other.

    Parameters
    ----------
    waiting
        Waits for the writing connection and lends it.
    is_acting
        Returns whether the asking thread has an action open.
    file
        Returns the file that is written, None while there is nothing to read beside (a project kept in memory).
    """

    def __init__(
        self,
        waiting: Callable[[], AbstractContextManager[apsw.Connection]],
        is_acting: Callable[[], bool],
        file: Callable[[], Path | None],
    ) -> None:
        self._waiting, self._is_acting, self._file = waiting, is_acting, file
        self._second: tuple[Path, apsw.Connection] | None = None
        self._prepared: apsw.Connection | None = None
        self._gate = threading.Condition()
        self._reader: int | None = None  # the thread that reads beside
        self._is_committing = False

    @contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        """Lend a connection; what is read through it belongs to one committed state.

        Only the thread of an open action reads what that has written so far. When there is nothing to read beside, or
        another program writes into the file, it is the writing connection that is waited for.
        """
        if self._reader == threading.get_ident() and self._second is not None:
            yield self._second[1]
            return
        if self._is_acting():
            with self._waiting() as db:
                yield db
            return
        with self._beside() as second:
            if second is not None:
                yield second
                return
        with self._waiting() as db:
            yield db

    @contextmanager
    def acting(self, db: apsw.Connection) -> Iterator[None]:
        """Let others read while an action writes through ``db``; from :meth:`before_commit` on they wait for its end."""
        if self._prepared is not db:
            db.pragma("cache_spill", MOST_SPARED_PAGES)
            self._prepared = db
        try:
            yield
        finally:
            with self._gate:
                self._is_committing = False
                self._gate.notify_all()

    def before_commit(self) -> None:
        """Wait for the one who is reading and keep others out until the action is at its end.

        To be called right before COMMIT: SQLite's own hook comes too late, when COMMIT has shut the file already.
        """
        with self._gate:
            self._is_committing = True
            self._gate.wait_for(lambda: self._reader in {None, threading.get_ident()})

    def close(self) -> None:
        """Close the second connection when nobody reads through it any more."""
        with self._gate:
            self._gate.wait_for(lambda: self._reader is None)
            self._let_go()

    # -- the second connection --------------------------------------------------------------------------------
    @contextmanager
    def _beside(self) -> Iterator[apsw.Connection | None]:
        with self._gate:
            self._gate.wait_for(lambda: self._reader is None and not self._is_committing)
            self._reader = threading.get_ident()
        db: apsw.Connection | None = None
        try:
            db = self._begun()
            yield db
        finally:
            try:
                self._end(db)
            finally:  # whatever the disk says: else everybody waits for this reader without end
                with self._gate:
                    self._reader = None
                    self._gate.notify_all()

    def _end(self, db: apsw.Connection | None) -> None:
        """End a reading transaction; a connection that cannot even do that is not lent again."""
        try:
            if db is not None and db.in_transaction:
                db.execute("COMMIT")
        except apsw.Error:
            self._let_go()

    def _begun(self) -> apsw.Connection | None:
        """Return the second connection with a reading transaction begun, None when that cannot be."""
        file = self._file()
        if self._second is not None and self._second[0] != file:
            self._let_go()
        if file is None:
            return None
        try:
            if self._second is None:
                self._second = (file, _reading_connection(file))
            db = self._second[1]
            db.execute("BEGIN")
            db.execute("SELECT count(*) FROM sqlite_master").fetchall()  # the state is fixed from here on
        except (
            apsw.Error
        ):  # the disk is away, or another program writes: the writing connection will say what it is
            self._let_go()
            return None
        return db

    def _let_go(self) -> None:
        if self._second is not None:
            db, self._second = self._second[1], None
            db.close()


def _reading_connection(path: Path) -> apsw.Connection:
    db = connect(path)
    harden(db)
    db.pragma("query_only", 1)
    return db
