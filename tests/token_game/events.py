"""What happens when an event fires, and who catches what is thrown."""

from datetime import datetime

from . import scopes, times, variables
from .completion import close_if_empty, leave
from .feel import holds_or_false
from .state import Game, Scope, Token, Wait


def fire(game: Game, wait: Wait) -> None:
    """A waiting event happens."""
    if wait.token is None:
        _begin_event_sub_process(game, wait)
    elif wait.event.tag == "boundaryEvent":
        _leave_at_border(game, wait, wait.token)
    else:
        _catch(game, wait, wait.token)


def _catch(game: Game, wait: Wait, token: Token) -> None:
    """An intermediate event or receive task goes on; in a race the gateway completes with it (BPMN 13.4.4)."""
    if wait.by is not None:
        token.scope.root.path.append(token.at.id)
        scopes.remove(game, token)  # BPMN 13.4.4: the first event wins, the others are withdrawn
        token = Token(wait.event, token.scope, wait.by)
    leave(game, token)


def _leave_at_border(game: Game, wait: Wait, host: Token) -> None:
    """BPMN 13.5.3: an interrupting boundary event cancels its activity, another leaves it alone."""
    if wait.event.interrupting:
        scopes.cancel(game, host)
    else:
        _again(game, wait)
    leave(game, Token(wait.event, wait.scope))


def _begin_event_sub_process(game: Game, wait: Wait) -> None:
    """BPMN 13.5.4: an interrupting start cancels what runs in the scope, and no other handler of it can start."""
    scope = wait.scope
    if wait.event.interrupting:
        scopes.empty(game, scope)
        game.waits = [w for w in game.waits if w.token is not None or w.scope is not scope]
    else:
        _again(game, wait)
    inner = Scope(wait.event.parent, scope)
    scopes.begin(game, inner)
    leave(game, Token(wait.event, inner))


def _again(game: Game, wait: Wait) -> None:
    """CONTRACT: "Re-arming ... for non-interrupting message, ... and cycle; a date or duration fires once"."""
    game.waits.remove(wait)
    if wait.due is not None and wait.left is not None:
        wait.left -= 1
        if wait.left == 0:
            return
    if wait.due is not None:  # CONTRACT: "each tick computed from the tick before"
        wait.due += times.cycle(wait.event.detail or "")[1]
    else:
        wait.step = game.step
    game.waits.append(wait)  # it waits anew: the youngest subscription


def catcher(game: Game, thrower: Scope, kind: str, code: str | None) -> Wait | None:
    """BPMN 13.5.4: the nearest enclosing scope that catches it; in one scope its event sub-process comes first."""
    scope: Scope | None = thrower
    while scope is not None:
        waits = [w for w in game.waits if w.event.event == kind and w.event.detail in (None, code)]
        inline = [w for w in waits if w.token is None and w.scope is scope]
        border = [w for w in waits if scope.shell is not None and w.token is scope.shell]
        if found := inline + border:
            return found[0]
        scope = scope.parent
    return None


def throw_error(game: Game, scope: Scope, code: str | None) -> None:
    """BPMN 10.5.3: an error is caught at once and interrupts."""
    game.loose = game.loose or game.split
    wait = catcher(game, scope, "error", code)
    if wait is not None:
        fire(game, wait)
        return
    scopes.fail(game, scope.root, code)


def terminate(game: Game, scope: Scope) -> None:
    """CONTRACT: "Terminate ends only the process or sub-process it stands in"; a called process is one too."""
    game.loose = game.loose or game.split
    scopes.empty(game, scope)
    close_if_empty(game, scope)


def come_true(game: Game) -> Wait | None:
    """CONTRACT: "fires at once, and then once per change from false to true"."""
    for wait in game.waits:
        if wait.event.event == "conditional":
            before, wait.was = wait.was, holds_or_false(wait.event.detail or "", variables.seen(wait.scope))
            if wait.was and not before:
                return wait
    return None


def next_due(game: Game, until: datetime) -> Wait | None:
    """CONTRACT: each "at its own due time"; "at the same instant ... in the order they were started"."""
    timers = [w for w in game.waits if w.due is not None and w.due <= until and not w.parked]
    return min(timers, key=lambda w: w.due or until, default=None)


def due_within_step(game: Game) -> Wait | None:
    """CONTRACT: "PT0S fires within the step that created it"."""
    new = [w for w in game.waits if w.due is not None and w.due <= game.now and w.step == game.step]
    return min(new, key=lambda w: w.due or game.now, default=None)
