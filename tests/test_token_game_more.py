"""What repeats, calls and sends: the token game by itself, then the engine beside it (the groups that are in RUNS)."""

import os
from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from models import model
from token_game import Player, Snapshot, play
from token_game.drafts import Draft
from token_game.wider import ACTIVITIES, WideDraft
from token_game_driver import RUNS
from token_game_elements import DATA, ELEMENTS
from token_game_outcomes import CALLS, LOOP, MANY
from token_game_sent import INSTANCES, SENT
from token_game_steps import agree, alone, compare, looped, nested, placed, steps_of, xml_of
from token_game_tables import Steps
from token_game_walks import START, a_step, walk

WALKS = settings(
    max_examples=int(os.environ.get("SOPAN_WALKS", "300")), deadline=None, suppress_health_check=list(HealthCheck)
)
DICE = st.randoms(use_true_random=False)
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


def walked(xml: bytes, draft: Draft, dice: Random, steps: int) -> list[tuple[Any, ...]]:
    """The steps of a random walk of the token game alone."""
    player, told = Player(xml), [("start", START)]
    for number in range(steps):
        if player.step(told[-1]).ended:
            break
        told.append(a_step(player, draft, dice, number > 9))
    return told


def alike(ours: list[Snapshot], theirs: list[Snapshot]) -> bool:
    """The same, until the order inside a step was free and mattered; a called process keeps its variables."""
    pairs = takewhile(lambda pair: not pair[0].loose, zip(ours, theirs, strict=True))
    return all(agree(one, replace(other, variables=one.variables)) for one, other in pairs)


def repeating(draft: Draft, way: str) -> bytes:
    """The model of a draft in which every activity repeats."""
    lines = [f"{line} {way}" if line.split()[0] in ACTIVITIES else line for line in draft.text.splitlines()]
    return model("\n".join(lines))


@given(DICE, st.integers(3, 20))
@WALKS
def test_a_walk_is_the_same_when_it_is_played_again(dice: Random, steps: int) -> None:
    """And a step that is refused changes nothing."""
    draft = WideDraft(dice)
    xml = model(draft.text)
    told = walked(xml, draft, dice, steps)
    snapshots = play(xml, told)
    assert snapshots == play(xml, told), draft.text
    for step, before, after in zip(told[1:], snapshots, snapshots[1:], strict=False):
        if after.refused and step[0] != "advance":
            assert (before.open, before.path, before.variables) == (after.open, after.path, after.variables)


@given(DICE, st.integers(3, 14))
@WALKS
def test_a_process_that_is_called_is_like_a_sub_process(dice: Random, steps: int) -> None:
    """BPMN 13.3.4 describes both at once; only the variables differ, and nobody else writes any here."""
    draft = Draft(dice)
    around = "start S | {} | user Z | S > X | X > Z | "
    called = model(around.format("call X of=q") + f"process q\n{draft.text}")
    embedded = model(around.format("sub X") + placed(draft.text, "X"))
    told = walked(embedded, draft, dice, steps)
    assert alike(play(embedded, told), play(called, told)), draft.text


@given(DICE, st.integers(3, 14))
@WALKS
def test_an_activity_that_repeats_once_is_like_one_that_does_not(dice: Random, steps: int) -> None:
    """BPMN 13.3.6; an item of a multi-instance would keep its variables to itself."""
    draft = Draft(dice)
    told = walked(model(draft.text), draft, dice, steps)
    assert alike(play(model(draft.text), told), play(repeating(draft, "most=1"), told)), draft.text


@given(DICE, st.integers(3, 20))
@WALKS
def test_items_in_turn_are_like_the_rounds_of_a_loop(dice: Random, steps: int) -> None:
    """BPMN 13.3.6, 13.3.7; as long as nobody writes a variable."""
    draft = Draft(dice)
    told = walked(repeating(draft, "most=2"), draft, dice, steps)
    silent = [tuple({} if isinstance(word, dict) else word for word in step) for step in told[1:]]
    loops, items = (play(repeating(draft, way), [told[0], *silent]) for way in ("most=2", "many=2 sequential"))
    assert alike(loops, items), draft.text


@given(DICE, st.integers(3, 14))
@WALKS
def test_the_engine_walks_like_the_token_game(dice: Random, steps: int) -> None:
    walk(WideDraft(dice, RUNS), dice, steps)
