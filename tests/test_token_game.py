"""The token game by itself: small models with their outcome written by hand; then the engine beside it.

Compared after every step: open work items, path, ended, failed, refused. The path is compared as a multiset, because
CONTRACT orders it by completion and leaves open how the parallel tokens of one step take turns.
"""

import ast
import os
from pathlib import Path
from random import Random

import pytest
import token_game
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from models import model
from token_game import Unsupported, play
from token_game.drafts import Draft
from token_game.feel import evaluate
from token_game_steps import alone, compare, looped, nested, steps_of, xml_of
from token_game_tables import ELEMENTS, FOUND, OUTCOMES, Steps
from token_game_walks import walk

WALKS = int(os.environ.get("SOPAN_WALKS", "300"))
ALLOWED = {"lxml", "re", "collections", "dataclasses", "datetime", "decimal", "functools", "typing", "copy", "random"}


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_small_model_has_the_outcome_that_is_written_here(name: str) -> None:
    text, data, steps, opens, path, end = OUTCOMES[name]
    snapshots = play(xml_of(text), [("start", data), *steps_of(steps)])
    assert [" ".join(s.open) for s in snapshots] == opens.split("/")
    assert snapshots[-1].path == path.split()
    assert (snapshots[-1].ended, snapshots[-1].failed) == end


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_engine_has_that_outcome_too(name: str) -> None:
    text, data, steps, *_ = OUTCOMES[name]
    compare(text, [("start", data), *steps_of(steps)])


@pytest.mark.parametrize("name", FOUND)
def test_a_disagreement_is_settled_by_the_clause(name: str) -> None:
    """What the two once did differently. The token game follows the clause that stands beside the model."""
    text, data, steps, opens = FOUND[name]
    all_steps: Steps = [("start", data), *steps_of(steps)]
    assert [" ".join(s.open) for s in play(xml_of(text), all_steps)] == opens.split("/")
    compare(text, all_steps)


@pytest.mark.parametrize("name", ELEMENTS)
def test_an_element_runs_alone_in_both(name: str) -> None:
    end = compare(*alone(ELEMENTS[name], {"a": True}))
    assert end.ended and not end.refused


@pytest.mark.parametrize("name", ELEMENTS)
def test_an_element_runs_in_the_second_round_of_a_loop_in_both(name: str) -> None:
    end = compare(*looped(ELEMENTS[name], {"a": True}))
    assert end.ended and end.path.count("Q") == 2


@pytest.mark.parametrize("name", ELEMENTS)
def test_an_element_runs_in_a_sub_process_that_runs_twice_in_both(name: str) -> None:
    end = compare(*nested(ELEMENTS[name], {"a": True}))
    assert end.ended and end.path.count("SUB") == 2


@pytest.mark.parametrize(
    ("text", "value"),
    [("1 + 2 * 3 = 7", True), ("x > 1", None), ("null = x", True), ('not(true) or "a" = "a"', True), ("= -2 < 1", True),
     ("false and x", False), ("true and x", None), ('1 = "1"', None), ("not(x)", None), ("true = 1", None),
     ("[1, 1 + 1] = [1, 2]", True), ("[] = x", False), ('"a" + "b" = "ab"', True), ('"a" + 1', None)],
)  # fmt: skip
def test_the_tiny_feel(text: str, value: object) -> None:
    assert evaluate(text, {}) is value


@pytest.mark.parametrize(
    "text", ["1 / 2", "[1", "[1 2]", "f(1)", "a.b", "x in (1..2)", "1 +", "(1", "if a then b else c"]
)
def test_any_other_feel_is_refused_loudly(text: str) -> None:
    with pytest.raises(Unsupported):
        evaluate(text, {})


@pytest.mark.parametrize("text", ["throw A when=x>1", "user A many=3 each=x", "user A most=0", "end A at=PT1H"])
def test_what_the_token_game_does_not_know_is_refused_loudly(text: str) -> None:
    with pytest.raises(Unsupported, match="A"):
        play(model(f"start S | {text} | S > A"), [("start", {})])


def test_the_token_game_imports_nothing_of_ours() -> None:
    for path in Path(token_game.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            assert {name.split(".")[0] for name in names} <= ALLOWED, path


@given(st.randoms(use_true_random=False), st.integers(3, 14))
@settings(max_examples=WALKS, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_engine_walks_like_the_token_game(dice: Random, steps: int) -> None:
    walk(Draft(dice), dice, steps)
