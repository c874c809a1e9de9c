"""What becomes of one mutant: refused naming an element, or deployed, walked, and walked like the oracle."""

import signal
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from types import FrameType
from typing import Any

from fuzz_data import Data, data_of
from fuzz_oracle import compare
from fuzz_sources import DECISIONS, FORMS
from lxml import etree

from engine import definition, diagram, lint, values
from engine.errors import EngineError, Problem
from engine.people import ZONE
from engine.scenario.world import World

FILE = "m.bpmn"
OF_THE_FILE = {"xml", "bpmn", "doctype", "file-size", "executable", "more-problems", "diagram"}  # name no element
SECONDS, STEPS, BUDGET = 20, 14, 3_000
NOW = datetime(2026, 1, 5, 8, tzinfo=ZONE)
KINDS = ("refused", "agreed", "walked", "FAILED")


@dataclass(frozen=True)
class Verdict:
    """One of KINDS and why; "walked": the oracle does not know the model."""

    kind: str
    why: str
    steps: int = 0  # that both took alike
    seconds: float = 0


class TooSlow(BaseException):
    """A mutant took longer than SECONDS."""


def judge(xml: bytes, seed: str, seconds: float = SECONDS) -> Verdict:
    """Lint it, draw it, walk it. Whatever is raised but EngineError is a failure, and so is being too slow."""
    begun = time.monotonic()
    try:
        with _at_most(seconds):
            verdict = _judged(xml, Random(seed))
    except (Exception, TooSlow, RecursionError) as error:  # noqa: BLE001 - whatever it is, it must not come out
        where = [f"{f.filename.rpartition('/')[2]}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)]
        verdict = Verdict("FAILED", f"{type(error).__name__}: {error}"[:600] + f" at {' '.join(where[-4:])}")
    return Verdict(verdict.kind, verdict.why, verdict.steps, time.monotonic() - begun)


def _judged(xml: bytes, dice: Random) -> Verdict:
    problems = lint.check({FILE: xml}, FORMS, (), DECISIONS)
    for problem in problems:
        if why := _unnamed(problem, xml):
            return Verdict("FAILED", f"{why}: {problem}")
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        return Verdict("refused", errors[0].rule)
    processes = {process.key: process for process in definition.read(xml, FILE) if process.executable}
    diagram.draw(xml)
    data = data_of(xml)
    walk(processes, data, dice)
    try:
        with _at_most(SECONDS / 5):
            return Verdict(*compare(xml, processes, data, dice))
    except TooSlow:
        return Verdict("walked", "a walk of the oracle that takes too long")  # the walk in the World was in time


def _unnamed(problem: Problem, xml: bytes) -> str | None:
    """Why a problem does not tell an analyst where to look."""
    if not problem.message.strip() or problem.message.strip()[-1] not in ".?”)":
        return "no sentence"
    if problem.element is None:
        return None if problem.rule in OF_THE_FILE else "names no element"
    there = {element.get("id") for element in etree.fromstring(xml).iter("*")}
    return None if problem.element in there else "names an element that is not there"


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raises TooSlow inside when the time is over."""

    def over(number: int, frame: FrameType | None) -> None:
        raise TooSlow(f"after {seconds} s")

    before = signal.signal(signal.SIGVTALRM, over)
    left, _ = signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, left and max(left - seconds, 1))
        signal.signal(signal.SIGVTALRM, before)


def walk(processes: Mapping[str, definition.Definition], data: Data, dice: Random) -> None:
    """Random steps of a scenario; one that is refused changes nothing."""
    try:
        world = World(processes, {}, {}, NOW)
    except EngineError:
        return  # a timer start event that cannot be computed
    world.most_steps, over = BUDGET, time.process_time() + SECONDS / 20
    for number in range(STEPS):
        before, world.deadline = world.standing, time.monotonic() + SECONDS / 5
        try:
            _step(world, data, dice, number)
        except EngineError as refused:
            assert str(refused).strip()
            world.standing = before
        if time.process_time() > over:
            return


def _step(world: World, data: Data, dice: Random, number: int) -> None:
    given: dict[str, Any] = values.from_json(values.to_json(data.some(dice, number > 6)))
    items = sorted({item.element for run in world.runs.values() for item in run.items})
    match "start" if number == 0 else dice.choice(("complete", "complete", "complete", "advance", "message", "signal")):
        case "start":
            world.start(dice.choice(sorted(world.models)), given)
        case "complete" if items:
            world.complete(dice.choice(items), given)
        case "message" if data.messages:
            world.receive(dice.choice(data.messages), given, dice.choice((None, *given.values())))
        case "signal" if data.signals:
            world.signal(dice.choice(data.signals))
        case _:
            dues = [timer.due for run in world.runs.values() for timer in run.timers]
            jump = world.now + timedelta(minutes=dice.randint(1, 6000))
            world.advance(max(world.now, dice.choice((min(dues, default=jump), jump))))
