"""Which questions residents are asked beside the proposals: the project's own, else the program's."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from renovate_gui.app.caches import Kept
from renovate_gui.assets import resource_path, tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.domain.questions import Question, Questions
from renovate_gui.domain.record import Record, RecordKind
from renovate_gui.store.history import now
from renovate_gui.store.owner import user_name

if TYPE_CHECKING:
    from renovate_gui.store.project import Project

_THE_ONE = Uuid("questions")  # one row in every copy of a project, so that copies can be merged
_MOST = 12  # entries that find room on a form


@lru_cache(maxsize=1)
def default_questions() -> Questions:
    """Return the questions that come with the program."""
    with resource_path("questions.toml").open("rb") as file:
        return _questions(tomllib.load(file))


class Asked:
    """The questions of the open project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._kept: Kept[str, Questions] = Kept(project, lambda _key: self._read())
        project.subscribe(self._follow)

    def _follow(self, event: ChangeEvent) -> None:
        if "records" in event.topics:
            self._kept.forget()

    def _read(self) -> Questions:
        found = self._project.find_record(_THE_ONE)
        return default_questions() if found is None else _questions(found.properties)

    def get(self) -> Questions:
        """Return the project's questions, else the program's."""
        return self._kept.get("")

    def put(self, questions: Questions) -> None:
        """Keep the project's own questions; raise RequestError for a code that stands twice, or too many entries."""
        for entries in (questions.menu, questions.needs, questions.management):
            codes = [q.code for q in entries]
            if len(set(codes)) != len(codes):
                raise RequestError(tr("A code stands twice in the list of questions."))
            if len(entries) > _MOST:
                raise RequestError(
                    tr(
                        "A list of questions has {n} entries; the form has room for {most}.",
                        n=len(codes),
                        most=_MOST,
                    )
                )
        held = {
            "menu": _entries(questions.menu),
            "need": _entries(questions.needs),
            "management": _entries(questions.management),
        }
        record = Record(_THE_ONE, RecordKind.QUESTIONS, "", now(), user_name(), held)
        with self._project.action(tr("Change the questions to residents")) as writer:
            writer.put_records([record])


def _questions(held: Mapping[str, Any]) -> Questions:
    def part(name: str) -> tuple[Question, ...]:
        return tuple(Question(str(e["code"]), str(e["zh"]), str(e["en"])) for e in held.get(name, ()))

    return Questions(part("menu"), part("need"), part("management"))


def _entries(found: Iterable[Question]) -> list[dict[str, str]]:
    return [{"code": q.code, "zh": q.zh, "en": q.en} for q in found]
