"""``export``, ``verify`` and ``replies``: the council loop without a window."""

from __future__ import annotations

import argparse
from typing import Any

from renovate_gui.assets import tr
from renovate_gui.cli.asking import request_of
from renovate_gui.cli.forms import form_request
from renovate_gui.cli.report import complain, remark, run_task, say, say_json
from renovate_gui.cli.scenarios import look_at
from renovate_gui.cli.services import Services
from renovate_gui.domain.reply import ReplyOutcome


def export(options: argparse.Namespace, services: Services) -> int:
    """Write the plan package."""
    from renovate_gui.app.council import ExportRequest

    with services.open_session(options.project) as session:
        look_at(session, options.scenario)
        request = ExportRequest(
            target=options.out,
            distribution=options.distribution,
            reply_until=options.reply_until,
            contact=options.contact,
            papers=tuple(dict.fromkeys(options.paper or ("A3", "A4"))),
            gaps=request_of(session, options),
            map_number=options.map_number,
            black_out=options.black_out,
            accepted_leaks=tuple(options.accept_leak),
            forms=form_request(session, options),
            atlas=options.atlas,
        )
        report = run_task(session.council.prepare_export(request))
    if options.json:
        say_json(
            {
                "path": str(report.path),
                "files": list(report.files),
                "notes": list(report.notes),
                "seal": report.seal,
            }
        )
        return 0
    say(tr("The package is in {path}", path=report.path))
    for name in report.files:
        say(f"  {name}")
    for note in report.notes:
        say(f"· {note}")
    return 0


def verify(options: argparse.Namespace, _services: Services) -> int:
    """Check a plan package."""
    from renovate_gui.app.council import prepare_verify

    report = run_task(prepare_verify(options.package))
    if options.json:
        say_json({"ok": report.ok, "problems": list(report.problems), "files": report.files})
    else:
        for problem in report.problems:
            say(f"· {problem}")
        if report.ok:
            say(tr("{name} is whole: {n} files checked.", name=options.package.name, n=report.files))
    if report.ok:
        return 0
    first = report.problems[0] if report.problems else ""
    name, more = options.package.name, len(report.problems) - 1
    complain(
        tr("{name} is not as it was sealed: {first} ({n} more)", name=name, first=first, n=more)
        if more > 0
        else tr("{name} is not as it was sealed: {first}", name=name, first=first)
    )
    return 2


def replies(options: argparse.Namespace, services: Services) -> int:
    """Bring reply files, scans and photos in; refused ones are named with their reason."""
    with services.open_session(options.project) as session:
        outcomes = run_task(session.council.prepare_replies(options.files))
    waiting = [o for o in outcomes if o.waits]
    refused = [o for o in outcomes if not o.accepted and not o.waits]
    if options.json:
        say_json(
            {
                "accepted": len(outcomes) - len(refused) - len(waiting),
                "refused": len(refused),
                "waiting": len(waiting),
                "outcomes": [_outcome(o) for o in outcomes],
            }
        )
    else:
        for outcome in outcomes:
            say(f"{outcome.file}: {tr('accepted') if outcome.accepted else outcome.reason}")
    if waiting:
        remark(tr("{n} scanned sheets wait for a person to look at them.", n=len(waiting)))
    if not refused:
        return 0
    complain(
        tr(
            "{n} of {total} reply files were refused: {reason}",
            n=len(refused),
            total=len(outcomes),
            reason=refused[0].reason,
        )
    )
    return 2


def _outcome(outcome: ReplyOutcome) -> dict[str, Any]:
    reply = outcome.reply
    return {
        "file": outcome.file,
        "accepted": outcome.accepted,
        "reason": outcome.reason,
        "id": reply.id if reply else None,
        "answers": len(reply.answers) if reply else 0,
    }
