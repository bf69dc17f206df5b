"""Read models kept until an action touches them, safe against a commit that comes while one is being read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from renovate_gui.store.project import Project

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Values by key. What is read inside an open action is not kept, because the action may still be rolled back."""

    def __init__(self, project: Project, read: Callable[[K], V]) -> None:
        self._project = project
        self._read = read
        self._lock = threading.Lock()
        self._values: dict[K, V] = {}
        self._generation = 0

    def get(self, key: K) -> V:
        """Return the kept value, else read it."""
        if self._project.is_acting:
            return self._read(key)
        with self._lock:
            if key in self._values:
                return self._values[key]
            generation = self._generation
        value = self._read(key)
        with self._lock:
            if generation == self._generation:
                self._values[key] = value
        return value

    def holds(self, key: K) -> bool:
        """Return whether a value is kept, so that asking for it costs nothing."""
        with self._lock:
            return key in self._values

    def forget(self, keys: Iterable[K] | None = None) -> None:
        """Drop some values, or all; a reading that is under way will not be kept."""
        with self._lock:
            self._generation += 1
            if keys is None:
                self._values.clear()
            else:
                for key in keys:
                    self._values.pop(key, None)
