"""Random walks through a draft: the same steps in the token game and in the engine."""

from datetime import timedelta
from random import Random
from typing import Any

from models import model
from token_game import Player
from token_game.drafts import CHOICES, Draft
from token_game_driver import Engine
from token_game_steps import agree

VALUES: dict[str, tuple[Any, ...]] = {"l": ([], [4], [4, 5], [4, 5, 6], None), "n": (0, 1, 2, 3, -1)}
START = {**dict.fromkeys(CHOICES, False), "l": [1, 2, 3], "n": 2}


def walk(draft: Draft, dice: Random, steps: int) -> None:
    """Until one of them is over, or the order inside a step was free and mattered."""
    xml = model(draft.text)
    ours, theirs, told = Player(xml), Engine(xml), list[Any]()
    step: tuple[Any, ...] = ("start", START)
    for number in range(steps):
        told.append(step)
        expected, got = ours.step(step), theirs.step(step)
        if expected.loose or (expected.refused and number == 0):
            return
        assert agree(expected, got), f"{draft.text}\n{told}\n{expected}\n{got}"
        if expected.ended:
            return
        step = a_step(ours, draft, dice, number > 9)


def a_step(player: Player, draft: Draft, dice: Random, calm: bool) -> tuple[Any, ...]:
    """Something that may happen now, sometimes something that is refused."""
    can = {
        "complete": len(player.open) and 2,
        "return": player.ways,
        "message": player.awaited,
        "signal": player.heard,
        "advance": player.dues,
    }
    kinds = [kind for kind, some in can.items() for _ in range(2 if kind == "complete" else 1) if some]
    kind = dice.choice(kinds or ["advance"])
    if kind == "advance":
        jump = timedelta(minutes=dice.randint(1, 3000))
        return "advance", dice.choice((player.dues[0] if player.dues else jump, jump))
    if kind == "signal":
        return "signal", dice.choice(player.heard)
    if kind == "return":
        return "return", *dice.choice(player.ways)
    data, nobody = some_data(draft, dice, calm), dice.random() < 0.05
    if kind == "message":
        name, key = dice.choice(player.awaited)
        return "message", "nobody" if nobody else name, data, None if dice.random() < 0.05 else key
    return "complete", "nobody" if nobody else dice.choice(player.open), data


def some_data(draft: Draft, dice: Random, calm: bool) -> dict[str, Any]:
    """Calm data lead out of every loop; a null or a number in a condition is refused."""
    data: dict[str, Any] = {name: not calm and dice.random() < 0.4 for name in CHOICES}
    if draft.conditions and dice.random() < 0.5:
        data[dice.choice(draft.conditions)] = dice.choice((0, 2, 3, None))
    if dice.random() < 0.06:
        data[dice.choice(CHOICES)] = dice.choice((None, 5))
    for name, values in VALUES.items():
        if dice.random() < 0.1:
            data[name] = dice.choice(values)
    return data
