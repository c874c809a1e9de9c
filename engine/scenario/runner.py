"""Running a scenario: its steps one by one, and what an analyst expects compared with what is so."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import isodate

from engine import definition, dmn, forms, lint, values
from engine.errors import BadValue, EngineError, Problem
from engine.people import ZONE
from engine.scenario.script import Script, instant, mapping
from engine.scenario.world import LimitReached, Run, World
from engine.values import Value


@dataclass(frozen=True)
class StepResult:
    """One step: whether it held, why not, and the first instance after it."""

    n: int
    ok: bool
    message: str
    tasks: list[str]
    ids: list[str]
    ended: bool


@dataclass
class Result:
    """What a scenario came to."""

    file: str
    name: str
    ok: bool
    refused: list[Problem] = field(default_factory=list)
    steps: list[StepResult] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    variables: dict[str, Value] = field(default_factory=dict)
    unexpected: bool = False  # the model was refused, and the scenario did not say so

    def as_json(self) -> dict[str, Any]:
        """The shape of CONTRACT."""
        steps = [vars(step) for step in self.steps]
        refused = [vars(problem) for problem in self.refused]
        return {"file": self.file, "name": self.name, "ok": self.ok, "refused": refused} | {
            "steps": steps,
            "path": self.path,
            "variables": self.variables,
        }


def run(script: Script, most_steps: int = 100_000, seconds: float = 10) -> Result:
    """Run a scenario in memory. Nothing is stored."""
    result = Result(script.file, script.name, ok=True)
    problems = lint.check(script.models | script.forms, _form_keys(script))
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or script.refused:
        return _refused(script, result, errors)
    world = World(_models(script), _forms(script), _decisions(script), script.now)
    world.most_steps, world.deadline = most_steps, time.monotonic() + seconds
    for number, step in enumerate(script.steps, 1):
        try:
            message = _step(world, step)
        except EngineError as error:
            message = str(error)
        result.steps.append(_result(world, number, message))
        if message:
            result.ok = False
            break
    if world.runs:
        first = next(iter(world.runs.values()))
        result.path, result.variables = list(first.path), dict(first.variables.seen())
    return result


def _refused(script: Script, result: Result, errors: list[Problem]) -> Result:
    wanted = [e for e in errors if script.element in (None, e.element) and script.rule in (None, e.rule)]
    result.refused, result.ok = errors, bool(script.refused and wanted)
    result.unexpected = not script.refused
    if script.refused and not wanted:
        place = " ".join(filter(None, (script.element, script.rule)))
        message = f"Model seharusnya ditolak{' di ' + place if place else ''}, tetapi tidak."
        result.steps.append(StepResult(1, False, message, [], [], False))
    return result


def _form_keys(script: Script) -> set[str]:
    """With no forms given any data is accepted, so every form that a model names counts as known."""
    if script.forms:
        return set()
    found = set()
    for file, content in _bpmn(script):
        try:
            processes = definition.read(content, file)
        except EngineError:
            continue  # lint reports it
        found |= {node.form for process in processes for node in process.nodes.values() if node.form}
    return found


def _models(script: Script) -> dict[str, definition.Definition]:
    read = (process for file, content in _bpmn(script) for process in definition.read(content, file))
    return {process.key: process for process in read if process.executable}


def _decisions(script: Script) -> dict[str, dmn.Decision]:
    files = ((file, content) for file, content in script.models.items() if file.endswith(".dmn"))
    return {decision.key: decision for file, content in files for decision in dmn.read(content, file)}


def _bpmn(script: Script) -> Iterator[tuple[str, bytes]]:
    return ((file, content) for file, content in script.models.items() if not file.endswith(".dmn"))


def _forms(script: Script) -> dict[str, forms.Form]:
    read = (forms.load(content, file) for file, content in script.forms.items())
    return {form.key: form for form in read}


def _step(world: World, step: Value) -> str:
    """Take one step. The reason why it does not hold, or nothing. Raises EngineError."""
    step = dict(mapping(step, "Langkah"))
    verbs = [verb for verb in _VERBS if verb in step]
    if len(verbs) != 1 or (unknown := set(step) - {verbs[0], *_VERBS[verbs[0]][1]}):
        names = ", ".join(sorted(step)) if len(verbs) != 1 else ", ".join(sorted(unknown))
        raise BadValue("Langkah tidak dikenal: {names}.", names=names or "-")
    return _VERBS[verbs[0]][0](world, step) or ""


def _start(world: World, step: Mapping[str, Value]) -> None:
    name = str(step["as"]) if step.get("as") else None
    world.start(str(step["start"]), mapping(step.get("data"), "data"), name)


def _complete(world: World, step: Mapping[str, Value]) -> None:
    data, instance = mapping(step.get("data"), "data"), step.get("instance")
    instance = None if instance is None else str(instance)
    if step["complete"] == "*":
        world.complete_all(data, instance)
    else:
        world.complete(str(step["complete"]), data, instance)


def _return(world: World, step: Mapping[str, Value]) -> None:
    by, instance = (None if step.get(key) is None else str(step[key]) for key in ("by", "instance"))
    world.send_back(str(step["return"]), by, instance)


def _advance(world: World, step: Mapping[str, Value]) -> None:
    text = str(step["advance"])
    world.advance(_later(world.now, text) if text.startswith("P") else instant(text))


def _message(world: World, step: Mapping[str, Value]) -> None:
    message = mapping(step["message"], "message")
    if unknown := set(message) - {"name", "data", "key"}:
        raise BadValue("Kunci pesan tidak dikenal: {keys}.", keys=", ".join(sorted(unknown)))
    world.receive(_name(message), mapping(message.get("data"), "data"), message.get("key"))


def _signal(world: World, step: Mapping[str, Value]) -> None:
    signal = mapping(step["signal"], "signal")
    if unknown := set(signal) - {"name"}:
        raise BadValue("Kunci isyarat tidak dikenal: {keys}.", keys=", ".join(sorted(unknown)))
    world.signal(_name(signal))


def _name(event: Mapping[str, Value]) -> str:
    """The name of a message or a signal. Raises BadValue."""
    if not isinstance(event.get("name"), str):
        raise BadValue("Sebutkan `name`-nya.")
    return str(event["name"])


def _refuse(world: World, step: Mapping[str, Value]) -> str:
    before = world.standing
    try:
        refused = bool(_step(world, step["refuse"]))
    except (BadValue, LimitReached):
        raise
    except EngineError:
        refused = True
    world.standing = before
    return "" if refused else "Langkah ini seharusnya ditolak, tetapi berhasil."


def _expect(world: World, step: Mapping[str, Value]) -> str:
    wanted = mapping(step["expect"], "expect")
    if unknown := set(wanted) - {"instance", "instances", *_FACTS}:
        raise BadValue("Harapan tidak dikenal: {keys}.", keys=", ".join(sorted(unknown)))
    run = _chosen(world, wanted.get("instance"))
    return "; ".join([*_unmet(run, wanted), *_unmet_counts(world, wanted.get("instances"))])


def _chosen(world: World, given: Value) -> Run:
    name = None if given is None else str(given)
    if not world.runs:
        raise BadValue("Belum ada berkas yang dimulai.")
    if name is None:
        return next(iter(world.runs.values()))
    if name not in world.runs:
        raise BadValue("Berkas {name} tidak ada dalam skenario ini.", name=name)
    return world.runs[name]


def _unmet(run: Run, wanted: Mapping[str, Value]) -> Iterator[str]:
    for fact in (name for name in wanted if name in _FACTS):  # in the order of the scenario
        got = _FACTS[fact](run)
        if not _matches(fact, wanted[fact], got):
            yield f"{fact}: diharapkan {values.to_json(wanted[fact])}, ternyata {values.to_json(got)}"


def _unmet_counts(world: World, wanted: Value) -> Iterator[str]:
    got = {
        "ended": sum(run.ended for run in world.runs.values()),
        "open": sum(not run.ended for run in world.runs.values()),
    }
    counts = mapping(wanted, "instances")
    if unknown := set(counts) - set(got):
        raise BadValue("Harapan tidak dikenal: {keys}.", keys=", ".join(f"instances.{key}" for key in sorted(unknown)))
    for key, count in counts.items():
        if not _same(count, got[key]):
            yield f"instances.{key}: diharapkan {values.to_json(count)}, ternyata {got[key]}"


def _matches(fact: str, wanted: Value, got: Value) -> bool:
    if fact in LISTS and not (isinstance(wanted, list) and all(isinstance(name, str) for name in wanted)):
        raise BadValue("`{what}` harus berupa daftar nama.", what=fact)
    if fact in ("tasks", "ids"):
        return Counter(wanted) == Counter(got)
    if fact == "visited":
        return not Counter(wanted) - Counter(got)
    if fact == "variables":
        return all(key in got and _same(value, got[key]) for key, value in mapping(wanted, fact).items())
    return _same(wanted, got)


def _same(wanted: Value, got: Value) -> bool:
    """Equal and of one kind (true is not 1), or equal as JSON writes it: a date and its ISO text."""
    if isinstance(wanted, list) and isinstance(got, list):
        return len(wanted) == len(got) and all(map(_same, wanted, got))
    if isinstance(wanted, dict) and isinstance(got, dict):
        return wanted.keys() == got.keys() and all(_same(value, got[key]) for key, value in wanted.items())
    if isinstance(wanted, bool) is not isinstance(got, bool):
        return False
    return bool(wanted == got) or values.to_json(wanted) == values.to_json(got)


def _result(world: World, number: int, message: str) -> StepResult:
    if not world.runs:
        return StepResult(number, not message, message, [], [], False)
    run = next(iter(world.runs.values()))
    return StepResult(number, not message, message, _names(run), [item.element for item in run.items], run.ended)


def _names(run: Run) -> list[str]:
    return [item.name or item.element for item in run.items]


def _later(at: datetime, text: str) -> datetime:
    try:
        later: datetime = at.astimezone(ZONE) + isodate.parse_duration(text)
    except (ValueError, OverflowError) as error:  # isodate has an error of its own kind, and years end
        raise BadValue("{text} bukan lama waktu ISO 8601.", text=text) from error
    return later


LISTS = frozenset({"tasks", "ids", "path", "visited"})
_FACTS: dict[str, Callable[[Run], Value]] = {
    "tasks": _names,
    "ids": lambda run: [item.element for item in run.items],
    "open": lambda run: len(run.items),
    "ended": lambda run: run.ended,
    "variables": lambda run: run.variables.seen(),
    "path": lambda run: list(run.path),
    "visited": lambda run: list(run.path),
}
_VERBS: dict[str, tuple[Callable[[World, Mapping[str, Value]], str | None], frozenset[str]]] = {
    "start": (_start, frozenset({"data", "as"})),
    "complete": (_complete, frozenset({"data", "instance"})),
    "return": (_return, frozenset({"by", "instance"})),
    "advance": (_advance, frozenset()),
    "message": (_message, frozenset()),
    "signal": (_signal, frozenset()),
    "refuse": (_refuse, frozenset()),
    "expect": (_expect, frozenset()),
}
