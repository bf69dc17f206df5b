"""Random operations for ``edit`` and an independent model of what they leave: plain values, no code of the product."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from random import Random
from typing import Any

Feature = dict[str, Any]
State = dict[str, Feature]
Operation = dict[str, Any]

E0, N0 = 652_840.0, 3_272_045.0  # metres, inside the project's zone


@dataclass
class Model:
    """What must be in the project, and what can be taken back."""

    state: State = field(default_factory=dict)
    past: list[State] = field(default_factory=list)
    future: list[State] = field(default_factory=list)

    def apply(self, op: Operation) -> bool:
        """Do an operation; return whether the program must say that it was done."""
        name = op["op"]
        if name == "undo":
            return self._swap(self.past, self.future)
        if name == "redo":
            return self._swap(self.future, self.past)
        new = copy.deepcopy(self.state)
        if not all(_change(new, part) for part in (op["ops"] if name == "batch" else [op])):
            return False
        if new != self.state:
            self.past.append(self.state)
            self.future.clear()
            self.state = new
        return True

    def _swap(self, source: list[State], other: list[State]) -> bool:
        if not source:
            return False
        other.append(self.state)
        self.state = source.pop()
        return True


def _change(state: State, op: Operation) -> bool:
    known = op["id"] in state
    if op["op"] == "add":
        if known:
            return False
        state[op["id"]] = {
            "id": op["id"],
            "layer": op["layer"],
            "geometry": op["geometry"],
            "properties": op["properties"],
        }
        return True
    if not known:
        return False
    if op["op"] == "delete":
        del state[op["id"]]
        return True
    feature = state[op["id"]]
    feature["properties"] = {**feature["properties"], **op["properties"]}
    if "geometry" in op:
        feature["geometry"] = op["geometry"]
    return True


class Generator:
    """Operations that follow one another sensibly, with some that must be refused."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.model = Model()
        self.made = 0

    def next(self) -> Operation:
        """Return the next operation; the model follows."""
        kinds = ("add", "update", "move", "delete", "batch", "undo", "redo", "wrong")
        kind = self.random.choices(kinds, (9, 6, 4, 3, 3, 4, 3, 1))[0]
        ids = sorted(self.model.state)
        op = self._make(kind, ids)
        self.model.apply(op)
        return op

    def _make(self, kind: str, ids: list[str]) -> Operation:
        if kind in {"undo", "redo"}:
            return {"op": kind}
        if kind == "wrong":
            return self._wrong()
        if kind == "batch":
            return {"op": "batch", "ops": self._parts(ids)}
        if kind == "add" or not ids:
            return self._add()
        chosen = self.random.choice(ids)
        if kind == "delete":
            return {"op": "delete", "id": chosen}
        op: Operation = {"op": "update", "id": chosen, "properties": self._properties()}
        if kind == "move":
            op["geometry"] = self.geometry()
        return op

    def _parts(self, ids: list[str]) -> list[Operation]:
        count = self.random.choice((2, 3, 5, 40))
        parts = [self._add() for _ in range(count)]
        if ids:
            parts.append({"op": "delete", "id": self.random.choice(ids)})
        return parts

    def _wrong(self) -> Operation:
        missing = {"op": "update", "id": f"missing-{self.random.random()}", "properties": {}}
        return self.random.choice((missing, {"op": "batch", "ops": [self._add(), self._add(), missing]}))

    def _add(self) -> Operation:
        self.made += 1
        return {
            "op": "add",
            "layer": self.random.choice(("proposals", "notes")),
            "id": f"{self.random.getrandbits(64):016x}-{self.made}",
            "geometry": self.geometry(),
            "properties": self._properties(),
        }

    def _properties(self) -> dict[str, Any]:
        self.made += 1
        values: dict[str, Any] = {"title": f"改造 {self.made}", "n": self.made}
        if self.random.random() < 0.3:
            values["text"] = "长椅与坡道 " * self.random.choice(
                (3, 300, 3000)
            )  # up to several pages of the file
        if self.random.random() < 0.3:
            values["more"] = {"a": [1, 2.5, None, True], "字": "“x”"}
        return values

    def geometry(self, depth: int = 0) -> dict[str, Any] | None:
        """Return a GeoJSON geometry of any kind, or None."""
        kind = self.random.choice((*_KINDS, "GeometryCollection", ""))
        if not kind:
            return None if depth == 0 else self.geometry(depth)
        if kind == "GeometryCollection":
            parts = [] if depth else [self.geometry(1) for _ in range(2)]
            return {"type": kind, "geometries": parts}
        return {"type": kind, "coordinates": _KINDS[kind](self)}

    def point(self) -> list[float]:
        """Return a position in metres."""
        return [round(E0 + self.random.uniform(0, 900), 3), round(N0 + self.random.uniform(0, 900), 3)]

    def line(self) -> list[list[float]]:
        """Return a line's positions."""
        return [self.point() for _ in range(self.random.randint(2, 60))]

    def ring(self) -> list[list[float]]:
        """Return a closed ring: a rectangle."""
        x, y = self.point()
        return [[x, y], [x + 12.0, y], [x + 12.0, y + 8.5], [x, y + 8.5], [x, y]]


_KINDS: dict[str, Any] = {
    "Point": lambda g: g.point(),
    "MultiPoint": lambda g: g.line(),
    "LineString": lambda g: g.line(),
    "MultiLineString": lambda g: [g.line(), g.line()],
    "Polygon": lambda g: [g.ring()],
    "MultiPolygon": lambda g: [[g.ring()], [g.ring()]],
}


def write_script(
    seed: str, before: int, count: int
) -> tuple[list[Operation], list[Operation], list[State], list[bool]]:
    """Return operations that make the project, those under test, the state after each of these, and which are done."""
    generator = Generator(Random(seed))
    setup = [generator.next() for _ in range(before)]
    states = [copy.deepcopy(generator.model.state)]
    operations: list[Operation] = []
    for _ in range(count):
        operations.append(generator.next())
        states.append(copy.deepcopy(generator.model.state))
    model = Model()
    done = [model.apply(op) for op in setup + operations]
    return setup, operations, states, done[before:]
