"""A mutant in the token game and in the engine: the same steps, until the oracle meets what it does not know."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

from fuzz_data import Data
from fuzz_parts import BPMN, SOPAN
from lxml import etree
from token_game import Player, Unsupported
from token_game_driver import Engine
from token_game_steps import agree

from engine.definition import Definition

STEPS, MOST_TOKENS = 12, 40
CODED = (("error", "errorCode"), ("escalation", "escalationCode"))
WORKING_TIME = ("unit", "clock", "mulai")  # the oracle counts plain time


def compare(xml: bytes, processes: Mapping[str, Definition], data: Data, dice: Random) -> tuple[str, str, int]:
    """(agreed | walked | FAILED, why, how many steps both took alike)."""
    told: list[Any] = []
    try:
        _told_to_the_oracle(xml, processes)
        _walk(xml, data, dice, told)
    except Unsupported as unknown:
        if len(told) < 3:
            return "walked", str(unknown), 0
    except Differs as difference:
        return "FAILED", f"differs after {told}: {difference}", 0
    return "agreed", "", len(told)


class Differs(Exception):
    """The two do not agree."""


def _told_to_the_oracle(xml: bytes, processes: Mapping[str, Definition]) -> None:
    """Raises Unsupported: what the oracle, or the driver of the engine beside it, leaves out."""
    if any(process.get("isExecutable") not in ("true", "1") for process in etree.fromstring(xml).iter("{*}process")):
        raise Unsupported("a process that is a picture")
    if any(f.get(code) is None for tag, code in CODED for f in etree.fromstring(xml).iter(f"{BPMN}{tag}")):
        raise Unsupported("a fault without a code")
    if any(start.event for process in processes.values() for start in process.starts()):
        raise Unsupported("an instance that an event starts")


def _timed(xml: bytes) -> bool:
    names = [f"{SOPAN}{name}" for name in WORKING_TIME]
    return any(element.get(name) for element in etree.fromstring(xml).iter("*") for name in names)


def _walk(xml: bytes, data: Data, dice: Random, told: list[Any]) -> None:
    ours, theirs, calm = Player(xml), Engine(xml, fresh=dice.random() < 0.3), _timed(xml)
    step: tuple[Any, ...] = ("start", data.first(dice))
    for number in range(STEPS):
        told.append(step)
        expected = ours.step(step)
        if expected.loose or ours.why == "over its budget" or len(ours.game.tokens) > MOST_TOKENS:
            raise Unsupported("an order that nobody fixes")
        got = theirs.step(step)
        if not agree(expected, got):
            raise Differs(f"{expected} {got}")
        if expected.ended or (expected.refused and number == 0):
            return
        step = _next(ours, data, dice, number > 6, calm)


def _next(player: Player, data: Data, dice: Random, calm: bool, timeless: bool) -> tuple[Any, ...]:
    """Something that may happen now, seldom something that is refused."""
    can = {"complete": player.open, "message": player.awaited, "signal": player.heard, "advance": player.dues}
    kinds = [kind for kind, some in can.items() for _ in range(2 if kind == "complete" else 1) if some]
    kind = dice.choice([kind for kind in kinds if kind != "advance" or not timeless] or ["complete"])
    some = data.some(dice, calm)
    if kind == "advance":
        jump = timedelta(minutes=dice.randint(0, 300))
        return "advance", max(player.dues[0], timedelta(0)) + dice.choice((timedelta(0), timedelta(0), jump))
    if kind == "signal":
        return "signal", dice.choice(player.heard)
    if kind == "message":
        name, key = dice.choice(player.awaited)
        return "message", name, some, key
    return "complete", dice.choice(player.open or ["nobody"]), some
