"""The token game. A model is a plain dictionary; a token is a node, the scope it is in, and the flow it came by.

node: {"kind", "in": scope node or None, "on": host or None, "interrupting", "event": (kind, name), "default"}
flow: (id, source, target, condition or None); a condition is the name of a boolean variable.
Clauses: BPMN 2.0.2, 13.2 (sequence flow), 13.4 (gateways), 13.3.4 (sub-process), 13.5 (events); CONTRACT, Meaning.
"""

from dataclasses import dataclass, field
from typing import Any

WAITS = ("user", "catch")


@dataclass(eq=False)
class Token:
    """One token. `scope` and `host` are the tokens of the sub-process it is in and of the activity it waits beside."""

    node: str
    scope: "Token | None" = None
    flow: str = ""
    host: "Token | None" = None
    race: "Token | None" = None


@dataclass
class Game:
    """One instance."""

    nodes: dict[str, dict[str, Any]]
    flows: list[tuple[str, str, str, str | None]]
    data: dict[str, bool]
    tokens: list[Token] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    failed: bool = False

    def start(self) -> None:
        self.arrive(Token(self._start(None)))
        self.settle()

    def open(self) -> list[str]:
        return sorted(t.node for t in self.tokens if self.nodes[t.node]["kind"] == "user")

    def ended(self) -> bool:
        return not self.tokens

    def complete(self, node: str) -> None:
        """A person completes the oldest open work item of a node."""
        self.leave(next(t for t in self.tokens if t.node == node))
        self.settle()

    def happen(self, event: tuple[str, str]) -> bool:
        """A message or a timer; the oldest that waits for it gets it. False if nobody waits."""
        token = next((t for t in self.tokens if self.nodes[t.node].get("event") == event), None)
        if token is None:
            return False
        self.fire(token)
        self.settle()
        return True

    def fire(self, token: Token) -> None:
        node = self.nodes[token.node]
        if token.host is not None and node.get("interrupting"):  # 13.5.3: the activity ends, its flow does not go on
            self.kill_inside(token.host)
            self.tokens = [t for t in self.tokens if t is token or (t is not token.host and t.host is not token.host)]
        elif token.host is not None and node["event"][0] == "message":  # CONTRACT: re-arming
            self.tokens.append(Token(token.node, token.scope, host=token.host))
        if token.race is not None:  # 13.4.4: the first event decides
            self.tokens = [t for t in self.tokens if t is token or (t is not token.race and t.race is not token.race)]
            self.path.append(token.race.node)
        self.leave(token)

    def arrive(self, token: Token) -> None:
        """A token reaches a node; what the node does by itself happens in `settle`."""
        self.tokens.append(token)
        kind = self.nodes[token.node]["kind"]
        for name, node in self.nodes.items():
            if node.get("on") == token.node and kind in ("user", "sub"):
                self.tokens.append(Token(name, token.scope, host=token))
        if kind == "sub":
            self.arrive(Token(self._start(token.node), token))
        if kind == "race":
            for flow, _, target, _ in self._out(token.node):
                self.tokens.append(Token(target, token.scope, flow, race=token))

    def settle(self) -> None:
        """Until nothing moves by itself: automatic nodes first, then empty sub-processes and inclusive joins."""
        while True:
            token = next((t for t in self.tokens if self._moves(t)), None)
            token = token or next((t for t in self.tokens if self._comes_to_rest(t)), None)
            if token is None:
                return
            self.leave(token)

    def leave(self, token: Token) -> None:
        """A node completes: its token is consumed, and one is produced on each chosen flow."""
        kind = self.nodes[token.node]["kind"]
        if kind in ("and", "or") and len(self._in(token.node)) > 1:
            for other in self._first(token).values():
                self.tokens.remove(other)
        elif token in self.tokens:
            self.tokens.remove(token)
        self.tokens = [t for t in self.tokens if t.host is not token]
        self.path.append(token.node)
        if kind == "terminate":  # 13.5.6: ends its own scope only
            self.kill_inside(token.scope)
        elif kind == "error":
            self._throw(token)
        else:
            for flow, _, target, _ in self._chosen(token.node):
                self.arrive(Token(target, token.scope, flow))

    def kill_inside(self, scope: Token | None) -> None:
        for token in [t for t in self.tokens if t.scope is scope]:
            if token in self.tokens:
                self.tokens.remove(token)
            if self.nodes[token.node]["kind"] == "sub":
                self.kill_inside(token)

    def _throw(self, token: Token) -> None:
        scope = token.scope
        while scope is not None:  # 13.5.4: the nearest enclosing scope that catches it
            for other in self.tokens:
                if other.host is scope and self.nodes[other.node]["event"][0] == "error":
                    self.fire(other)
                    return
            scope = scope.scope
        self.failed = True
        self.tokens = []

    def _moves(self, token: Token) -> bool:
        kind = self.nodes[token.node]["kind"]
        if token.host is not None or token.race is not None or kind in (*WAITS, "sub", "race"):
            return False
        if kind == "and":  # 13.4.1: one token on each incoming flow
            return len(self._first(token)) == len(self._in(token.node))
        return kind != "or" or len(self._in(token.node)) < 2

    def _comes_to_rest(self, token: Token) -> bool:
        kind = self.nodes[token.node]["kind"]
        if kind == "sub":
            return not any(t.scope is token for t in self.tokens)
        return kind == "or" and len(self._in(token.node)) > 1 and self._may_join(token)

    def _may_join(self, token: Token) -> bool:
        """13.4.3: no token elsewhere can reach an empty incoming flow, unless it can reach a non-empty one too."""
        full = set(self._first(token))
        empty = set(self._in(token.node)) - full
        others = [t for t in self.tokens if t.scope is token.scope and t.node != token.node and t.host is None]
        return not any((r := self._reach(t.node, token.node)) & empty and not r & full for t in others)

    def _reach(self, node: str, join: str) -> set[str]:
        found, seen, todo = set(), {node}, [node]
        while todo:
            here = todo.pop()
            sources = [here, *(n for n, v in self.nodes.items() if v.get("on") == here)]
            for flow, source, target, _ in self.flows:
                if source in sources and target == join:
                    found.add(flow)
                elif source in sources and target not in seen:
                    seen.add(target)
                    todo.append(target)
        return found

    def _first(self, token: Token) -> dict[str, Token]:
        first: dict[str, Token] = {}
        for other in self.tokens:
            if other.node == token.node and other.scope is token.scope:
                first.setdefault(other.flow, other)
        return first

    def _chosen(self, node: str) -> list[tuple[str, str, str, str | None]]:
        """13.4.2 and 13.4.3: exclusive takes the first true flow, inclusive every one; the default last."""
        kind, default, out = self.nodes[node]["kind"], self.nodes[node].get("default"), self._out(node)
        if kind not in ("xor", "or"):
            return out
        true = [f for f in out if f[0] != default and (f[3] is None or self.data[f[3]])]
        true = true[:1] if kind == "xor" else true
        return true or [f for f in out if f[0] == default]

    def _start(self, scope: str | None) -> str:
        return next(n for n, v in self.nodes.items() if v["kind"] == "start" and v.get("in") == scope)

    def _out(self, node: str) -> list[tuple[str, str, str, str | None]]:
        return [flow for flow in self.flows if flow[1] == node]

    def _in(self, node: str) -> list[str]:
        return [flow[0] for flow in self.flows if flow[2] == node]
