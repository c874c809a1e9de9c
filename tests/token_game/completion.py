"""A node completes and its token goes on; a scope completes when nothing is left in it."""

from . import loops, scopes, variables
from .choices import chosen, link_target
from .state import Game, Scope, Thrown, Token

THROWING = ("intermediateThrowEvent", "endEvent", "sendTask")
DELIVERED = ("escalation", "signal", "message")


def leave(game: Game, token: Token, itself: bool = True) -> None:
    """BPMN 13.2: the node completes, its token is consumed, one is produced on each chosen flow.

    `itself`: false for an activity that repeats; its rounds have completed, each by itself, or there were none.
    """
    game.count()
    node, scope = token.at, token.scope
    in_round = scope.node is None  # the flows out are for the whole activity
    flows = [] if in_round else chosen(game, token)
    scopes.cancel(game, token)
    if itself:
        scope.root.path.append(node.id)
        _throw(game, token)
    for flow in flows:
        scopes.put(game, Token(game.model.nodes[flow.target], scope, flow))
    if catch := link_target(game.model, node):
        scopes.put(game, Token(catch, scope))
    game.split = game.split or len(flows) > 1
    close_if_empty(game, scope)


def _throw(game: Game, token: Token) -> None:
    """CONTRACT, Steps: delivered when all tokens have come to rest."""
    node = token.at
    if node.tag in THROWING and node.event in DELIVERED:
        game.thrown.append(Thrown(node.event, token.scope, node.detail, variables.key(node, token.scope)))


def close_if_empty(game: Game, scope: Scope) -> None:
    """BPMN 13.3.4: a sub-process completes when no token is left in it and no event sub-process of it runs."""
    busy = any(t.scope is scope for t in game.tokens) or any(s.parent is scope and s.alive for s in game.scopes)
    # BPMN 10.5.3: an escalation "will be caught" at the nearest enclosing activity: so that is still active
    if scope.alive and not busy and not any(t.scope is scope and t.kind == "escalation" for t in game.thrown):
        scopes.close(game, scope)
        if scope.node is None and scope.shell is not None:
            if not loops.goes_on(game, scope):
                leave(game, scope.shell, itself=False)
        elif scope.shell is not None:
            if scope.is_process:
                variables.copy_out(scope, scope.shell)
            leave(game, scope.shell)
        elif scope.parent is not None:
            scope.root.path.append(scope.node or "")
            close_if_empty(game, scope.parent)
