"""What every benchmark shares: how big it is, how a cost is taken, and what a row of the table is."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Figure = float | int | str
Row = tuple[str, tuple[Figure, ...], str]  # what, figures, the goal


@dataclass(frozen=True)
class Size:
    """How much a benchmark does."""

    rounds: int  # of which the best or the median counts
    steps: tuple[int, ...]  # lengths of the cases that are stepped through
    loop: int  # rounds of a rework loop
    live: int  # cases in one process
    tasks: tuple[int, ...]  # open in the whole system; the first is what the others are compared with
    due: tuple[int, ...]  # timers that are due at once
    clients: tuple[int, ...]
    seconds: float  # each number of clients works


TINY = Size(1, (3,), 20, 5, (20, 60), (0, 3), (1, 2), 0.3)  # for the tests: that it runs
QUICK = Size(5, (11, 111), 1_000, 10_000, (1_000, 100_000), (0, 100), (1, 2, 4, 8), 3)
BIG = Size(5, (11, 111), 1_000, 10_000, (1_000, 100_000, 1_000_000), (0, 100, 10_000), (1, 2, 4, 8), 10)
SIZES = {"tiny": TINY, "quick": QUICK, "big": BIG}


@dataclass(frozen=True)
class Cost:
    """Seconds a step."""

    cpu: float
    wall: float

    def __truediv__(self, other: "Cost") -> tuple[float, float]:
        """(CPU, wall) as ratios."""
        return self.cpu / other.cpu, self.wall / other.wall


class Watch:
    """Adds up what is done while it runs."""

    def __init__(self) -> None:
        self.cpu = self.wall = 0.0
        self.walls: list[float] = []

    def __enter__(self) -> None:
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.walls.append(time.perf_counter() - self._wall)
        self.cpu, self.wall = self.cpu + time.process_time() - self._cpu, self.wall + self.walls[-1]

    def cost(self, steps: int) -> Cost:
        return Cost(self.cpu / steps, self.wall / steps)


def best(rounds: int, run: Callable[[], Cost]) -> Cost:
    """The cheapest of some rounds: a shared machine only ever adds."""
    costs = [run() for _ in range(rounds)]
    return Cost(min(cost.cpu for cost in costs), min(cost.wall for cost in costs))


def median(rounds: int, run: Callable[[], object]) -> Cost:
    """The median of some rounds, after one that is not counted."""
    run()
    cpu, wall = [], []
    for _ in range(rounds):
        watch = Watch()
        with watch:
            run()
        cpu.append(watch.cpu)
        wall.append(watch.wall)
    return Cost(statistics.median(cpu), statistics.median(wall))


def table(rows: Iterator[Row]) -> None:
    """Print rows as they come."""
    for what, figures, goal in rows:
        cells = "".join(f"{f:>11.2f}" if isinstance(f, float) else f"{f:>11}" for f in figures)
        print(f"{what:<66}{cells:<33}  {goal}", flush=True)
