"""Escalations, signals and messages reach who waits for them, when all tokens have come to rest."""

from collections.abc import Callable, Mapping
from typing import Any

from . import scopes, variables
from .completion import close_if_empty
from .events import catcher, fire
from .feel import evaluate, same
from .reading import Node
from .refusals import Refused
from .state import Game, Scope, Thrown, Wait


def deliver(game: Game) -> None:
    """The oldest of what was thrown."""
    kinds = {thrown.kind for thrown in game.thrown}
    if game.split and len(game.thrown) > 1 and kinds != {"escalation"}:
        game.loose = True  # which of them was thrown first is fixed by nobody
    thrown = game.thrown[0]
    DELIVER[thrown.kind](game, thrown)


def _escalation(game: Game, thrown: Thrown) -> None:
    """CONTRACT, Events: "An uncaught escalation does nothing"."""
    wait = catcher(game, thrown.scope, "escalation", thrown.name)
    game.thrown.popleft()
    if wait is not None:
        fire(game, wait)
    close_if_empty(game, thrown.scope)


def _signal(game: Game, thrown: Thrown) -> None:
    game.thrown.popleft()
    broadcast(game, thrown.name)


def broadcast(game: Game, name: str | None) -> None:
    """BPMN 10.5.1: a signal reaches everybody who waits for it; CONTRACT, Events: "without listeners does nothing"."""
    heard = [w for w in game.waits if w.event.event == "signal" and w.event.detail == name]
    game.loose = game.loose or any(interrupts(one, other) for one in heard for other in heard if one is not other)
    game.split = game.split or len(heard) > 1
    for wait in heard:
        if wait in game.waits:  # another of them has not cancelled it
            fire(game, wait)
    for start in game.model.starts("signal", name):
        scopes.begin_instance(game, start, {})


def interrupts(one: Wait, other: Wait) -> bool:
    """Whether an event that happens cancels another: then it matters which comes first, and nobody says so."""
    handler = one.event.tag == "startEvent"
    if not one.event.interrupting or not (handler or one.event.tag == "boundaryEvent"):
        return False
    if not handler and other.token is one.token:
        return True
    scope: Scope | None = other.scope
    while scope is not None:
        if (scope is one.scope) if handler else (scope.shell is one.token):
            return True
        scope = scope.parent
    return False


def _message(game: Game, thrown: Thrown) -> None:
    """CONTRACT, Events: "goes to the waiting catch or start with its name and key, else to the outbox"."""
    game.thrown.popleft()
    own = thrown.scope.root
    waits = awaiting(game, thrown.name, thrown.key)
    waits = [w for w in waits if w.scope.root is own] or sorted(waits, key=lambda w: _age(game, w))
    starts = starting(game, thrown.name, thrown.key, {})
    if waits:
        fire(game, waits[0])
    elif starts:
        scopes.begin_instance(game, starts[0], {})
    else:
        own.outbox.append([thrown.name, thrown.key])


def _age(game: Game, wait: Wait) -> int:
    return game.instances.index(wait.scope.root)


def awaiting(game: Game, name: str | None, key: Any) -> list[Wait]:
    """Who waits for a message, the oldest subscription first."""
    waits = [w for w in game.waits if w.event.event == "message" and w.event.detail == name]
    waits = [wait for wait in waits if same(variables.key(wait.event, wait.scope), key)]
    several = len({w.event for w in waits if w.step == waits[0].step}) > 1
    game.loose = game.loose or several or game.unclear([(w.step, w.scope) for w in waits])
    return waits


def starting(game: Game, name: str | None, key: Any, data: Mapping[str, Any]) -> list[Node]:
    """CONTRACT, Events: "start with its name and key"; there is no instance yet: its key reads the message's data."""
    starts = game.model.starts("message", name)
    return [start for start in starts if same(evaluate(start.key, data) if start.key else None, key)]


def receive(game: Game, name: str, data: Mapping[str, Any], key: Any = None) -> None:
    """CONTRACT, Events: a message from outside: nobody awaits it or several instances do: refused; else the oldest."""
    waits, starts = awaiting(game, name, key), starting(game, name, key, data)
    if len({_age(game, wait) for wait in waits}) > 1:
        raise Refused(f"several instances await {name}")
    if waits:
        variables.write(waits[0].scope, data)
        fire(game, waits[0])
    elif starts:
        scopes.begin_instance(game, starts[0], data)
    else:
        raise Refused(f"nobody awaits {name}")


DELIVER: dict[str, Callable[[Game, Thrown], None]] = {
    "escalation": _escalation, "signal": _signal, "message": _message,
}  # fmt: skip
