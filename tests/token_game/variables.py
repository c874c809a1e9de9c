"""CONTRACT, Variables: what a scope sees, where it writes, what a called process takes in and gives back."""

from collections.abc import Mapping
from typing import Any

from .feel import evaluate, same
from .reading import Model, Node
from .refusals import Refused
from .state import Scope, Token


def seen(scope: Scope) -> dict[str, Any]:
    """CONTRACT: "A read looks outwards, innermost first, and never out of a called process"."""
    at: Scope | None = scope
    found: dict[str, Any] = {}
    while at is not None:
        found = (at.data or {}) | found
        at = None if at.is_process else at.parent
    return found


def write(scope: Scope, data: Mapping[str, Any]) -> None:
    """CONTRACT: "to the process it belongs to; within a multi-instance item ... stays in the item's scope"."""
    while scope.data is None:
        assert scope.parent is not None  # a process has variables
        scope = scope.parent
    scope.data |= data


def key(event: Node, scope: Scope) -> Any:
    """CONTRACT, Events: "The key is the FEEL `sopan:key` ...; none means null": read when a message looks for it."""
    return None if event.key is None else evaluate(event.key, seen(scope))


def called(model: Model, token: Token) -> str:
    """CONTRACT, Expressions: `calledElement` takes "a literal, or FEEL after a leading `=`"."""
    text = token.at.called or ""
    process = evaluate(text, seen(token.scope)) if text.startswith("=") else text
    if not isinstance(process, str) or process not in model.processes:
        raise Refused(f"{token.at.id} calls {process}")
    return process


def copied_in(call: Token) -> dict[str, Any]:
    """CONTRACT: "copies in ... what its `ioSpecification` names; without one, everything goes in as a copy"."""
    around, named = seen(call.scope), call.at.given
    return {name: value for name, value in around.items() if named is None or name in named}


def copy_out(process: Scope, call: Token) -> None:
    """CONTRACT: "copies ... out what its `ioSpecification` names; without one, ... everything changed comes back"."""
    data, came, named = process.data or {}, process.came, call.at.taken
    if named is None:
        out = {name: v for name, v in data.items() if name not in came or not same(v, came[name])}
    else:
        out = {name: value for name, value in data.items() if name in named}
    write(call.scope, out)
