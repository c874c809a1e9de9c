"""What one step costs, as ratios inside this run: to SpiffWorkflow merely running it, and to an empty commit.

    ./run python -m bench [--rounds N]

CPU is process time, wall is wall time; the best of some rounds counts, since a shared machine only ever adds.
"""

import argparse
import io
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.util.task import TaskState

from engine import cases, clock, database, definition, deployments, spiff, tasks, worktime
from engine.model import Counter
from engine.people import OPERATOR, Actor
from engine.spiff import Situation
from engine.spiff.process import process as spec_of
from engine.spiff.state import decode
from engine.transaction import transaction
from engine.variables import Variables

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from models import model  # noqa: E402 (the notation of the tests' small models)

SHELL = Actor("system", "bench", frozenset({OPERATOR, "ppk"}), frozenset())


@dataclass(frozen=True)
class Cost:
    """Seconds a step."""

    cpu: float
    wall: float


def row(tasks_: int) -> bytes:
    """A row of user tasks in one lane."""
    nodes = " | ".join(f"user T{n} lane=L" for n in range(tasks_))
    flows = " | ".join(f"T{n} > T{n + 1}" for n in range(tasks_ - 1))
    return model(f"start S | {nodes} | end E | S > T0 | {flows} | T{tasks_ - 1} > E")


def loop() -> bytes:
    """One task that is repeated for ever."""
    return model("start S | user A lane=L | xor G default=again | end E | S > A | A > G | G > A again | G > E : done")


def best(rounds: int, run: Callable[[], int]) -> Cost:
    """The cheapest of some rounds; `run` says how many steps it took."""
    cpu, wall = [], []
    for _ in range(rounds):
        began, clocked = time.process_time(), time.perf_counter()
        steps = run()
        cpu.append((time.process_time() - began) / steps)
        wall.append((time.perf_counter() - clocked) / steps)
    return Cost(min(cpu), min(wall))


def raw(content: bytes) -> Callable[[], int]:
    """SpiffWorkflow alone: parsed once, run in memory, nothing stored."""
    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(content))
    spec = parser.get_spec("p")

    def run() -> int:
        workflow, steps = BpmnWorkflow(spec), 0
        workflow.do_engine_steps()
        while ready := [t for t in workflow.get_tasks(state=TaskState.READY) if t.task_spec.manual]:
            ready[0].run()
            workflow.do_engine_steps()
            steps += 1
        return steps

    return run


def door(content: bytes) -> Callable[[], int]:
    """Our door: the state decoded before and encoded after each step."""
    [process] = definition.read(content, "b.bpmn")
    at = Situation(process, Variables(), clock.business(), worktime.calendar())

    def run() -> int:
        step, steps = spiff.start(at, {}), 0
        while step.opened:
            step, steps = spiff.complete(at, step.state, step.opened[0].token, {}), steps + 1
        return steps

    return run


@contextmanager
def opened(content: bytes) -> Iterator[database.Database]:
    """A fresh database with one process."""
    with tempfile.TemporaryDirectory() as folder:
        found = database.attach(Path(folder))
        database.upgrade(found)
        with found.session() as session, transaction(session):
            deployments.deploy(session, {"b.bpmn": content}, "system")
            for right in _rights():
                session.add(right)
                session.flush()
        yield found
        found.engine.dispose()


def _rights() -> list[object]:
    from engine.demo.cast import BEGINS
    from engine.model import LaneRole, Role

    return [Role(key="ppk", name="PPK"), LaneRole(key="p", lane="L", role_key="ppk", begins=BEGINS)]


def command(found: database.Database) -> Callable[[], int]:
    """The whole command: rights, form, step, rows, event, chain, one fsynced commit."""

    def run() -> int:
        with found.session() as session:
            with transaction(session):
                case, steps = cases.start(session, "p", SHELL, {}, typed=True).id, 0
            while items := cases.open_items(session, [case])[case]:
                item = items[0].id
                with transaction(session):
                    tasks.complete(session, item, SHELL, {}, typed=True)
                steps += 1
        return steps

    return run


def commits(found: database.Database, number: int = 40) -> Cost:
    """An empty fsynced commit: one row raised."""

    def run() -> int:
        with found.session() as session:
            for _ in range(number):
                with transaction(session):
                    counter = session.get(Counter, ("BENCH", 1)) or Counter(prefix="BENCH", year=1, last=0)
                    counter.last += 1
                    session.add(counter)
        return number

    return best(3, run)


def ages(rounds: int) -> tuple[float, list[int]]:
    """(cost of the 1 000th round of a loop to that of the 10th, sizes of the state at both)."""
    [process] = definition.read(loop(), "b.bpmn")
    at = Situation(process, Variables(), clock.business(), worktime.calendar())
    step, costs, sizes = spiff.start(at, {"done": False}), {10: [], 1000: []}, []
    at = replace(at, variables=step.variables)
    for number in range(1, 1001):
        if number in costs:
            state, token = step.state, step.opened[0].token
            sizes.append(len(state))
            for _ in range(rounds * 20):
                began = time.process_time()
                spiff.complete(at, state, token, {})
                costs[number].append(time.process_time() - began)
        step = spiff.complete(at, step.state, step.opened[0].token, {})
    return statistics.median(costs[1000]) / statistics.median(costs[10]), sizes


def memory(content: bytes, number: int = 10_000) -> tuple[int, int]:
    """(bytes a stored state, bytes a case that is decoded and live) of cases that share their model."""
    [process] = definition.read(content, "b.bpmn")
    at = Situation(process, Variables(), clock.business(), worktime.calendar())
    states = [spiff.start(at, {}).state for _ in range(number)]
    tracemalloc.start()
    live = [decode(state, at, spec_of) for state in states]
    found, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return sum(map(len, states)) // number, found // len(live)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(prog="bench")
    options.add_argument("--rounds", type=int, default=5)
    rounds = options.parse_args().rounds
    show("", ("CPU", "wall"))
    for size in (11, 111):
        content = row(size)
        alone, ours = best(rounds, raw(content)), best(rounds, door(content))
        with opened(content) as found:
            whole, empty = best(rounds, command(found)), commits(found)
        show(f"door / SpiffWorkflow alone, {size} tasks", ratio_of(ours, alone))
        show(f"command / SpiffWorkflow alone, {size} tasks", ratio_of(whole, alone))
        show(f"command / an empty commit, {size} tasks", ratio_of(whole, empty))
    ratio, sizes = ages(rounds)
    show("round 1 000 of a rework loop / round 10", (ratio,))
    show("bytes of state in round 10 and in round 1 000", sizes)
    stored, live = memory(row(11))
    show("10 000 live cases in one process: KB a case, MB in all", (live / 1000, live / 100))
    show("... and stored: bytes a case", (stored,))


def ratio_of(ours: Cost, other: Cost) -> tuple[float, float]:
    """(CPU, wall)."""
    return ours.cpu / other.cpu, ours.wall / other.wall


def show(what: str, figures: Sequence[float | int | str]) -> None:
    """One row of the table."""
    print(f"{what:<56}" + "".join(f"{f:>9.2f}" if isinstance(f, float) else f"{f:>9}" for f in figures))


if __name__ == "__main__":
    main()
