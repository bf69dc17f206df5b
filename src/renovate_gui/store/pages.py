"""SQLite's file format, read page by page without SQLite, for files that SQLite refuses.

Only table b-trees are read (sqlite.org/fileformat2.html): a row counts when its leaf page is sound, whatever became of
the pages above it. Nothing here writes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

LEAF, INTERIOR = 13, 5
DEFAULT_PAGE_BYTES = 4096
_SIZES = {512, 1024, 2048, 4096, 8192, 16384, 32768, 65536}
_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 100  # of the file, at the begin of page 1
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1

Values = tuple[Any, ...]


class BrokenCellError(ValueError):
    """Raised when bytes are no cell, or no record."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its rowid, its values as stored (an integer primary key is stored as None), and its pages."""

    rowid: int
    values: Values
    overflow: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """The rows of a leaf page; ``is_sound`` says that all of the page makes sense, ``lost`` how many rows it named besides."""

    number: int
    rows: tuple[Row, ...]
    is_sound: bool
    lost: int = 0


@dataclass(slots=True)
class Tree:
    """What was found of a table: its leaf pages, and the ranges of rowids behind pages that cannot be read."""

    leaves: list[Leaf] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)
    unread: int = 0  # pages that were pointed to and are none of the table's

    def miss(self, low: int, high: int) -> None:
        """Note a page that cannot be read, and the row keys that stood behind it."""
        self.gaps.append((low, high))
        self.unread += 1


class PageFile:
    """The pages of a database file, numbered from 1."""

    def __init__(self, data: bytes, page_bytes: int | None = None) -> None:
        self._data = memoryview(data)
        self.page_bytes = page_bytes or declared_page_bytes(data)
        self._usable = self.page_bytes  # neither we nor GDAL reserve bytes at the end of pages
        self.count = -(-len(data) // self.page_bytes)
        self._leaf = lru_cache(maxsize=64)(self._read_leaf)

    def page(self, number: int) -> memoryview:
        """Return a page; the last one of a cut file may be short."""
        return self._data[(number - 1) * self.page_bytes : number * self.page_bytes]

    def kind(self, number: int) -> int:
        """Return the type byte of a page."""
        page = self.page(number)
        at = _HEADER_BYTES if number == 1 else 0
        return page[at] if len(page) > at else 0

    def free_pages(self) -> set[int]:
        """Return the pages on the list of free ones, as far as it can be followed."""
        found: set[int] = set()
        if bytes(self._data[:16]) != _MAGIC:
            return found
        trunk = int.from_bytes(self._data[32:36], "big")
        while 1 < trunk <= self.count and trunk not in found:
            found.add(trunk)
            page = self.page(trunk)
            if len(page) < self.page_bytes:
                break
            trunk, count = struct.unpack(">II", page[:8])
            leaves = struct.unpack(f">{(c := min(count, self._usable // 4 - 2))}I", page[8 : 8 + 4 * c])
            found.update(n for n in leaves if 1 < n <= self.count)
        return found

    # -- leaves -----------------------------------------------------------------------------------------------
    def leaf(self, number: int) -> Leaf | None:
        """Return a table leaf page, or None when the page is none at all."""
        if not 1 <= number <= self.count or self.kind(number) != LEAF:
            return None
        return self._leaf(number)

    def _read_leaf(self, number: int) -> Leaf:
        page = self.page(number)
        pointers, is_sound = self._pointers(number, 8)
        found: list[Row] = []
        spans: list[tuple[int, int]] = []
        for at in pointers:
            try:
                row, end = self._row(page, at)
            except (BrokenCellError, IndexError, struct.error, OverflowError):
                is_sound = False
                continue
            found.append(row)
            spans.append((at, end))
        spans.sort()
        is_sound = is_sound and all(a[1] <= b[0] for a, b in pairwise(spans))
        is_sound = is_sound and all(a.rowid < b.rowid for a, b in pairwise(found))
        lost = self._named(number) - len(found)
        return Leaf(number, tuple(found), is_sound and len(page) == self.page_bytes, lost)

    def _named(self, number: int) -> int:
        """Return how many cells a page says it has, as far as there is room for them."""
        at = (_HEADER_BYTES if number == 1 else 0) + 3
        count = int.from_bytes(self.page(number)[at : at + 2], "big")
        return count if 4 * count < self.page_bytes else 0

    def _pointers(self, number: int, header: int) -> tuple[list[int], bool]:
        """Return the offsets of a page's cells, and whether the page's own header makes sense."""
        page = self.page(number)
        start = _HEADER_BYTES if number == 1 else 0
        if len(page) < start + header:
            return [], False
        first_free, count, content = struct.unpack(">HHH", page[start + 1 : start + 7])
        content = content or 65536
        end = start + header + 2 * count
        is_sound = end <= content <= self._usable and first_free < self._usable
        most = max(0, (min(len(page), self._usable) - start - header) // 2)
        count = min(count, most)
        array = struct.unpack(f">{count}H", page[start + header : start + header + 2 * count])
        inside = [at for at in array if end <= at < min(self._usable, len(page))]
        return inside, is_sound and len(inside) == len(array) and min(inside, default=content) >= content

    def _row(self, page: memoryview, at: int) -> tuple[Row, int]:
        size, at = _varint(page, at)
        rowid, at = _varint(page, at)
        local = self._local(size)
        if size < 1 or at + local > self._usable or size > len(self._data):
            raise BrokenCellError
        payload = bytes(page[at : at + local])
        if len(payload) < local:
            raise BrokenCellError
        end = at + local
        chain: tuple[int, ...] = ()
        if local < size:
            rest, chain = self._overflow(int.from_bytes(page[end : end + 4], "big"), size - local)
            payload += rest
            end += 4
        return Row(rowid, _record(payload), chain), end

    def _local(self, size: int) -> int:
        most = self._usable - 35
        if size <= most:
            return size
        least = (self._usable - 12) * 32 // 255 - 23
        found = least + (size - least) % (self._usable - 4)
        return found if found <= most else least

    def _overflow(self, number: int, size: int) -> tuple[bytes, tuple[int, ...]]:
        parts: list[bytes] = []
        chain: list[int] = []
        seen: set[int] = set()
        while size > 0:
            page = self.page(number) if 1 < number <= self.count and number not in seen else memoryview(b"")
            if len(page) < self.page_bytes:
                raise BrokenCellError
            seen.add(number)
            chain.append(number)
            parts.append(bytes(page[4 : min(4 + size, self._usable)]))
            size -= len(parts[-1])
            number = int.from_bytes(page[:4], "big")
        if number:  # the last page of a chain names no other
            raise BrokenCellError
        return b"".join(parts), tuple(chain)

    # -- trees ------------------------------------------------------------------------------------------------
    def tree(self, root: int) -> Tree:
        """Follow a table from its root page."""
        found = Tree()
        self._follow(root, _LOWEST, _HIGHEST, found)
        return found

    def _follow(self, number: int, low: int, high: int, found: Tree) -> None:
        if not 1 <= number <= self.count or number in found.pages:
            found.miss(low, high)
            return
        kind = self.kind(number)
        if kind == LEAF:
            self._follow_leaf(number, low, high, found)
        elif kind == INTERIOR:
            self._follow_interior(number, low, high, found)
        else:
            found.miss(low, high)

    def _follow_leaf(self, number: int, low: int, high: int, found: Tree) -> None:
        leaf = self.leaf(number)
        rows = leaf.rows if leaf is not None else ()
        inside = tuple(r for r in rows if low < r.rowid <= high or low == _LOWEST == r.rowid)
        if leaf is None or (rows and not inside):  # the page above names another table's page
            found.miss(low, high)
            return
        found.pages.add(number)
        strange = len(rows) - len(inside)
        found.leaves.append(Leaf(number, inside, leaf.is_sound and not strange, max(0, leaf.lost) + strange))
        if not found.leaves[-1].is_sound:
            found.gaps.append((low, high))

    def _follow_interior(self, number: int, low: int, high: int, found: Tree) -> None:
        found.pages.add(number)
        page = self.page(number)
        start = _HEADER_BYTES if number == 1 else 0
        pointers, is_sound = self._pointers(number, 12)
        below = low
        for at in pointers:
            try:
                child = int.from_bytes(page[at : at + 4], "big")
                key, _ = _varint(page, at + 4)
            except IndexError:
                is_sound = False
                continue
            if not low <= key <= high or key < below:
                is_sound = False
                continue
            self._follow(child, below, key, found)
            below = key
        self._follow(int.from_bytes(page[start + 8 : start + 12], "big"), below, high, found)
        if not is_sound:
            found.gaps.append((low, high))

    def loose_leaves(self, taken: set[int]) -> Iterator[Leaf]:
        """Yield leaf pages with rows that nobody has taken yet, in the order of the file."""
        for number in range(1, self.count + 1):
            if number not in taken and (leaf := self.leaf(number)) is not None and leaf.rows:
                yield leaf


def declared_page_bytes(data: bytes) -> int:
    """Return the page size that the header names, or the usual one when it names none."""
    size = int.from_bytes(data[16:18], "big")
    size = 65536 if size == 1 else size
    return size if size in _SIZES else DEFAULT_PAGE_BYTES


def _varint(data: memoryview | bytes, at: int) -> tuple[int, int]:
    value = 0
    for i in range(8):
        byte = data[at + i]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + i + 1
    value = value << 8 | data[at + 8]
    return value - (1 << 64) if value >= 1 << 63 else value, at + 9


def _record(payload: bytes) -> Values:
    header, at = _varint(payload, 0)
    if not 0 < header <= len(payload):
        raise BrokenCellError
    kinds: list[int] = []
    while at < header:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: list[Any] = []
    at = header
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    if at != len(payload) or not values:
        raise BrokenCellError
    return tuple(values)


_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


def _value(payload: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind in _INTEGER_BYTES:
        end = at + _INTEGER_BYTES[kind]
        value: Any = int.from_bytes(payload[at:end], "big", signed=True)
    elif kind == 7:
        end = at + 8
        (value,) = struct.unpack(">d", payload[at:end])
    elif kind >= 12:
        end = at + (kind - 12) // 2
        value = payload[at:end] if kind % 2 == 0 else payload[at:end].decode("utf-8", "replace")
    elif kind in {0, 8, 9}:
        return {0: None, 8: 0, 9: 1}[kind], at
    else:
        raise BrokenCellError
    if end > len(payload):
        raise BrokenCellError
    return value, end
