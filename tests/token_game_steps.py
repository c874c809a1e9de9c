"""Shared by the tests of the token game: steps as text, the four places of an element, the engine beside it."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from models import model
from token_game import Player, Snapshot
from token_game.feel import evaluate
from token_game_driver import Engine
from token_game_tables import Steps

AGAIN = "xor M | user Q | xor G default=g | end E | {last} > Q | Q > G | G > M : again | G > E g | M > {first}"


def xml_of(text: str) -> bytes:
    """The notation knows durations and cycles; an instant makes a timeDate of it."""
    return re.sub(rb"timeDuration>(2026[^<]+)</bpmn:timeDuration", rb"timeDate>\1</bpmn:timeDate", model(text))


def steps_of(text: str) -> Steps:
    """ "A x=1 l=[1;2], +3600, !m, !m:5, *s": complete A with x and l, move the clock by seconds, send the message m,
    send it with the key 5, send the signal s; "^p x=1": start the process p with x; "<A:K": return A by the event K."""
    found: Steps = []
    for word in filter(None, (word.strip() for word in text.split(","))):
        name, *pairs = word.split()
        data = {key: evaluate(value.replace(";", ","), {}) for key, value in (p.split("=", 1) for p in pairs)}
        if name.startswith("+"):
            found.append(("advance", timedelta(seconds=int(name[1:]))))
        elif name.startswith("^"):
            found.append(("start", data, name[1:]))
        elif name.startswith("<"):
            found.append(("return", *name[1:].split(":")))
        elif name.startswith("*"):
            found.append(("signal", name[1:]))
        elif name.startswith("!"):
            message, _, key = name[1:].partition(":")
            found.append(("message", message, data, evaluate(key, {}) if key else None))
        else:
            found.append(("complete", name, data))
    return found


def placed(text: str, scope: str) -> str:
    """The nodes of a text that stand in no scope, put into this one; other processes stay as they are."""
    first, *others = re.split(r"^\s*(?=process )", text.replace("|", "\n"), maxsplit=1, flags=re.MULTILINE)
    lines = [line.strip() for line in first.splitlines() if line.strip()]
    inside = [line if " > " in line or " in=" in line else f"{line} in={scope}" for line in lines]
    return "\n".join([*inside, *others])


def alone(element: tuple[str, str, str, str], data: dict[str, Any]) -> tuple[str, Steps]:
    """An element between a start and an end, and the steps of one round."""
    text, first, last, steps = element
    return f"start S | end E | S > {first} | {last} > E | {text}", [("start", data), *steps_of(steps)]


def looped(element: tuple[str, str, str, str], data: dict[str, Any]) -> tuple[str, Steps]:
    """An element in a loop that is gone through twice."""
    text, first, last, steps = element
    rounds = steps_of(f"{steps}, Q again=true, {steps}, Q again=false")
    return f"start S | {AGAIN.format(first=first, last=last)} | S > M | {text}", [("start", data), *rounds]


def nested(element: tuple[str, str, str, str], data: dict[str, Any]) -> tuple[str, Steps]:
    """An element in a sub-process that runs twice."""
    text, first, last, steps = element
    inside = placed(f"start SI | end SJ | SI > {first} | {last} > SJ | {text}", "SUB")
    rounds = steps_of(f"{steps}, Q again=true, {steps}, Q again=false")
    return f"start S | {AGAIN.format(first='SUB', last='SUB')} | S > M | sub SUB\n{inside}", [("start", data), *rounds]


def compare(text: str, steps: Steps, fresh: bool = True) -> Snapshot:
    """Play the steps in both; the last snapshot."""
    xml, snapshot = xml_of(text), Snapshot([], [], False, False, None)
    ours, theirs = Player(xml), Engine(xml, fresh)
    for step in steps:
        snapshot, got = ours.step(step), theirs.step(step)
        assert agree(snapshot, got), f"{text}\n{step}\n{snapshot}\n{got}"
    return snapshot


def agree(ours: Snapshot, theirs: Snapshot) -> bool:
    """The same. CONTRACT orders the path by completion; inside one step the order of parallel tokens is open."""
    return _plain(ours) == _plain(theirs)


def _plain(snapshot: Snapshot) -> Snapshot:
    """FEEL does not tell a variable that is null from one that is not there."""
    told = {name: value for name, value in snapshot.variables.items() if value is not None}
    outbox = sorted(snapshot.outbox, key=repr)
    return replace(snapshot, path=sorted(snapshot.path), variables=told, outbox=outbox, loose=False)
