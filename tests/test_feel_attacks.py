"""No expression, whoever wrote it, runs for ever, fills the memory or fails in another way than by a refusal."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import feel_attacks
import pytest
from feel_attacks import COMPILED, MIB, RUN

from engine import feel
from engine.feel.scope import STEPS, Scope
from engine.values import Months, encode

ROOT = Path(__file__).parent.parent
SECONDS = 300  # only a hang takes so long
MOST_BYTES = 48 * MIB  # 100 000 steps of 64 letters, and what a parser needs for 4096 bytes
MOST_OVER = 40_000  # steps of one operation, which is counted before or after it is done
EAST, WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-14))
EXTREMES: list[Any] = [
    None, True, Decimal(0), Decimal(-1), Decimal("0.5"), Decimal(7), Decimal("9e6143"), Decimal("-9e6143"),
    Decimal("1e-6143"), Decimal(10**33), "", "a", "é😀\u0300", "9" * 500, "[", "P1D", "2026-01-01", "T" * 1000,
    date.min, date.max, datetime.min.replace(tzinfo=EAST), datetime.max.replace(tzinfo=WEST),
    datetime(2026, 1, 1, tzinfo=UTC), time.max, time(0, tzinfo=EAST), timedelta.min, timedelta.max, timedelta(0),
    Months(10**9), Months(-(10**9)), Months(1), [], [None], [[Decimal(1)]], ["a", Decimal(1)], {}, {"a": None},
]  # fmt: skip
SIGNS = ("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "in", "and", "or")
FORMS = (
    "a in [b..c]", "a between b and c", "a in (b, > c)", "a[b]", "for x in a..b return x + c", "[a, b][item = c]",
    "for x in a return b", "some x in a satisfies b", "if a then b else c", "{k: a, l: b}.k", "a.day", "-a",
)  # fmt: skip


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, Any]]:
    """What became of every attack, in a process of its own."""
    command = [sys.executable, feel_attacks.__file__]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, cwd=ROOT, env=environment)
        said, error = done.stdout, done.stderr
    except subprocess.TimeoutExpired as late:
        said, error = (late.stdout or b"").decode(), "it hung"
    lines = [json.loads(line) for line in said.splitlines()]
    assert len(lines) == 2 * len({**COMPILED, **RUN}), f"the last that began: {lines[-1:]}: {error[-400:]}"
    return {name["name"]: became for name, became in zip(lines[::2], lines[1::2], strict=True)}


@pytest.mark.parametrize("name", {**COMPILED, **RUN})
def test_an_attack_is_refused(outcomes: dict[str, dict[str, Any]], name: str) -> None:
    assert outcomes[name]["became"] == "refused"


@pytest.mark.parametrize("name", {**COMPILED, **RUN})
def test_an_attack_is_cheap(outcomes: dict[str, dict[str, Any]], name: str) -> None:
    assert outcomes[name]["bytes"] < MOST_BYTES
    assert outcomes[name]["steps"] < STEPS + MOST_OVER
    assert name in RUN or outcomes[name]["steps"] == 0


def tried(text: str, names: dict[str, Any]) -> None:
    """The expression gives a value of ours or is refused; nothing else."""
    scope = Scope(names, datetime(2026, 1, 1, tzinfo=UTC))
    try:
        encode(scope.given(feel.compile(text).run(scope)))
    except feel.FeelError as error:
        assert str(error)
    assert scope.left > STEPS // 2 or scope.left < 0


@pytest.mark.parametrize("sign", SIGNS)
def test_no_extreme_value_breaks_an_operator(sign: str) -> None:
    for one, other in product(EXTREMES, repeat=2):
        tried(f"a {sign} b", {"a": one, "b": other})


@pytest.mark.parametrize("form", FORMS)
def test_no_extreme_value_breaks_a_form(form: str) -> None:
    chance = Random(form)
    for one, other in product(EXTREMES, repeat=2):
        tried(form, {"a": one, "b": other, "c": chance.choice(EXTREMES)})


@pytest.mark.parametrize("name", feel.BUILTINS)
def test_no_extreme_value_breaks_a_built_in(name: str) -> None:
    builtin, chance = feel.BUILTINS[name], Random(name)
    for count in range(builtin.least, min(builtin.most, 4) + 1):
        rows = product(EXTREMES, repeat=count) if count < 3 else [chance.choices(EXTREMES, k=count) for _ in range(500)]
        text = f"{name}({', '.join('abcd'[:count])})"
        for row in rows:
            tried(text, dict(zip("abcd", row, strict=False)))


def test_a_value_is_as_large_as_it_is_written_out() -> None:
    scope = Scope({})
    shared = ["a" * 640] * 10
    assert scope.given([shared, shared]) == [shared, shared]
    assert STEPS - scope.left == 2 + 2 * 10 + 20 * 10
    plain = Scope({})
    assert plain.given(Decimal(1)) == 1
    assert plain.left == STEPS
