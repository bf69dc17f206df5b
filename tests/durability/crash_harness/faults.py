"""A disk that is full or broken from the n-th call on: sentences, not tracebacks; nothing lost; and work goes on."""

from __future__ import annotations

import json

from crash_harness import checks
from crash_harness.checks import Wrong
from crash_harness.children import Child
from crash_harness.parts import Bench
from crash_harness.scripts import Script, feed, use_small_cache
from crash_harness.shim import FAULTS, Failing, install

_RETRIES = 4


def get_script(bench: Bench, case: int) -> None:
    """Make the script of a case."""
    bench.script("faults", case)


def fail_from_a_call(bench: Bench, case: int, _cases: int) -> str:
    """Let calls of one kind fail from the n-th on, a few or all of them."""
    random = bench.random("faults", case)
    script = bench.script("faults", case)
    fault = list(FAULTS)[case % len(FAULTS)]
    at = random.randint(1, {"write": 400, "read": 200, "sync": 90, "truncate": 3}.get(FAULTS[fault][0], 22))
    count = random.choice((1, 2, 5, 0))
    project = script.copy_to(bench.place("faults", case))

    def prepare() -> None:
        if script.has_small_cache:
            use_small_cache()
        install(Failing(fault, at, count), str(project.parent))

    child = script.fork(project, prepare=prepare)
    done, refusals = feed_patiently(child, script)
    check_manners(child, refusals)
    where = f"{fault} from {at}, {count or 'all'}: {refusals[:1]}"
    try:
        checks.check(project, script.expected(done, done))
    except Wrong as error:
        raise Wrong(f"{where}: {error}") from error
    fed = feed(script.fork(project), script, first=done)
    if fed.acknowledged != len(script.lines) or fed.status:
        raise Wrong(f"{where}: it does not go on: {fed}")
    checks.check(project, script.expected(fed.sent, fed.sent), thorough=random.random() < 0.1)
    return fault if refusals or child.status else f"{fault}, not noticed"


def feed_patiently(child: Child, script: Script) -> tuple[int, list[str]]:
    """Send one operation after another; one that fails is sent again a few times. Return how many were done."""
    done = 0
    refusals: list[str] = []
    while done < len(script.lines):
        for _ in range(_RETRIES):
            answer = _ask(child, script.lines[done])
            if answer is None:
                child.finish()
                return done, refusals
            if answer["ok"] == script.oks[done]:
                break
            if answer["ok"]:
                raise Wrong(f"operation {done} was done but must be refused")
            refusals.append(str(answer["error"]))
        else:
            break
        done += 1
    child.finish()
    return done, refusals


def _ask(child: Child, line: str) -> dict[str, object] | None:
    child.lines.clear()
    if not child.send(line):
        return None
    while not child.lines:
        if not child.read(30.0):
            return None
    answer: dict[str, object] = json.loads(child.lines[0])
    return answer


def check_manners(child: Child, refusals: list[str]) -> None:
    """Sentences, no tracebacks; a sane end."""
    said = child.complaint()
    for text in refusals:
        if not text.strip() or "\n" in text or "Error" in text:
            raise Wrong(f"no sentence: {text!r}")
    if child.status not in {0, 2} or "Traceback" in said or "Exception" in said:
        raise Wrong(f"it ended with {child.status} and said {said[-700:]!r}")
    if child.status == 2 and child_lines(said) != 1:
        raise Wrong(f"not one line: {said[:400]!r}")


def child_lines(said: str) -> int:
    """Return how many lines of error were said."""
    return len([line for line in said.splitlines() if line.strip()])
