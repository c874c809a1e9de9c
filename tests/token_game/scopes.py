"""Tokens are put and removed; scopes begin and are cancelled; waits are set and dropped."""

from collections.abc import Mapping
from typing import Any

from . import times
from .reading import Flow, Node
from .state import Game, Instance, Scope, Token, Wait


def put(game: Game, token: Token) -> None:
    """A token begins to move towards its node."""
    token.step = game.step
    game.tokens.append(token)
    game.agenda.append(token)


def remove(game: Game, token: Token) -> None:
    """A token is consumed, and what waits for it or beside it waits no more."""
    if token in game.tokens:
        game.tokens.remove(token)
    if token in game.agenda:
        game.agenda.remove(token)
    game.waits = [wait for wait in game.waits if wait.token is not token]


def wait_for(game: Game, event: Node, scope: Scope, token: Token | None = None, by: Flow | None = None) -> None:
    """An event begins to wait."""
    wait = Wait(event, scope, token, by, step=game.step)
    if event.event == "timer":
        wait.due, wait.left = times.first(event, game.now)
    game.waits.append(wait)


def wait_at_border(game: Game, token: Token) -> None:
    """BPMN 10.5.4: boundary events wait while their activity is active; 13.3.7: the activity, not one round of it."""
    if token.scope.node is not None:
        for event in game.model.attached(token.at.id):
            wait_for(game, event, token.scope, token)


def begin(game: Game, scope: Scope) -> None:
    """BPMN 13.3.4, 13.5.4: a scope begins; its event sub-processes wait as long as it is active."""
    game.scopes.append(scope)
    for start in game.model.handlers(scope.node):
        wait_for(game, start, scope)


def begin_instance(game: Game, start: Node, data: Mapping[str, Any]) -> None:
    """BPMN 13.2: a start event that happens makes an instance of its process."""
    instance = Instance(start.parent, data=dict(data))
    game.instances.append(instance)
    begin(game, instance)
    put(game, Token(start, instance))


def close(game: Game, scope: Scope) -> None:
    """A scope is over."""
    scope.alive = False
    game.waits = [wait for wait in game.waits if wait.token is not None or wait.scope is not scope]


def cancel(game: Game, token: Token) -> None:
    """CONTRACT, Steps: "An interrupted scope executes nothing more"."""
    remove(game, token)
    for scope in [s for s in game.scopes if s.shell is token and s.alive]:
        empty(game, scope)
        close(game, scope)


def empty(game: Game, scope: Scope) -> None:
    """Everything that runs in a scope is cancelled; the scope itself stays."""
    for token in [t for t in game.tokens if t.scope is scope]:
        cancel(game, token)
    for inner in [s for s in game.scopes if s.parent is scope and s.alive]:
        empty(game, inner)
        close(game, inner)


def fail(game: Game, instance: Instance, code: str | None) -> None:
    """CONTRACT, Events: "an error end event that nobody catches ends the instance as failed"."""
    empty(game, instance)
    close(game, instance)
    instance.failed = code or ""
