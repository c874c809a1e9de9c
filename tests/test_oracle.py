"""The engine against the oracle: random block-structured models, random walks, an empty cache after every step."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import game
from oracle.game import Game
from test_spiff import Case

from engine import spiff
from engine.errors import NotReady

WALKS = int(os.environ.get("SOPAN_WALKS", "300"))
CONDITIONS = ("a", "b", "c")


@dataclass
class Draft:
    """A model that grows block by block, as the oracle's dictionary and as the tests' text."""

    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    flows: list[tuple[str, str, str, str | None]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    scope: str | None = None

    def node(self, kind: str, words: str = "", **more: Any) -> str:
        name = f"{kind}{len(self.nodes)}"
        self.nodes[name] = {"kind": kind, "in": self.scope, **more}
        place = f" in={self.scope}" if self.scope else ""
        self.words.append(f"{WORDS.get(kind, kind)} {name} {words}{place}")
        return name

    def flow(self, source: str, target: str, condition: str | None = None) -> str:
        name = f"f{len(self.flows)}"
        self.flows.append((name, source, target, condition))
        self.words.append(f"{source} > {target} {name}" + (f" : {condition}" if condition else ""))
        return name


WORDS = {"error": "end", "boundary": "boundary"}


def block(draft: Draft, data: st.DataObject, depth: int) -> tuple[str, str]:
    """(first, last) node of a random block with one way in and one way out."""
    kinds = ["user", "user", "timed", "catch", "link"] + (
        ["seq", "xor", "and", "or", "loop", "sub", "race"] if depth else []
    )
    kind = data.draw(st.sampled_from(kinds))
    if kind in ("xor", "and", "or"):
        return split(draft, data, depth, kind)
    if kind == "seq":
        first, middle = block(draft, data, depth - 1)
        second, last = block(draft, data, depth - 1)
        draft.flow(middle, second)
        return first, last
    return {"loop": loop, "sub": sub, "race": race, "timed": timed, "catch": catch, "user": user, "link": user}[kind](
        draft, data, depth
    )


def user(draft: Draft, data: st.DataObject, depth: int) -> tuple[str, str]:
    name = draft.node("user")
    return name, name


def catch(draft: Draft, data: st.DataObject, depth: int) -> tuple[str, str]:
    message = f"m{len(draft.nodes)}"
    name = draft.node("catch", f"message={message}", event=("message", message))
    return name, name


def timed(draft: Draft, data: st.DataObject, depth: int) -> tuple[str, str]:
    """A task with a boundary event, whose way ends at once or after another task."""
    task = draft.node("user")
    attach(draft, data, task)
    return task, task


def attach(draft: Draft, data: st.DataObject, host: str) -> None:
    kind, interrupting = data.draw(st.sampled_from(["timer", "message"])), data.draw(st.booleans())
    message = f"m{len(draft.nodes)}"
    how = "at=PT1H" if kind == "timer" else f"message={message}"
    event = (kind, f"boundary{len(draft.nodes)}" if kind == "timer" else message)
    words = f"on={host} {how}" + (" interrupting" if interrupting else "")
    name = draft.node("boundary", words, on=host, interrupting=interrupting, event=event)
    after, end = draft.node("user"), draft.node("end")
    draft.flow(name, after)
    draft.flow(after, end)


def split(draft: Draft, data: st.DataObject, depth: int, kind: str) -> tuple[str, str]:
    index = len(draft.words)
    gate = draft.node(kind)
    join, default = draft.node(kind), None
    for number in range(data.draw(st.integers(2, 3))):
        first, last = block(draft, data, depth - 1)
        conditional = kind != "and" and number > 0
        flow = draft.flow(gate, first, data.draw(st.sampled_from(CONDITIONS)) if conditional else None)
        default = default or flow
        draft.flow(last, join)
    if kind != "and":
        draft.nodes[gate]["default"] = default
        draft.words[index] += f" default={default}"
    return gate, join


def loop(draft: Draft, data: st.DataObject, depth: int) -> tuple[str, str]:
    index = len(draft.words)
    gate, merge = draft.node("xor"), draft.node("xor")
    first, last = block(draft, data, depth - 1)
    task = draft.node("user")
    draft.flow(merge, first)
    draft.flow(last, task)
    draft.flow(task, gate)
    draft.flow(gate, merge, data.draw(st.sampled_from(CONDITIONS)))
    after = draft.node("user")
    default = draft.flow(gate, after)
    draft.nodes[gate]["default"] = default
    draft.words[index] += f" default={default}"
    return merge, after


def sub(draft: Draft, data: st.DataObject, depth: int) -> tuple[str, str]:
    outer, name = draft.scope, draft.node("sub")
    draft.scope = name
    start = draft.node("start")
    first, last = block(draft, data, depth - 1)
    ending = data.draw(st.sampled_from(["end", "terminate", "error"]))
    end = draft.node(ending, "error=c" if ending == "error" else "")
    draft.flow(start, first)
    draft.flow(last, end)
    draft.scope = outer
    if ending == "error" or data.draw(st.booleans()):
        caught = draft.node(
            "boundary", f"on={name} error=c interrupting", on=name, interrupting=True, event=("error", "c")
        )
        draft.flow(caught, draft.node("end"))
    if data.draw(st.booleans()):
        attach(draft, data, name)
    return name, name


def race(draft: Draft, data: st.DataObject, depth: int) -> tuple[str, str]:
    gate, join = draft.node("race"), draft.node("xor")
    for _ in range(2):
        first, _ = catch(draft, data, 0)
        draft.flow(gate, first)
        draft.flow(first, join)
    return gate, join


def compare(case: Case, other: Game, what: str) -> None:
    told = (what, case.path, other.path)
    assert case.ids == other.open(), told
    assert sorted(case.path) == sorted(other.path), told
    assert case.finished == other.ended(), told


@given(st.data())
@settings(max_examples=WALKS, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_engine_walks_like_the_oracle(data: st.DataObject) -> None:
    draft = Draft()
    start = draft.node("start")
    first, last = block(draft, data, 3)
    end = draft.node("end")
    draft.flow(start, first)
    draft.flow(last, end)
    values = {name: data.draw(st.booleans()) for name in CONDITIONS}
    case = Case("\n".join(draft.words), **values)
    other = Game(draft.nodes, draft.flows, dict(values))
    other.start()
    compare(case, other, "start")
    for number in range(data.draw(st.integers(3, 14))):
        if case.finished or not step(case, other, data, calm=number > 9):
            return


def step(case: Case, other: Game, data: st.DataObject, calm: bool) -> bool:
    """One thing that may happen, in both; False if nothing can (a join waits for a branch that was interrupted)."""
    events = sorted(
        {other.nodes[t.node]["event"] for t in other.tokens if "event" in other.nodes[t.node]} - {("error", "c")}
    )
    choices: list[tuple[str, Any]] = [("complete", node) for node in set(case.ids)] + [("event", e) for e in events]
    if not choices:
        return False
    kind, what = data.draw(st.sampled_from(sorted(choices)))
    if kind == "complete":
        new = {name: not calm and data.draw(st.booleans()) for name in CONDITIONS}
        other.data |= new
        other.complete(what)
        case.complete(what, **new)
    elif what[0] == "timer":
        other.happen(what)
        case.fire(what[1])
    else:
        other.happen(what)
        case.take(spiff.receive(case.situation(), case.state, what[1], None))
    compare(case, other, f"{kind} {what}")
    return True


def test_a_message_that_nobody_awaits_is_refused_by_both() -> None:
    case = Case("start S | user A | end E | S > A | A > E")
    other = Game({"S": {"kind": "start"}, "A": {"kind": "user"}, "E": {"kind": "end"}}, [("f", "S", "A", None)], {})
    other.start()
    assert not other.happen(("message", "m"))
    try:
        spiff.receive(case.situation(), case.state, "m", None)
    except NotReady:
        return
    raise AssertionError("the engine took a message that nobody awaits")


def test_the_oracle_imports_nothing_of_ours() -> None:
    for path in Path(game.__file__).parent.glob("*.py"):
        assert not re.search(r"^\s*(?:from|import) (?!dataclasses|typing)", path.read_text(), re.M), path
