"""Random actions through the session, as the window does them.

To add one, write a small function here under :func:`action`: it gets the session, a random generator that depends on
nothing but the seed and the step, and the work folder; it returns False when there is nothing it could do just now.
What the file must hold is taken from a run without faults: keys and names are drawn from the same generator, so the
same steps give the same rows.
"""

from __future__ import annotations

import random as random_module
import secrets
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import shapely

from renovate_gui.app.session import Session
from renovate_gui.domain.difference import Choice
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.proposal import ProposalStatus
from renovate_gui.domain.roles import Datum, Role, Slot

COPY = "copy.gpkg"
"""The colleague's copy, beside the project."""

E0, N0 = 652_840.0, 3_272_045.0  # metres, inside the project's zone

Action = Callable[[Session, Random, Path], bool]
ACTIONS: dict[str, tuple[Action, int]] = {}
"""Name → function, and how often it comes compared with the others."""


def action(weight: int) -> Callable[[Action], Action]:
    """Register an action."""

    def register(function: Action) -> Action:
        ACTIONS[function.__name__] = (function, weight)
        return function

    return register


def do_step(session: Session, seed: str, number: int, folder: Path) -> str:
    """Do the step of this number; return the name of what was done."""
    random = Random(f"{seed}:{number}")
    _draw_keys_from(Random(f"{seed}:{number}:keys"))
    left = dict(ACTIONS)
    while left:
        name = random.choices(list(left), [weight for _, weight in left.values()])[0]
        if left.pop(name)[0](session, random, folder):
            return name
    message = "no action can be done"
    raise RuntimeError(message)


def _draw_keys_from(random: Random) -> None:
    """Let everything that is drawn by chance in this process come from one generator."""
    plain: Any = np.random.Generator
    vars(secrets).update(
        randbits=random.getrandbits,
        token_bytes=lambda count=32: random.randbytes(count),
        token_hex=lambda count=32: random.randbytes(count).hex(),
    )
    uuid.uuid4 = lambda: uuid.UUID(int=random.getrandbits(128), version=4)
    np.random.default_rng = lambda *_a: plain(np.random.PCG64(random.getrandbits(64)))
    random_module.seed(random.getrandbits(64))


def make_photo(folder: Path) -> None:
    """Put a picture into the work folder for the steps that attach one."""
    from PIL import Image

    pixels = np.random.Generator(np.random.PCG64(7)).integers(0, 255, (60, 90, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(folder / "photo.png")


# -- proposals, photos, notes ---------------------------------------------------------------------------------
def _place(random: Random) -> tuple[float, float]:
    return E0 + round(random.uniform(0, 900), 2), N0 + round(random.uniform(0, 900), 2)


def _geometry(random: Random) -> Any:
    x, y = _place(random)
    if random.random() < 0.4:
        return shapely.Point(x, y)
    if random.random() < 0.5:
        return shapely.LineString([_place(random) for _ in range(random.randint(2, 80))])
    return shapely.box(x, y, x + 20, y + 10)


def _words(random: Random) -> str:
    return random.choice(("加装电梯", "Ramp", "口袋公园", "Day-care room")) + f" {random.randint(0, 10**9)}"


@action(8)
def add_proposal(session: Session, random: Random, _folder: Path) -> bool:
    session.proposals.add(_geometry(random), title=_words(random))
    return True


def _some_proposal(session: Session, random: Random) -> Any:
    found = session.proposals.all()
    return random.choice(found) if found else None


@action(6)
def describe_proposal(session: Session, random: Random, _folder: Path) -> bool:
    known = _some_proposal(session, random)
    if known is None:
        return False
    text = "说明 " * random.choice((1, 40, 4000))
    session.proposals.update(replace(known, title=_words(random), description=text + str(random.random())))
    return True


@action(2)
def decide_proposal(session: Session, random: Random, _folder: Path) -> bool:
    known = _some_proposal(session, random)
    if known is None:
        return False
    status = random.choice([s for s in ProposalStatus if s != known.status])
    session.proposals.update(replace(known, status=status))
    return True


@action(4)
def move_proposal(session: Session, random: Random, _folder: Path) -> bool:
    known = _some_proposal(session, random)
    if known is not None:
        session.proposals.set_geometry(known.uuid, _geometry(random))
    return known is not None


@action(2)
def copy_proposal(session: Session, random: Random, _folder: Path) -> bool:
    known = _some_proposal(session, random)
    if known is not None:
        session.proposals.copy(known.uuid)
    return known is not None


@action(3)
def delete_proposal(session: Session, random: Random, _folder: Path) -> bool:
    known = _some_proposal(session, random)
    if known is not None:
        session.proposals.delete(known.uuid)
    return known is not None


@action(3)
def attach_photo(session: Session, random: Random, folder: Path) -> bool:
    known = _some_proposal(session, random)
    if known is not None:
        session.proposals.attach_photo(known.uuid, folder / "photo.png", _words(random))
    return known is not None


def _some_photo(session: Session, random: Random) -> Any:
    found = [photo for p in session.proposals.all() for photo in session.proposals.photos(p.uuid)]
    return random.choice(found) if found else None


@action(1)
def caption_photo(session: Session, random: Random, _folder: Path) -> bool:
    photo = _some_photo(session, random)
    if photo is not None:
        session.proposals.set_photo_caption(photo.id, _words(random))
    return photo is not None


@action(1)
def remove_photo(session: Session, random: Random, _folder: Path) -> bool:
    photo = _some_photo(session, random)
    if photo is not None:
        session.proposals.remove_photo(photo.id)
    return photo is not None


@action(4)
def add_note(session: Session, random: Random, _folder: Path) -> bool:
    session.proposals.add_note(_geometry(random), _words(random))
    return True


@action(2)
def change_note(session: Session, random: Random, _folder: Path) -> bool:
    notes = session.proposals.notes()
    if notes:
        session.proposals.update_note(replace(random.choice(notes), text=_words(random)))
    return bool(notes)


@action(1)
def delete_note(session: Session, random: Random, _folder: Path) -> bool:
    notes = session.proposals.notes()
    if notes:
        session.proposals.delete_note(random.choice(notes).uuid)
    return bool(notes)


# -- layers ---------------------------------------------------------------------------------------------------
@action(4)
def import_layer(session: Session, random: Random, _folder: Path) -> bool:
    """Store a table the way an import does once the source has been read."""
    count = random.choice((1, 30, 400))
    x, y = np.arange(count) % 20 * 20.0 + E0, np.arange(count) // 20 * 20.0 + N0
    table = LayerTable(
        np.arange(count),
        shapely.box(x, y, x + 12, y + 10),
        {
            "名称": np.array([f"{i} 号楼" for i in range(count)], dtype=object),
            "floors": np.arange(count) % 7 + 1.0,
        },
    )
    info = LayerInfo(
        id=LayerId(0),
        uuid=Uuid(""),
        name=_words(random),
        table="",
        role=random.choice((Role.BUILDINGS, Role.PARCELS)),
        slot=Slot.EXISTING,
        position=random.randint(0, 3),
        is_visible=True,
        geometry_type="Polygon",
        feature_count=0,
        source_crs="EPSG:4544",
        datum=Datum.CGCS2000,
        field_map={"name": "名称", "floors": "floors"},
    )
    keeps = [bytes(40)] * count if random.random() < 0.3 else None
    with session.project.action("Import") as writer:
        writer.add_layer(info, table, source_wkb=keeps)
    return True


def _some_layer(session: Session, random: Random) -> Any:
    found = session.layers.all()
    return random.choice(found) if found else None


@action(2)
def rename_layer(session: Session, random: Random, _folder: Path) -> bool:
    layer = _some_layer(session, random)
    if layer is not None:
        session.layers.rename(layer.id, _words(random))
    return layer is not None


@action(2)
def style_layer(session: Session, random: Random, _folder: Path) -> bool:
    layer = _some_layer(session, random)
    if layer is not None:
        column = random.choice((None, "floors", "名称"))
        session.layers.set_style(layer.id, session.layers.suggest_style(layer.id, column))
    return layer is not None


@action(1)
def hide_layer(session: Session, random: Random, _folder: Path) -> bool:
    layer = _some_layer(session, random)
    if layer is not None:
        session.layers.set_visible(layer.id, visible=not layer.is_visible)
    return layer is not None


@action(2)
def move_layer(session: Session, random: Random, _folder: Path) -> bool:
    layer = _some_layer(session, random)
    if layer is not None:
        session.layers.move(layer.id, random.randint(0, 4))
    return layer is not None


@action(1)
def map_fields(session: Session, random: Random, _folder: Path) -> bool:
    layer = _some_layer(session, random)
    if layer is not None:
        session.layers.set_field_map(layer.id, random.choice(({}, {"name": "名称"})))
    return layer is not None


@action(1)
def remove_layer(session: Session, random: Random, _folder: Path) -> bool:
    layer = _some_layer(session, random)
    if layer is not None:
        session.layers.remove(layer.id)
    return layer is not None


def _some_feature(session: Session, random: Random) -> Any:
    layer = _some_layer(session, random)
    if layer is None:
        return None
    ids = session.layers.table(layer.id).ids
    return (layer, int(random.choice(list(ids)))) if len(ids) else None


@action(5)
def edit_attributes(session: Session, random: Random, _folder: Path) -> bool:
    found = _some_feature(session, random)
    if found is not None:
        session.layers.set_values(
            found[0].id, found[1], {"floors": random.randint(1, 10**6), "名称": _words(random)}
        )
    return found is not None


@action(4)
def edit_geometry(session: Session, random: Random, _folder: Path) -> bool:
    found = _some_feature(session, random)
    if found is not None:
        session.layers.set_geometry(found[0].id, found[1], _geometry(random))
    return found is not None


@action(2)
def delete_features(session: Session, random: Random, _folder: Path) -> bool:
    layer = _some_layer(session, random)
    ids = [] if layer is None else [int(i) for i in session.layers.table(layer.id).ids]
    if ids:
        session.layers.delete_features(layer.id, random.sample(ids, min(len(ids), random.choice((1, 25)))))
    return bool(ids)


# -- settings and history -------------------------------------------------------------------------------------
@action(2)
def set_title(session: Session, random: Random, _folder: Path) -> bool:
    session.set_title(_words(random))
    return True


@action(6)
def undo(session: Session, _random: Random, _folder: Path) -> bool:
    return session.undo() is not None


@action(12)
def redo(session: Session, _random: Random, _folder: Path) -> bool:
    return session.redo() is not None


@action(3)
def go_to_a_state(session: Session, random: Random, _folder: Path) -> bool:
    steps = session.project.history(with_left=True)
    return bool(steps) and session.project.go_to(random.choice(steps).uuid) > 0


@action(1)
def name_version(session: Session, random: Random, _folder: Path) -> bool:
    session.project.name_version(_words(random), why="to try it")
    return True


@action(3)
def undo_from_the_middle(session: Session, random: Random, _folder: Path) -> bool:
    """Take back a step on which nothing later builds."""
    project = session.project
    standing = [step for step in project.history() if not step.is_undone]
    free = [step.number for step in standing if not project.dependents(step.number)]
    if free:
        project.undo_one(random.choice(free))
    return bool(free)


# -- two people -----------------------------------------------------------------------------------------------
@action(2)
def give_a_copy_away(session: Session, random: Random, _folder: Path) -> bool:
    """Let a colleague work in a copy; it lies beside the project and is taken in by a later step."""
    theirs, unready = (session.project.path.with_name(name) for name in (COPY, "unready.gpkg"))
    try:
        unready.unlink(missing_ok=True)
        session.save_copy(unready)
        with Session.open(unready) as colleague:
            for _ in range(random.randint(1, 4)):
                colleague.proposals.add_note(_geometry(random), _words(random))
            for known in colleague.proposals.all()[:3]:
                colleague.proposals.update(replace(known, title=_words(random)))
        unready.replace(theirs)  # a step that failed must not have left a half copy for the next one
    except OSError as error:  # a failing disk fails here as well
        raise RequestError("the copy cannot be given away") from error
    return True


@action(8)
def merge_the_copy(session: Session, random: Random, _folder: Path) -> bool:
    theirs = session.project.path.with_name(COPY)
    if not theirs.exists():
        return False
    conflicts = session.project.merge_report(theirs).conflicts
    choices = {c.key: random.choice((Choice.MINE, Choice.THEIRS)) for c in conflicts}
    session.project.merge(theirs, choices)
    return True
