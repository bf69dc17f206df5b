"""``inspect``, ``new`` and ``import``: from source files to layers with a passport."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renovate_gui.assets import tr
from renovate_gui.cli.report import run_task, say, say_json
from renovate_gui.cli.services import Services
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.roles import FIELDS, Datum, Role

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.app.survey import ImportPlan, SourceLayer, SourceReport


def inspect(options: argparse.Namespace, _services: Services) -> int:
    """Show what is in a source file; nothing but the file and its side files is opened."""
    from renovate_gui.app.inspecting import inspection
    from renovate_gui.app.planning import Surroundings, propose

    _must_exist(options.file)
    reports = run_task(inspection([options.file]))
    plans = propose(reports, Surroundings())
    problems = [p for report in reports for p in report.problems]
    if options.json:
        say_json({"layers": [_layer_json(p) for p in plans], "problems": problems})
    else:
        for plan in plans:
            _say_layer(plan)
        for problem in problems if plans else problems[1:]:  # the error line says the first
            say(f"· {problem}")
    if not plans:
        raise DataError(
            problems[0] if problems else tr("There is no layer in {file}.", file=options.file.name)
        )
    return 0


def _layer_json(plan: ImportPlan) -> dict[str, Any]:
    source = plan.source
    return {
        "file": source.path.name,
        "name": source.name,
        "geometry_type": source.geometry_type,
        "features": source.features,
        "crs": source.crs or plan.crs or None,
        "crs_candidates": [{"crs": code, "why": why} for code, why in plan.crs_candidates],
        "encoding": source.encoding or None,
        "driver": source.driver,
        "bounds": list(source.bounds) if source.bounds else None,
        "columns": list(source.columns),
        "role": plan.role.value,
        "map": dict(plan.field_map),
        "questions": list(plan.questions),
        "problems": list(source.problems),
    }


def _say_layer(plan: ImportPlan) -> None:
    from renovate_gui.app.terms import term

    source = plan.source
    crs = source.crs or plan.crs  # a table's headings may declare it
    crs = crs if len(crs) < 40 else crs[:37] + "…"
    say(
        tr(
            "{layer}: {n} features, {type}, {crs}, {encoding}; looks like: {role}",
            layer=source.name,
            n=f"{source.features:,}",
            type=source.geometry_type,
            crs=crs or tr("no coordinate system"),
            encoding=source.encoding or tr("encoding unknown"),
            role=term(plan.role),
        )
    )
    for note in (*plan.questions, *source.problems):
        say(f"  · {note}")


def new(options: argparse.Namespace, services: Services) -> int:
    """Make an empty project file."""
    from renovate_gui.app import standards

    standard = standards.profile(options.standard)
    must_end_in(options.project, ".gpkg")
    with services.create_session(
        options.project, title=options.title, crs=options.crs, standard=standard.id
    ) as session:
        settings = session.settings()
    if options.json:
        say_json(
            {
                "project": str(options.project),
                "title": settings.title,
                "crs": settings.crs or None,
                "standard": settings.standard,
            }
        )
    else:
        say(tr("Made {path}", path=options.project))
    return 0


def must_end_in(path: Path, ending: str) -> None:
    """Refuse a file name whose ending promises another format than will be written."""
    if path.suffix.lower() != ending:
        raise RequestError(
            tr(
                "“{file}” must end in {ending}, the only format written here.",
                file=path.name,
                ending=ending,
            )
        )


def bring_in(options: argparse.Namespace, services: Services) -> int:
    """Bring one layer of a file into a project."""
    _must_exist(options.file)
    if options.project.exists() and options.file.samefile(options.project):
        raise RequestError(
            tr("{file} is the project itself; name the file to bring in.", file=options.file.name)
        )
    with services.open_session(options.project) as session:
        reports = run_task(session.survey.prepare_inspect([options.file], encoding=options.encoding))
        plan = _choose(session.survey.propose(reports), reports, options)
        info = run_task(session.survey.prepare_import(_corrected(plan, options)))
        repaired = session.survey.repair(info.id) if options.repair else 0
        info = session.layers.get(info.id)
        if options.json:
            say_json({**_info_json(session, info), "repaired": repaired})
        else:
            _say_info(info)
    return 0


def _choose(
    plans: Sequence[ImportPlan], reports: Sequence[SourceReport], options: argparse.Namespace
) -> ImportPlan:
    """Return the plan of the wanted layer: the named one, the only one, or the only one of that role."""
    if not plans:
        problems = [p for report in reports for p in report.problems]
        raise DataError(
            problems[0] if problems else tr("There is no layer in {file}.", file=options.file.name)
        )
    names = ", ".join(p.source.name for p in plans)
    if options.layer:
        found = [p for p in plans if p.source.name == options.layer]
        if not found:
            raise RequestError(
                tr(
                    "{file} has no layer “{layer}”; it has: {names}.",
                    file=options.file.name,
                    layer=options.layer,
                    names=names,
                )
            )
        return found[0]
    if len(plans) == 1:
        return plans[0]
    of_role = [p for p in plans if p.role.value == options.role and p.is_wanted]
    if len(of_role) == 1:
        return of_role[0]
    raise RequestError(
        tr(
            "{file} has several layers: {names}. Choose one with --layer.",
            file=options.file.name,
            names=names,
        )
    )


def _corrected(plan: ImportPlan, options: argparse.Namespace) -> ImportPlan:
    """Return the plan with what the flags say; they win over every proposal."""
    from renovate_gui.app.planning import with_crs
    from renovate_gui.app.proposing import propose_fields

    role = Role(options.role)
    fields = dict(plan.field_map) if role == plan.role else propose_fields(plan.source, role)
    fields.update(_mapping(options.map, plan.source, role))
    if options.crs:
        plan = with_crs(plan, options.crs)
    return replace(
        plan,
        role=role,
        name=options.name or plan.name,
        field_map={k: v for k, v in fields.items() if v},
        datum=Datum(options.datum) if options.datum else plan.datum,
        encoding=options.encoding or plan.encoding,
        swap_axes=options.swap_axes or plan.swap_axes,
        questions=() if options.crs else plan.questions,
    )


def _mapping(pairs: Sequence[tuple[str, str]], source: SourceLayer, role: Role) -> dict[str, str]:
    """Return FIELD=COLUMN pairs after checking both sides; an empty column takes a proposal back."""
    known = [f.name for f in FIELDS[role]]
    for name, column in pairs:
        if name not in known:
            raise RequestError(
                tr(
                    "“{name}” is no field of the role {role}; it has: {known}.",
                    name=name,
                    role=role.value,
                    known=", ".join(known),
                )
            )
        if column and column not in source.columns:
            raise RequestError(
                tr(
                    "The layer “{layer}” has no column “{column}”; it has: {columns}.",
                    layer=source.name,
                    column=column,
                    columns=", ".join(source.columns),
                )
            )
    return dict(pairs)


def _info_json(session: Session, info: LayerInfo) -> dict[str, Any]:
    passport = info.passport
    if passport is None:
        raise RuntimeError("an imported layer has a passport")
    return {
        "layer": info.name,
        "id": info.uuid,
        "role": info.role.value,
        "features": info.feature_count,
        "geometry_type": info.geometry_type,
        "project_crs": session.settings().crs,
        "source_crs": info.source_crs,
        "datum": info.datum.value,
        "encoding": passport.encoding,
        "conversion": passport.conversion,
        "sha256": passport.source_sha256,
        "map": dict(info.field_map),
        "rows_read": passport.rows_read,
        "rows_shown": passport.rows_shown,
        "rows_refused": passport.rows_refused,
        "refusals": [{"row": r.row, "reason": r.reason} for r in passport.refusals],
        "notes": list(passport.notes),
        "invalid": len(session.survey.invalid_geometries(info.id)),
    }


def _say_info(info: LayerInfo) -> None:
    passport = info.passport
    if passport is None:
        return
    say(
        tr(
            "“{layer}”: {read} rows read, {shown} shown, {refused} refused. {conversion}",
            layer=info.name,
            read=f"{passport.rows_read:,}",
            shown=f"{passport.rows_shown:,}",
            refused=f"{passport.rows_refused:,}",
            conversion=passport.conversion,
        )
    )
    for refusal in passport.refusals[:10]:
        say(f"  · {tr('row {row}: {reason}', row=refusal.row, reason=refusal.reason)}")
    for note in passport.notes:
        say(f"  · {note}")


def _must_exist(path: Path) -> None:
    if not path.exists():
        raise DataError(tr("{file} is not there.", file=path))
