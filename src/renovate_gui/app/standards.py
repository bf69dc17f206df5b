"""Standards: the shipped ones, those of the project, laid over each other; what the project changed and signed.

National < province < city < project. Every row of :meth:`Standards.active` knows the layer and the profile it comes
from, and the row that it covers; rows that no upper layer names fall through.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from renovate_gui.analysis.kinds import kind_of
from renovate_gui.analysis.walkers import Walker, walker, walkers
from renovate_gui.app import standard_project as kept
from renovate_gui.app.standard_files import read_profile, texts_below
from renovate_gui.app.standard_words import row_title
from renovate_gui.assets import current_language, resource_path, system_reason, tr
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.facility import FacilityKind
from renovate_gui.domain.standard import Need, StandardProfile, StandardRow
from renovate_gui.store.owner import user_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from renovate_gui.store.project import Project

_MOST_BYTES = 1_000_000
DEFAULT_PROFILE = "cn-gb50180-2018"


@dataclass(frozen=True, slots=True)
class Limit:
    """A kind to judge: its row in the standard, if any, and the distance that counts."""

    kind: str
    row: StandardRow | None
    limit_m: float


# -- the shipped ones -----------------------------------------------------------------------------------------
def profiles() -> tuple[StandardProfile, ...]:
    """Return the shipped standards, the default first, notes in the reader's language."""
    return _shipped(current_language())


def profile(profile_id: str) -> StandardProfile:
    """Return a shipped standard; raise RequestError when there is none with this id."""
    return _named(profiles(), profile_id)


def _named(known: tuple[StandardProfile, ...], profile_id: str) -> StandardProfile:
    found = next((p for p in known if p.id == (profile_id or DEFAULT_PROFILE)), None)
    if found is None:
        raise RequestError(
            tr(
                "There is no standard “{id}”; choose one of {ids}.",
                id=profile_id,
                ids=", ".join(p.id for p in known),
            )
        )
    return found


@lru_cache(maxsize=4)
def _shipped(language: str) -> tuple[StandardProfile, ...]:
    paths = sorted(
        resource_path("standards").glob("*.toml"), key=lambda p: (p.stem != DEFAULT_PROFILE, p.stem)
    )
    return tuple(load_profile(p, language=language) for p in paths)


def shipped_text(profile_id: str) -> str | None:
    """Return the file of a shipped standard, None when there is none."""
    path = resource_path("standards") / f"{profile_id}.toml"
    return path.read_text(encoding="utf-8") if path.is_file() else None


def load_profile(path: Path, *, language: str = "en") -> StandardProfile:
    """Read one profile file; raise DataError naming file, row and key when something is wrong.

    A profile that ``extends`` another (a file beside it, else a shipped one) takes over its tiers and all rows that it
    does not name itself.
    """
    return read_profile(_text_of(path), path.name, lambda i: _beside(path, i), language=language)


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DataError(tr("{file}: too large for a standards file.", file=path.name))
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        reason: object = error
    except OSError as error:
        reason = system_reason(error)
    raise DataError(tr("{file}: not a readable standards file: {reason}", file=path.name, reason=reason))


def _beside(path: Path, profile_id: str) -> str | None:
    near = path.with_name(f"{profile_id}.toml")
    return _text_of(near) if near.is_file() else shipped_text(profile_id)


# -- what an analysis asks ------------------------------------------------------------------------------------
def kinds_with_distance(standard: StandardProfile) -> tuple[FacilityKind, ...]:
    """Return the facility kinds that a standard gives a distance for, in its order."""
    codes = dict.fromkeys(r.kind for r in standard.rows if r.radius_m is not None)
    return tuple(k for k in map(kind_of, codes) if k is not None)


def limits(
    standard: StandardProfile,
    kinds: tuple[str, ...],
    limit_m: float | None,
    *,
    own: Mapping[str, float] | None = None,
) -> tuple[Limit, ...]:
    """Return the distance to judge each kind by; raise RequestError for an unknown kind or a missing distance.

    ``limit_m`` is for all kinds; where it is None, ``own`` may hold distances of single kinds.
    """
    known = own or {}
    if not kinds:
        raise RequestError(tr("Choose at least one kind of facility."))
    if any(m is not None and not 0 < m < 1e6 for m in (limit_m, *known.values())):
        raise RequestError(tr("The distance must be above 0 m and below 1,000 km."))
    return tuple(
        _limit(standard, kind, known.get(kind) if limit_m is None else limit_m)
        for kind in dict.fromkeys(kinds)
    )


def _limit(standard: StandardProfile, kind: str, limit_m: float | None) -> Limit:
    known = kind_of(kind)
    if known is None:
        codes = ", ".join(k.code for k in kinds_with_distance(standard))
        raise RequestError(
            tr("“{kind}” is not a facility kind; choose from: {codes}.", kind=kind, codes=codes)
        )
    row = standard.row(kind)
    own = limit_m if limit_m is not None else (row.radius_m if row is not None else None)
    if own is None:
        is_zh = current_language() == "zh_CN"
        raise RequestError(
            tr(
                "The standard “{standard}” gives no distance for {kind}; set a distance or choose another standard.",
                standard=standard.zh if is_zh else standard.en,
                kind=known.zh if is_zh else known.en,
            )
        )
    return Limit(kind, row, own)


def minutes_of(standard: StandardProfile, row: StandardRow | None, limit_m: float) -> float:
    """Return the minutes that a distance stands for under a standard."""
    return standard.minutes_of(row, limit_m)


def walker_named(code: str) -> Walker:
    """Return a walker profile; raise RequestError when there is none of this name."""
    found = walker(code)
    if found is None:
        names = ", ".join(w.code for w in walkers())
        raise RequestError(tr("There is no walker “{code}”; choose one of: {names}.", code=code, names=names))
    return found


# -- those of a project ---------------------------------------------------------------------------------------
class Standards:
    """The standards of the open project: which one counts, what the project changed in it, who checked which row."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock = threading.Lock()
        self._laid: tuple[tuple[object, ...], StandardProfile] | None = None
        self._own: tuple[tuple[object, ...], tuple[StandardProfile, ...]] | None = None

    # -- reading ----------------------------------------------------------------------------------------------
    def state(self) -> tuple[object, ...]:
        """Return a value that changes whenever a judgement by the active standard could."""
        return (self._project.meta("standard"), tuple(self._project.metas("standards.").items()))

    def profiles(self) -> tuple[StandardProfile, ...]:
        """Return the shipped standards and those imported into the project."""
        return profiles() + self.own_profiles()

    def own_profiles(self) -> tuple[StandardProfile, ...]:
        """Return the standards imported into the project."""
        texts = self._project.metas(kept.PROFILE)
        stamp = (current_language(), tuple(texts.items()))
        with self._lock:
            if self._own is None or self._own[0] != stamp:
                self._own = (stamp, tuple(self._read_own(texts)))
            return self._own[1]

    def base(self) -> StandardProfile:
        """Return the chosen standard without what the project changed."""
        return _named(self.profiles(), self._project.meta("standard"))

    def active(self) -> StandardProfile:
        """Return the chosen standard with the project's layer on top; each row knows its layer and origin."""
        stamp = (current_language(), *self.state())
        with self._lock:
            if self._laid is not None and self._laid[0] == stamp:
                return self._laid[1]
        made = kept.with_project(self.base(), kept.read_layer(self._project.metas(kept.ROW)))
        with self._lock:
            self._laid = (stamp, made)
        return made

    def row(self, key: str) -> StandardRow:
        """Return a row of the active standard by kind or key; raise RequestError when there is none."""
        standard = self.active()
        found = standard.find(key)
        if found is None:
            keys = ", ".join(r.key for r in standard.rows)
            raise RequestError(
                tr("The standard has no row “{key}”; its rows are: {keys}.", key=key, keys=keys)
            )
        return found

    def minutes_of(self, row: StandardRow | None, limit_m: float) -> float:
        """Return the minutes that a distance stands for."""
        return self.active().minutes_of(row, limit_m)

    def need_of(self, kind: str) -> Need | None:
        """Return how many people need a service, with source and mark; None when no text says so."""
        return self.active().need(kind)

    @staticmethod
    def signer() -> str:
        """Return who is at the keyboard, as far as the machine knows."""
        return user_name()

    # -- changing (all undoable) ------------------------------------------------------------------------------
    def choose(self, profile_id: str) -> None:
        """Choose the standard."""
        wanted = _named(self.profiles(), profile_id)
        name = wanted.zh if current_language() == "zh_CN" else wanted.en
        with self._project.action(tr("Choose the standard “{name}”", name=name)) as writer:
            writer.set_meta("standard", wanted.id)

    def edit_row(self, key: str, changes: Mapping[str, object], why: str) -> StandardRow:
        """Let the project ask for something else than the layer below; the row's signature no longer holds.

        Parameters
        ----------
        key
            Kind or key of a row.
        changes
            Fields of :data:`standard_project.EDITABLE` with their values; None: the row states none.
        why
            The reason, kept with the row and in the history.
        """
        row = self.row(key)
        if not why.strip():
            raise RequestError(tr("Say why the row is changed; the reason stays with it."))
        clean = kept.checked(changes)
        layer = self._layer_of(row.key)
        below = row.below if layer.changes and row.below is not None else row
        wanted = {
            n: v for n, v in {**kept.checked(layer.changes), **clean}.items() if v != kept.value_of(below, n)
        }
        self._put(
            row,
            kept.RowLayer(wanted, why.strip() if wanted else "", kept.without_own(layer.signatures)),
            title=kept.edit_title(row, clean),
            why=why.strip(),
        )
        return self.row(row.key)

    def signature_of(self, key: str) -> tuple[str, str] | None:
        """Return who signed a row last and on which day, None when nobody did."""
        row = self.row(key)
        kept_one = self._layer_of(row.key).signatures.get(row.origin)
        return None if kept_one is None else (kept_one.who, kept_one.on)

    def sign_row(self, key: str, who: str, on: date, printed: str) -> StandardRow:
        """Sign that a row equals the printed text.

        Parameters
        ----------
        who
            Who compared it.
        on
            The day.
        printed
            The edition it was compared with, such as “GB 50180-2018, 中国建筑工业出版社 2018”.
        """
        row = self.row(key)
        if not who.strip() or not printed.strip():
            raise RequestError(tr("A signature needs a name and the printed edition that was compared."))
        signature = kept.RowSignature(who.strip(), on.isoformat(), printed.strip(), row.digest())
        layer = self._layer_of(row.key)
        self._put(
            row,
            replace(layer, signatures={**layer.signatures, row.origin: signature}),
            title=_sign_title(row, printed.strip(), layer.signatures.get(row.origin)),
        )
        return self.row(row.key)

    def reset_row(self, key: str) -> StandardRow:
        """Go back to the layer below: the project's change and its signature go; without a change, the signature does."""
        row = self.row(key)
        layer = self._layer_of(row.key)
        if not layer.changes and row.origin not in layer.signatures:
            raise RequestError(
                tr("The project has neither changed nor signed the row “{row}”.", row=row_title(row))
            )
        signatures = {o: s for o, s in layer.signatures.items() if o != row.origin}
        title = (
            tr("Take the row “{row}” back to the layer below", row=row_title(row))
            if layer.changes
            else tr("Take back the signature of the row “{row}”", row=row_title(row))
        )
        self._put(row, kept.RowLayer({}, "", signatures), title=title)
        return self.row(row.key)

    def import_profile(self, path: Path, *, chooses: bool = False) -> StandardProfile:
        """Take a profile file into the project, with the files beside it that it extends; the project needs it no more.

        Raises
        ------
        DataError
            When something is wrong in a file: one sentence naming file, row and key.
        RequestError
            When it has the id of a shipped standard.
        """
        text = _text_of(path)
        find = lambda i: self._find_for(path, i)  # noqa: E731
        made = read_profile(text, path.name, find, language=current_language())
        texts = {made.id: text, **texts_below(text, path.name, find)}
        if shipped_text(made.id) is not None:
            raise RequestError(
                tr("“{id}” is a standard of this program; give the file another id.", id=made.id)
            )
        name = made.zh if current_language() == "zh_CN" else made.en
        with self._project.action(tr("Import the standard “{name}”", name=name)) as writer:
            for profile_id, own in texts.items():
                if own != shipped_text(profile_id):
                    writer.set_meta(kept.PROFILE + profile_id, own)
            if chooses:
                writer.set_meta("standard", made.id)
        return _named(self.profiles(), made.id)

    # -- inside -----------------------------------------------------------------------------------------------
    def _find_for(self, path: Path, profile_id: str) -> str | None:
        return _beside(path, profile_id) or self._project.meta(kept.PROFILE + profile_id) or None

    def _read_own(self, texts: Mapping[str, str]) -> list[StandardProfile]:
        def find(profile_id: str) -> str | None:
            return texts.get(kept.PROFILE + profile_id) or shipped_text(profile_id)

        return [
            read_profile(text, f"{key.removeprefix(kept.PROFILE)}.toml", find, language=current_language())
            for key, text in texts.items()
        ]

    def _layer_of(self, key: str) -> kept.RowLayer:
        return kept.read_one(self._project.meta(kept.ROW + key))

    def _put(self, row: StandardRow, layer: kept.RowLayer, *, title: str, why: str = "") -> None:
        text = kept.written(layer)
        if text == self._project.meta(kept.ROW + row.key):
            return
        with self._project.action(title, why=why) as writer:
            writer.set_meta(kept.ROW + row.key, text)


def _sign_title(row: StandardRow, printed: str, before: kept.RowSignature | None) -> str:
    """Return the history's words for a signature; one that takes the place of another says whose."""
    if before is None:
        return tr("Sign the row “{row}” as compared with {printed}", row=row_title(row), printed=printed)
    return tr(
        "Sign the row “{row}” as compared with {printed}, in place of the signature of {who}, {day}",
        row=row_title(row),
        printed=printed,
        who=before.who,
        day=before.on,
    )
