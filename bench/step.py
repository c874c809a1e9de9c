"""One step of one case: to SpiffWorkflow merely running it in memory, and to an empty commit (CPU, wall)."""

import io
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace

from models import model
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.util.task import TaskState

from bench.figures import Cost, Row, Size, Watch, best
from bench.folder import SHELL, commit, one_lane
from engine import cases, clock, definition, spiff, tasks, worktime
from engine.database import Database
from engine.spiff import Situation
from engine.spiff.process import process as spec_of
from engine.spiff.state import decode
from engine.transaction import transaction
from engine.variables import Variables

GOALS = {11: "CPU <= 2", 111: "CPU < 1"}


def measure(size: Size) -> Iterator[Row]:
    """What a step costs, whatever the length and the age of its case."""
    for length in size.steps:
        content = row(length)
        alone, ours = best(size.rounds, raw(content)), best(size.rounds, door(content))
        with one_lane(content) as found:
            whole, empty = best(size.rounds, command(found)), best(size.rounds, lambda found=found: commits(found))
        yield f"the door / SpiffWorkflow alone, {length} tasks", ours / alone, GOALS.get(length, "")
        yield f"the whole command / SpiffWorkflow alone, {length} tasks", whole / alone, "the door's, + one commit"
        yield f"the whole command / an empty commit, {length} tasks", whole / empty, ""
        yield f"... milliseconds, {length} tasks", (whole.cpu * 1e3, whole.wall * 1e3), ""
    early = min(10, size.loop // 2)
    ratio, sizes = ages(size, early)
    yield f"round {size.loop} of a rework loop / round {early} (door, CPU)", (ratio,), "<= 1.2"
    yield f"bytes of state in round {early} and in round {size.loop}", sizes, "<= 1 KB, flat"
    stored, live = memory(row(11), size.live)
    yield f"{size.live} live cases in one process: KB a case, bytes stored a case", (live / 1e3, stored), ""


def row(length: int) -> bytes:
    """A row of user tasks in one lane."""
    nodes = " | ".join(f"user T{n} lane=L" for n in range(length))
    flows = " | ".join(f"T{n} > T{n + 1}" for n in range(length - 1))
    return model(f"start S | {nodes} | end E | S > T0 | {flows} | T{length - 1} > E")


def loop() -> bytes:
    """One task that is repeated for ever."""
    return model("start S | user A lane=L | xor G default=again | end E | S > A | A > G | G > A again | G > E : done")


def raw(content: bytes) -> Callable[[], Cost]:
    """SpiffWorkflow alone: parsed once, run in memory, nothing stored."""
    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(content))
    spec = parser.get_spec("p")

    def run() -> Cost:
        watch, steps = Watch(), 0
        with watch:
            workflow = BpmnWorkflow(spec)
            workflow.do_engine_steps()
            while ready := [t for t in workflow.get_tasks(state=TaskState.READY) if t.task_spec.manual]:
                ready[0].run()
                workflow.do_engine_steps()
                steps += 1
        return watch.cost(steps)

    return run


def door(content: bytes) -> Callable[[], Cost]:
    """Our door: the state decoded before and encoded after each step."""
    [process] = definition.read(content, "b.bpmn")
    at = Situation(process, Variables(), clock.business(), worktime.calendar())

    def run() -> Cost:
        watch, steps = Watch(), 0
        with watch:
            step = spiff.start(at, {})
            while step.opened:
                step, steps = spiff.complete(at, step.state, step.opened[0].token, {}), steps + 1
        return watch.cost(steps)

    return run


def command(found: Database) -> Callable[[], Cost]:
    """The whole command: rights, form, step, rows, event, chain, one fsynced commit. Looking for what is open is not
    part of it: the work item's id comes with the request."""

    def run() -> Cost:
        watch, steps = Watch(), 0
        with found.session() as session:
            with transaction(session):
                case = cases.start(session, "p", SHELL, {}, typed=True).id
            while items := cases.open_items(session, [case])[case]:
                with watch, transaction(session):
                    tasks.complete(session, items[0].id, SHELL, {}, typed=True)
                steps += 1
        return watch.cost(steps)

    return run


def commits(found: Database, number: int = 40) -> Cost:
    """Empty fsynced commits."""
    watch = Watch()
    with found.session() as session, watch:
        for _ in range(number):
            commit(session)
    return watch.cost(number)


def ages(size: Size, early: int) -> tuple[float, tuple[int, ...]]:
    """(cost of the last round of a loop to that of an early one, sizes of the state at both)."""
    [process] = definition.read(loop(), "b.bpmn")
    at = Situation(process, Variables(), clock.business(), worktime.calendar())
    step, sizes = spiff.start(at, {"done": False}), []
    costs: dict[int, list[float]] = {early: [], size.loop: []}
    at = replace(at, variables=step.variables)
    for number in range(1, size.loop + 1):
        if number in costs:
            state, token = step.state, step.opened[0].token
            sizes.append(len(state))
            for _ in range(size.rounds * 20):
                began = time.process_time()
                spiff.complete(at, state, token, {})
                costs[number].append(time.process_time() - began)
        step = spiff.complete(at, step.state, step.opened[0].token, {})
    return statistics.median(costs[size.loop]) / statistics.median(costs[early]), tuple(sizes)


def memory(content: bytes, number: int) -> tuple[int, int]:
    """(bytes a stored state, bytes a case that is decoded and live) of cases that share their model."""
    [process] = definition.read(content, "b.bpmn")
    at = Situation(process, Variables(), clock.business(), worktime.calendar())
    states = [spiff.start(at, {}).state for _ in range(number)]
    tracemalloc.start()
    live = [decode(state, at, spec_of) for state in states]
    found, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return sum(map(len, states)) // number, found // len(live)
