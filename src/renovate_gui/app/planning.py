"""From what is in a file to a plan of what to do with it; and from a plan to what the import needs settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from renovate_gui.app import placing
from renovate_gui.app.proposing import propose_attribution, propose_fields, propose_role
from renovate_gui.app.survey import ImportPlan, SourceLayer, SourceReport
from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.roles import Datum
from renovate_gui.geo import crs as systems

if TYPE_CHECKING:
    from renovate_gui.app.placing import Candidate, Placement
    from renovate_gui.store.project import Project


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of the place already: the project's system, and a longitude and latitude inside it."""

    project_crs: str = ""
    near: tuple[float, float] | None = None

    @classmethod
    def of(cls, project: Project) -> Surroundings:
        """Return the surroundings of an open project: its system and the first feature of its smallest layer."""
        code = project.meta("crs")
        if not code:
            return cls()
        for info in sorted(project.layers(), key=lambda found: found.feature_count):
            geometry = next((g for g in project.table(info.id).geometry if g is not None), None)
            if geometry is not None:
                x_min, y_min, x_max, y_max = geometry.bounds
                middle = ((x_min + x_max) / 2.0, (y_min + y_max) / 2.0)
                return cls(code, systems.transform_point(*middle, code, systems.WGS84))
        return cls(code)


def propose(reports: Sequence[SourceReport], around: Surroundings) -> tuple[ImportPlan, ...]:
    """Propose role, columns, CRS and datum for every layer of every file."""
    layers = [layer for report in reports for layer in report.layers]
    if around.near is None:
        around = replace(around, near=_place_of_the_rest(layers))
    return tuple(_plan(layer, around) for layer in layers)


def _place_of_the_rest(layers: Sequence[SourceLayer]) -> tuple[float, float] | None:
    """Return where the other layers of the same drop lie, from the first that says its system."""
    for layer in layers:
        if layer.crs and layer.bounds is not None:
            x_min, y_min, x_max, y_max = layer.bounds
            try:
                place = placing.read_code(layer.crs)
                return systems.transform_point(
                    (x_min + x_max) / 2.0, (y_min + y_max) / 2.0, place.crs, systems.WGS84
                )
            except DataError:
                continue
    return None


def _plan(layer: SourceLayer, around: Surroundings) -> ImportPlan:
    proposal = propose_role(layer)
    crs, datum, candidates, questions = _place(layer, around)
    if not layer.encoding:
        questions = (*questions, _encoding_question(layer))
    return ImportPlan(
        source=layer,
        role=proposal.role,
        name=layer.name,
        crs=crs,
        datum=datum,
        encoding=layer.encoding,
        field_map=propose_fields(layer, proposal.role),
        crs_candidates=candidates,
        questions=questions,
        is_wanted=proposal.is_wanted and layer.features > 0,
        attribution=propose_attribution(layer),
    )


def _place(
    layer: SourceLayer, around: Surroundings
) -> tuple[str, Datum, tuple[Candidate, ...], tuple[str, ...]]:
    """Return crs, datum, candidates and questions; a question goes with an empty crs."""
    said = placing.declared_datum([layer.name, layer.path.stem, *layer.columns])
    candidates = _said_first(placing.candidates(layer.bounds, around.near, around.project_crs), said)
    try:
        if systems.is_undefined(layer.crs):
            return _unplaced(layer, said, candidates)
        place = placing.read_code(layer.crs)
    except DataError as error:
        return "", Datum.OTHER, candidates, (str(error), _crs_question(layer))
    if layer.bounds is not None:
        geographic = systems.is_geographic(place.crs)
        if placing.is_swapped(layer.bounds, geographic=geographic):
            proposal = (place.crs + placing.SWAPPED, tr("x and y change places"))
            return (
                "",
                Datum.OTHER,
                (proposal, *(c for c in candidates if c[0] != proposal[0])),
                (_swap_question(layer),),
            )
        if geographic and not placing.looks_geographic(layer.bounds):
            return "", Datum.OTHER, candidates, (_not_degrees_question(layer),)
    if said is not None and said[0] in {Datum.GCJ02, Datum.BD09} and systems.is_geographic(place.crs):
        shifted = (said[0].value, tr("“{word}” says so", word=said[1]))
        kept = (place.crs, tr("the file says so"))
        return "", Datum.OTHER, (shifted, kept), (_shifted_question(layer, said[0], said[1]),)
    return place.crs, place.datum, (), ()


def with_crs(plan: ImportPlan, code: str) -> ImportPlan:
    """Return the plan in another coordinate system; its datum follows, so that the two never contradict each other."""
    try:
        datum = placing.read_code(code).datum if code else Datum.OTHER
    except DataError:  # a code that nobody knows; importing says so
        datum = Datum.OTHER
    return replace(plan, crs=code, datum=datum)


def _said_first(candidates: tuple[Candidate, ...], said: tuple[Datum, str] | None) -> tuple[Candidate, ...]:
    """Put the shifted datum that a name literally says before what the numbers alone suggest."""
    if said is None or said[0] not in {Datum.GCJ02, Datum.BD09}:
        return candidates
    reason = tr("“{word}” says so", word=said[1])
    first = [(code, reason) for code, _ in candidates if code.removesuffix(placing.SWAPPED) == said[0].value]
    codes = {code for code, _ in first}
    return (*first, *(c for c in candidates if c[0] not in codes))


def _unplaced(
    layer: SourceLayer, said: tuple[Datum, str] | None, candidates: tuple[Candidate, ...]
) -> tuple[str, Datum, tuple[Candidate, ...], tuple[str, ...]]:
    if said is None:
        return "", Datum.OTHER, candidates, (_crs_question(layer),)
    datum, word = said
    stated = placing.declared_by_columns(layer.coordinate_columns)
    datum = stated or datum
    code = {Datum.WGS84: systems.WGS84, Datum.CGCS2000: systems.CGCS2000}.get(datum, datum.value)
    geographic = layer.bounds is not None and placing.looks_geographic(layer.bounds)
    if not geographic:
        return "", Datum.OTHER, candidates, (_crs_question(layer),)
    assert layer.bounds is not None
    if stated is not None and not placing.is_swapped(layer.bounds, geographic=True):
        said_so = tr("“{word}” says so", word=", ".join(layer.coordinate_columns))
        return code, datum, ((code, said_so), *(c for c in candidates if c[0] != code)), ()
    first = (code, tr("“{word}” says so", word=word))
    rest = tuple(c for c in candidates if c[0] != code)
    question = _shifted_question(layer, datum, word)
    return "", Datum.OTHER, (first, *rest), (question,)


def _crs_question(layer: SourceLayer) -> str:
    return tr(
        "Which coordinate system are the numbers of “{layer}” in? The file does not say.", layer=layer.name
    )


def _swap_question(layer: SourceLayer) -> str:
    return tr("In “{layer}” x and y seem to be exchanged: shall they change places?", layer=layer.name)


def _not_degrees_question(layer: SourceLayer) -> str:
    return tr(
        "“{layer}” says degrees, but its numbers are metres: which coordinate system are they in?",
        layer=layer.name,
    )


def _shifted_question(layer: SourceLayer, datum: Datum, word: str) -> str:
    return tr(
        "“{word}” suggests that “{layer}” is in {datum}: is that so?",
        word=word,
        layer=layer.name,
        datum=datum.value,
    )


def _encoding_question(layer: SourceLayer) -> str:
    fits = ", ".join(code for code, _ in layer.encodings)
    return tr(
        "Which text encoding is “{layer}” written in? These fit: {encodings}.",
        layer=layer.name,
        encodings=fits,
    )


def settle(plan: ImportPlan) -> Placement:
    """Return where the plan's numbers lie; raise DataError with the open question when nobody has said."""
    source = plan.source.path.name
    if not plan.encoding:
        raise DataError(
            tr(
                "“{file}”: {question} Give the encoding.",
                file=source,
                question=_encoding_question(plan.source),
            )
        )
    _check_encoding(plan.encoding)
    code = plan.crs.strip() or _code_of_declared(plan)
    if not code:
        fits = ", ".join(code for code, _ in plan.crs_candidates)
        question = plan.questions[0] if plan.questions else _crs_question(plan.source)
        hint = tr("Possible: {codes}.", codes=fits) if fits else tr("Give a code such as EPSG:4549.")
        raise DataError(tr("“{file}”: {question} {hint}", file=source, question=question, hint=hint))
    place = placing.read_code(code)
    if plan.datum in {Datum.GCJ02, Datum.BD09} and place.datum != plan.datum:
        if not systems.is_geographic(place.crs):
            raise DataError(
                tr(
                    "“{file}”: {datum} coordinates are degrees, but {crs} counts metres; choose one of the two.",
                    file=source,
                    datum=plan.datum.value,
                    crs=place.crs,
                )
            )
        place = replace(place, crs=systems.WGS84, datum=plan.datum)
    _check_metres(plan, place)
    return replace(place, swap_axes=True) if plan.swap_axes else place


def _check_encoding(code: str) -> None:
    try:
        "".encode(code)
    except (LookupError, UnicodeError, ValueError) as error:
        raise DataError(
            tr("The encoding “{encoding}” is not known; use UTF-8 or GB18030.", encoding=code)
        ) from error


def _check_metres(plan: ImportPlan, place: Placement) -> None:
    """Refuse degrees that are declared as metres: they would be shown within a few steps of the system's origin."""
    bounds = plan.source.bounds
    if bounds is None or not placing.are_degrees_as_metres(bounds, place.crs):
        return
    fits = ", ".join(code for code, _ in placing.candidates(bounds, None, ""))
    raise DataError(
        tr(
            "“{file}”: the numbers of “{layer}” are degrees, but {crs} counts metres. Possible: {codes}.",
            file=plan.source.path.name,
            layer=plan.source.name,
            crs=place.crs[:40],
            codes=fits,
        )
    )


def _code_of_declared(plan: ImportPlan) -> str:
    """Return the system that a declared datum implies for degrees; a projected layer's zone must still be told."""
    bounds = plan.source.bounds
    if bounds is None or not placing.looks_geographic(bounds):
        return ""
    codes: dict[Any, str] = {Datum.WGS84: systems.WGS84, Datum.CGCS2000: systems.CGCS2000}
    if plan.datum == Datum.OTHER:
        return ""
    code = codes.get(plan.datum, plan.datum.value)
    return code + placing.SWAPPED if placing.is_swapped(bounds, geographic=True) and plan.swap_axes else code
