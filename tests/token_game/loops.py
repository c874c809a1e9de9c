"""Activities that repeat: standard loops (BPMN 13.3.6) and multi-instance (BPMN 13.3.7)."""

from decimal import Decimal
from typing import Any

from . import variables
from .feel import evaluate, holds_or_false
from .reading import Node
from .refusals import Refused, Unsupported
from .repeats import Repeat
from .scopes import put, wait_at_border
from .state import MOST, Game, Loop, Scope, Token


def repeat_of(node: Node) -> Repeat:
    assert node.repeat is not None
    return node.repeat


def begin(game: Game, token: Token) -> bool:
    """The activity begins with its first round, or all of them. False: there is none, and nothing has begun."""
    repeat = repeat_of(token.at)
    loop = token.loop = Loop()
    if repeat.kind == "standard":
        if repeat.before and not _again(token):  # BPMN 13.3.6: testBefore: "evaluated before the ... Activity"
            return False
    else:
        loop.values = _values(token)  # as it is now: later changes of the collection do not matter
        loop.results = [None] * len(loop.values)
        _store(token)
        if not loop.values:
            return False
    wait_at_border(game, token)
    for _ in range(len(loop.values) if repeat.kind == "parallel" else 1):
        _open_round(game, token)
    game.split = game.split or len(loop.rounds) > 1
    return True


def goes_on(game: Game, ended: Scope) -> bool:
    """A round has ended. False: it was the last, or enough."""
    token = ended.shell
    assert token is not None and token.loop is not None
    repeat, loop = repeat_of(token.at), token.loop
    loop.completed += 1
    if repeat.kind == "standard":
        more = _again(token)
    else:
        _collect(token, ended)
        if _enough(token, ended):
            # CONTRACT, Variables: "null for items cancelled"; how far those came in this step is fixed by nobody
            game.loose = game.loose or (game.split and any(round_.alive for round_ in loop.rounds))
            return False
        if repeat.kind == "parallel":
            return loop.completed < len(loop.values)
        more = loop.completed < len(loop.values)
    if more:
        _open_round(game, token)
    return more


def _open_round(game: Game, token: Token) -> None:
    """CONTRACT, Variables: an item's scope "declares `loopCounter` and the `inputDataItem`"; a loop has none."""
    repeat, loop = repeat_of(token.at), token.loop
    assert loop is not None
    data: dict[str, Any] | None = None
    if repeat.kind != "standard":
        number = len(loop.rounds)
        data = {"loopCounter": number + 1}  # BPMN 10.3.8: the first is 1
        if repeat.item is not None:
            data[repeat.item] = loop.values[number]
    scope = Scope(None, token.scope, token, data=data)
    loop.rounds.append(scope)
    game.scopes.append(scope)
    put(game, Token(token.at, scope))


def _again(token: Token) -> bool:
    """BPMN 13.3.6: up to `loopMaximum` rounds; CONTRACT, Steps: null counts as false in standard-loop conditions."""
    repeat, loop = repeat_of(token.at), token.loop
    assert loop is not None
    if repeat.most is not None and loop.completed >= repeat.most:
        return False
    return repeat.condition is None or holds_or_false(repeat.condition, variables.seen(token.scope))


def _values(token: Token) -> list[Any]:
    """BPMN 10.3.8: the items of the collection, or as many as `loopCardinality` says."""
    repeat, seen = repeat_of(token.at), variables.seen(token.scope)
    if repeat.collection is not None:
        values = seen.get(repeat.collection)
        if not isinstance(values, list):
            raise Refused(f"{repeat.collection} is no list")
        return list(values)
    number = evaluate(repeat.count or "", seen)
    if isinstance(number, bool) or not isinstance(number, int | Decimal) or number != int(number) or number < 0:
        raise Refused(f"{repeat.count} is no number of items")
    if number > MOST:
        raise Unsupported(f"{number} items")
    return [None] * int(number)


def _collect(token: Token, ended: Scope) -> None:
    """CONTRACT, Variables: "its `outputDataItem` is stored at its index in `loopDataOutputRef`"."""
    repeat, loop = repeat_of(token.at), token.loop
    assert loop is not None
    if repeat.output is not None:
        loop.results[loop.rounds.index(ended)] = variables.seen(ended).get(repeat.output)
    _store(token)


def _store(token: Token) -> None:
    repeat, loop = repeat_of(token.at), token.loop
    assert loop is not None
    if repeat.into is not None:
        variables.write(token.scope, {repeat.into: list(loop.results)})


def _enough(token: Token, ended: Scope) -> bool:
    """BPMN 13.3.7: the completion condition, each time an item ends; CONTRACT, Expressions: the counters it sees."""
    repeat, loop = repeat_of(token.at), token.loop
    assert loop is not None
    if repeat.condition is None:
        return False
    number, active = len(loop.values), len(loop.values) - loop.completed
    counts = {"Instances": number, "ActiveInstances": active if repeat.kind == "parallel" else 0,
              "CompletedInstances": loop.completed}  # fmt: skip
    counters: dict[str, Any] = {"loopCounter": loop.rounds.index(ended) + 1}
    for name, value in counts.items():
        counters |= {f"numberOf{name}": value, f"nrOf{name}": value}
    return holds_or_false(repeat.condition, variables.seen(ended) | counters)
