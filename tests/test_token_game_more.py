"""What repeats, calls and sends: the token game by itself, then the engine beside it (the groups that are in RUNS)."""

from collections.abc import Callable
from typing import Any

import pytest
from token_game import Player, play
from token_game_driver import RUNS
from token_game_elements import DATA, ELEMENTS
from token_game_outcomes import CALLS, LOOP, MANY
from token_game_sent import INSTANCES, SENT
from token_game_steps import alone, compare, looped, nested, steps_of, xml_of
from token_game_tables import Steps

OUTCOMES: dict[str, tuple[Any, ...]] = MANY | LOOP | CALLS | SENT
PLACES = {"plain": alone, "second round of a loop": looped, "sub-process that runs twice": nested}
Place = Callable[[tuple[str, str, str, str], dict[str, Any]], tuple[str, Steps]]


def running(table: dict[str, Any]) -> list[str]:
    """The names whose group the engine runs."""
    return [name for name in table if name.partition(",")[0] in RUNS]


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_small_model_has_the_outcome_that_is_written_here(name: str) -> None:
    text, data, steps, opens, path, end, last = OUTCOMES[name]
    snapshots = play(xml_of(text), [("start", data), *steps_of(steps)])
    assert [" ".join(s.open) for s in snapshots] == opens.split("/")
    assert snapshots[-1].path == path.split()
    assert (snapshots[-1].ended, snapshots[-1].failed) == end
    assert (snapshots[-1].outbox if name in SENT else snapshots[-1].variables) == last


@pytest.mark.parametrize("name", INSTANCES)
def test_several_instances_have_the_outcome_that_is_written_here(name: str) -> None:
    text, steps, outcome, refused = INSTANCES[name]
    player = Player(xml_of(text))
    snapshots = [player.step(step) for step in steps_of(steps)]
    assert [number for number, snapshot in enumerate(snapshots) if snapshot.refused] == refused
    found = [player.snapshot(number=number) for number in range(len(outcome) + 1)]
    assert [(" ".join(s.open), " ".join(s.path)) for s in found] == [*outcome, ("", "")]


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("name", ELEMENTS)
def test_an_element_comes_to_its_end(name: str, place: Place) -> None:
    """Alone, every step is done and none is one too many; in the two loops there are two rounds."""
    text, steps = place(ELEMENTS[name], DATA)
    snapshots = play(xml_of(text), steps)
    assert not any(snapshot.refused or snapshot.failed for snapshot in snapshots)
    assert [snapshot.ended for snapshot in snapshots] == [False] * (len(steps) - 1) + [True]
    assert snapshots[-1].path.count("Q") == 2 * (place is not alone)


@pytest.mark.parametrize("name", running(OUTCOMES))
def test_the_engine_has_that_outcome_too(name: str) -> None:
    text, data, steps, *_ = OUTCOMES[name]
    compare(text, [("start", data), *steps_of(steps)])


@pytest.mark.parametrize("fresh", [False, True], ids=["cached", "fresh"])
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("name", running(ELEMENTS))
def test_an_element_runs_in_both(name: str, place: Place, fresh: bool) -> None:
    """`fresh`: every step with an empty cache, as if in a new process."""
    compare(*place(ELEMENTS[name], DATA), fresh)
