"""A token arrives at a node; all tokens move until each waits."""

from collections.abc import Callable

from . import events, loops, scopes, variables
from .choices import may_fire
from .completion import leave
from .reading import SCOPES, TASKS
from .sending import deliver
from .state import Game, Scope, Token


def settle(game: Game) -> None:
    """CONTRACT, Steps: tokens first; when all have come to rest, what was thrown, came true or is due, one by one."""
    while True:
        _run(game)
        if game.thrown:
            deliver(game)
            continue
        wait = events.come_true(game) or events.due_within_step(game)
        if wait is None:
            return
        game.count()
        events.fire(game, wait)


def _run(game: Game) -> None:
    while True:
        while game.agenda:
            game.count()
            arrive(game, game.agenda.popleft())
        game.split = False
        if not _fire_inclusive_join(game):
            return


def arrive(game: Game, token: Token) -> None:
    """What a node does with a token that reaches it."""
    if token.at.repeat is not None and token.scope.node is not None:
        if not loops.begin(game, token):
            leave(game, token, itself=False)
        return
    ARRIVALS.get(token.at.tag, leave)(game, token)


def _work(game: Game, token: Token) -> None:
    """CONTRACT, Work items: it waits for a person."""
    scopes.wait_at_border(game, token)


def _await(game: Game, token: Token) -> None:
    """BPMN 10.5.4, 10.3.3: an intermediate event or a receive task waits for its event; a link catch for nothing."""
    if token.at.event == "link":
        leave(game, token)
        return
    scopes.wait_for(game, token.at, token.scope, token)
    scopes.wait_at_border(game, token)


def _race(game: Game, token: Token) -> None:
    """BPMN 13.4.4: the gateway waits for the first of the events behind it."""
    for flow in game.model.outgoing(token.at.id):
        scopes.wait_for(game, game.model.nodes[flow.target], token.scope, token, flow)


def _enter(game: Game, token: Token) -> None:
    """BPMN 13.3.4: a sub-process is active as long as what stands in it."""
    scopes.wait_at_border(game, token)
    inner = Scope(token.at.id, token.scope, token)
    scopes.begin(game, inner)
    scopes.put(game, Token(game.model.start(token.at.id), inner))


def _call(game: Game, token: Token) -> None:
    """BPMN 13.3.4: a called process runs within its call activity; CONTRACT, Variables: it has a scope of its own."""
    process = variables.called(game.model, token)
    scopes.wait_at_border(game, token)
    data = variables.copied_in(token)
    inner = Scope(process, token.scope, token, data=data, came=dict(data))
    scopes.begin(game, inner)
    scopes.put(game, Token(game.model.start(process), inner))


def _join(game: Game, token: Token) -> None:
    """BPMN 13.4.1: consumes exactly one token from each incoming flow; an excess token stays."""
    consumed = may_fire(game, token)
    if consumed is not None:
        _consume(game, list(consumed.values()))


def _consume(game: Game, consumed: list[Token]) -> None:
    for other in consumed[1:]:
        scopes.remove(game, other)
    leave(game, consumed[0])


def _fire_inclusive_join(game: Game) -> bool:
    """BPMN 13.4.3, when no token moves any more; the oldest token first."""
    for token in game.tokens:
        if token.at.tag == "inclusiveGateway" and (consumed := may_fire(game, token)) is not None:
            _consume(game, list(consumed.values()))
            return True
    return False


def _end(game: Game, token: Token) -> None:
    """BPMN 10.5.3: an end event consumes its token; terminate and error end more than that."""
    if token.at.event not in ("terminate", "error"):
        leave(game, token)
        return
    scopes.remove(game, token)
    token.scope.root.path.append(token.at.id)
    if token.at.event == "terminate":
        events.terminate(game, token.scope)
    else:
        events.throw_error(game, token.scope, token.at.detail)


def _rest(game: Game, token: Token) -> None:
    """An inclusive join looks when all tokens have come to rest."""


ARRIVALS: dict[str, Callable[[Game, Token], None]] = {
    **dict.fromkeys(TASKS, _work), **dict.fromkeys(SCOPES, _enter), "callActivity": _call,
    "receiveTask": _await, "intermediateCatchEvent": _await, "eventBasedGateway": _race,
    "parallelGateway": _join, "inclusiveGateway": _rest, "endEvent": _end,
}  # fmt: skip
