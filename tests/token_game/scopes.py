"""Tokens come, go and are cancelled; scopes begin, complete and are cancelled; waits are set and dropped."""

from . import times
from .choices import chosen, link_target
from .reading import Flow, Node
from .state import Game, Scope, Token, Wait


def put(game: Game, token: Token) -> None:
    """A token begins to move towards its node."""
    game.tokens.append(token)
    game.agenda.append(token)


def remove(game: Game, token: Token) -> None:
    """A token is consumed, and what waits for it or beside it waits no more."""
    if token in game.tokens:
        game.tokens.remove(token)
    if token in game.agenda:
        game.agenda.remove(token)
    game.waits = [wait for wait in game.waits if wait.token is not token]


def leave(game: Game, token: Token) -> None:
    """BPMN 13.2: the node completes, its token is consumed, one is produced on each chosen flow."""
    game.count()
    node, scope = token.at, token.scope
    flows = chosen(game, node)
    remove(game, token)
    game.path.append(node.id)
    for flow in flows:
        put(game, Token(game.model.nodes[flow.target], scope, flow))
    if catch := link_target(game.model, node):
        put(game, Token(catch, scope))
    game.split = game.split or len(flows) > 1
    if node.event == "escalation" and node.tag in ("intermediateThrowEvent", "endEvent"):
        game.thrown.append((scope, node.detail))  # CONTRACT, Steps: delivered when all tokens have come to rest
    close_if_empty(game, scope)


def wait_for(game: Game, event: Node, scope: Scope, token: Token | None = None, by: Flow | None = None) -> None:
    """An event begins to wait."""
    wait = Wait(event, scope, token, by, step=game.step)
    if event.event == "timer":
        wait.due, wait.left = times.first(event, game.now)
    game.waits.append(wait)


def wait_at_border(game: Game, token: Token) -> None:
    """BPMN 10.5.4: boundary events wait while their activity is active."""
    for event in game.model.attached(token.at.id):
        wait_for(game, event, token.scope, token)


def begin(game: Game, scope: Scope) -> None:
    """BPMN 13.3.4, 13.5.4: a scope begins; its event sub-processes wait as long as it is active."""
    game.scopes.append(scope)
    for start in game.model.handlers(scope.node):
        wait_for(game, start, scope)


def close_if_empty(game: Game, scope: Scope) -> None:
    """BPMN 13.3.4: a sub-process completes when no token is left in it and no event sub-process of it runs."""
    busy = any(t.scope is scope for t in game.tokens) or any(s.parent is scope and s.alive for s in game.scopes)
    # BPMN 10.5.3: an escalation "will be caught" at the nearest enclosing activity: so that is still active
    if scope.alive and not busy and not any(thrower is scope for thrower, _ in game.thrown):
        _close(game, scope)
        if scope.shell is not None:
            leave(game, scope.shell)
        elif scope.parent is not None:
            game.path.append(scope.node or "")
            close_if_empty(game, scope.parent)


def _close(game: Game, scope: Scope) -> None:
    scope.alive = False
    game.waits = [wait for wait in game.waits if wait.token is not None or wait.scope is not scope]


def cancel(game: Game, token: Token) -> None:
    """CONTRACT, Steps: "An interrupted scope executes nothing more"."""
    remove(game, token)
    for scope in [s for s in game.scopes if s.shell is token and s.alive]:
        empty(game, scope)
        _close(game, scope)


def empty(game: Game, scope: Scope) -> None:
    """Everything that runs in a scope is cancelled; the scope itself stays."""
    for token in [t for t in game.tokens if t.scope is scope]:
        cancel(game, token)
    for inner in [s for s in game.scopes if s.parent is scope and s.alive]:
        empty(game, inner)
        _close(game, inner)


def fail(game: Game, scope: Scope, code: str | None) -> None:
    """CONTRACT, Events: "an error end event that nobody catches ends the instance as failed"."""
    empty(game, scope)
    _close(game, scope)
    game.failed = code or ""
