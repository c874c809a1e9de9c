"""Soundness as CONTRACT defines it: what lint says about runs without data, beside brute force and the token game."""

import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise, product
from pathlib import Path

import soundness_brute
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from models import model
from token_game.play import Player

from engine import definition, lint
from engine.definition import Definition
from engine.rules._net import Net
from engine.rules._runs import Flaw, flawed, flaws, runs

KINDS = ("user", "user", "xor", "and", "or", "end", "terminate", "race", "sub")
Tangle = tuple[list[str], list[tuple[int, int, bool]], list[tuple[int, bool]], list[bool]]
CASES = int(os.environ.get("SOPAN_SOUND", "60"))
MOST_TRIES = 3000
REFUSED = ("automatic-cycle", "event-gateway")  # what cannot be played
ENDED = ("end", "terminate")


def tangles(kinds: int, flows: int) -> st.SearchStrategy[Tangle]:
    return st.tuples(
        st.lists(st.sampled_from(KINDS), min_size=2, max_size=kinds),
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), max_size=flows, unique=True),
        st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=2),
        st.lists(st.booleans(), max_size=1),
    )


def scope(tangle: Tangle, within: str, inner: Tangle | None) -> list[str]:
    """The lines of a random scope: its sub-processes hold the inner one; each condition has a variable of its own."""
    (kinds, flows, events, handlers), place = tangle, f" in={within}" if within else ""
    size, lines = len(kinds), [f"start S{within}{place}", f"S{within} > N{within}0"]
    kinds = ["user" if kind == "sub" and inner is None else kind for kind in kinds]
    first = {a % size: n for n, (a, _, _) in reversed(list(enumerate(flows)))}
    for n, kind in enumerate(kinds):
        chosen = n in first and (kind == "xor" or (kind == "or" and flows[first[n]][2]))
        lines.append(f"{kind} N{within}{n}{place}" + f" default=F{within}_{first.get(n)}" * chosen)
        if kind == "sub" and inner is not None:
            lines += scope(inner, f"N{within}{n}", None)
    for n, (a, b, default) in enumerate(flows):
        kind = kinds[a % size]
        free = n != first[a % size] or (kind == "or" and not default)
        lines += drawn(kind, f"N{within}{a % size}", f"N{within}{b % size}", f"F{within}_{n}", place, free)
    for n, (host, stops) in enumerate(events):
        if kinds[host % size] in ("user", "sub"):
            name = f"W{within}_{n}"
            lines.append(f"message {name} name=m{name} on=N{within}{host % size}{place}" + " interrupting" * stops)
            lines.append(f"{name} > N{within}{(host + 1) % size}")
    for n, stops in enumerate(handlers):
        name = f"H{within}_{n}"
        lines += [f"esub {name}{place}", f"start S{name} in={name} message=m{name}" + " non" * (not stops)]
        lines += [f"user A{name} in={name}", f"S{name} > A{name}"]
    return lines


def drawn(kind: str, source: str, goal: str, name: str, place: str, free: bool) -> list[str]:
    """A flow; from a race through a message, from a choice with a condition unless it is the default."""
    if kind == "race":
        return [f"catch C{name} message=m{name}{place}", f"{source} > C{name}", f"C{name} > {goal} {name}"]
    if kind in ENDED:
        return []
    return [f"{source} > {goal} {name}" + f" : v{name}" * (kind in ("xor", "or") and free)]


def read(text: str) -> tuple[bytes, Definition]:
    content = model(text)
    [process] = definition.read(content, "m.bpmn")
    return content, process


def agree(text: str) -> soundness_brute.Verdict:
    """Brute force and the reduced search come to the same, and the reported runs are the shortest."""
    content, process = read(text)
    brute = soundness_brute.explore(content)
    assume(brute.complete)
    told, ran = flaws(process), runs(process)
    assert told.complete and (told.stuck is None, told.double is None) == (brute.stuck is None, brute.double is None)
    assert [len(flaw.run) for flaw in (told.stuck, told.double) if flaw] == [
        length for length in (brute.stuck, brute.double) if length is not None
    ]
    if ran.complete:
        assert (ran.ran, ran.ends) == (brute.ran, brute.ends)
    event(f"stuck {brute.stuck is not None}, double {brute.double is not None}, complete {ran.complete}")
    return brute


def lines(tangle: Tangle, inner: Tangle | None = None) -> str:
    return "\n".join(scope(tangle, "", inner))


@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
@given(tangles(6, 9))
def test_the_reduced_search_comes_to_what_brute_force_comes_to(tangle: Tangle) -> None:
    agree(lines(tangle))


@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
@given(tangles(4, 5), tangles(3, 4))
def test_the_same_with_sub_processes(outer: Tangle, inner: Tangle) -> None:
    agree(lines(outer, inner))


class Replay:
    """Plays a reported run in the token game: which choices make its nodes, and no others, complete?"""

    def __init__(self, content: bytes, flaw: Flaw, kind: str) -> None:
        self.run, self.flaw, self.kind = Counter(flaw.run), flaw, kind
        self.variables = sorted(set(re.findall(rb">(v\w+)<", content)))
        self.player = Player(content)
        self.tries = 0

    def works(self) -> bool:
        return any(self._follow(after) for after in self._tried(self.player, [("start", {})]))

    def _tried(self, player: Player, steps: list[tuple]) -> Iterator[Player]:
        for step in steps:
            for values in product((True, False), repeat=len(self.variables)):
                data = dict(zip([name.decode() for name in self.variables], values, strict=True))
                after, self.tries = deepcopy(player), self.tries + 1
                after.step((step[0], *step[1:-1], data))
                yield after

    def _follow(self, player: Player) -> bool:
        path = Counter(player.snapshot().path)
        if self._there(player, path):
            return True
        if path - self.run or self.tries > MOST_TRIES:
            return False
        steps = [("complete", name, {}) for name in set(player.open)]
        steps += [("message", name, {}) for name, _ in set(player.awaited)]
        return any(self._follow(after) for after in self._tried(player, steps) if not after.why)

    def _there(self, player: Player, path: Counter) -> bool:
        at = [token for token in player.game.tokens if token.at.id == self.flaw.element]
        if self.kind == "stuck":
            return path == self.run and bool(at) and not (player.open or self._awaited(player))
        same = Counter(token.by.id if joins(player, token.at.id) and token.by else "" for token in at)
        return not self.run - path and max(same.values(), default=0) > 1

    def _awaited(self, player: Player) -> set[str]:
        """What still can come, each non-interrupting event once."""
        return {name for name, _ in player.awaited} - {f"m{name.removeprefix('S')}" for name in self.run}


def joins(player: Player, node: str) -> bool:
    model_ = player.game.model
    return model_.nodes[node].tag in ("parallelGateway", "inclusiveGateway") and len(model_.incoming(node)) > 1


def replayed(tangle: Tangle, inner: Tangle | None = None) -> None:
    """What is reported can be played; but for ends of scopes, which come in an order that nobody fixes."""
    text = lines(tangle, inner).replace("terminate ", "end ")
    content, process = read(text)
    refused = any(problem.rule in REFUSED for problem in lint.check({"m.bpmn": content}))
    assume(not refused and text.count(" : v") <= 4)
    told = flaws(process)
    for kind, flaw in (("stuck", told.stuck), ("double", told.double)):
        if flaw is not None:
            replay = Replay(content, flaw, kind)
            assert replay.works() or replay.tries > MOST_TRIES, (kind, flaw)
            event(f"{kind} played: {replay.tries <= MOST_TRIES}")


@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
@given(tangles(5, 8))
def test_a_reported_run_runs_in_the_token_game(tangle: Tangle) -> None:
    replayed(tangle)


@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
@given(tangles(3, 4), tangles(3, 4))
def test_a_reported_run_runs_in_the_token_game_with_sub_processes(outer: Tangle, inner: Tangle) -> None:
    replayed(outer, (["user", *inner[0]], *inner[1:]))


def warned(text: str) -> set[tuple[str | None, str]]:
    return {(p.element, p.rule) for p in lint.check({"m.bpmn": model(text)})}


INCLUSIVE = """start S | or P default=d | user A called=x | user B called=y | end E
S > P | P > A a : a | P > B b : b | P > E d
"""
HANDLED = """start S | user A called=x | end E | esub V | start T in=V message=m {} | user H in=V called=z
S > A | A > E | T > H
"""


def test_an_inclusive_join_waits_for_the_branches_that_were_taken() -> None:
    assert warned(INCLUSIVE + "or J | user C called=z | A > J | B > J | J > C | C > E") == set()


def test_what_an_inclusive_gateway_split_a_parallel_one_may_not_join() -> None:
    assert warned(INCLUSIVE + "and J | A > J | B > J | J > E") == {("J", "may-deadlock")}
    assert "S > P > x" in str(lint.check({"m.bpmn": model(INCLUSIVE + "and J | A > J | B > J | J > E")}))


def test_what_an_inclusive_gateway_split_comes_twice_without_a_join() -> None:
    assert warned(INCLUSIVE + "user C called=z | A > C | B > C | C > E") == {("C", "second-token")}


def test_an_event_sub_process_runs_beside_its_scope_or_in_its_place() -> None:
    assert warned(HANDLED.format("") + "end EH in=V | H > EH") == set()
    assert warned(HANDLED.format("non") + "end EH in=V | H > EH") == set()
    stuck = "xor G in=V default=d | and J in=V | end EH in=V | H > G | G > J a : a | G > J d | J > EH"
    assert warned(HANDLED.format("") + stuck) >= {("J", "reachable"), ("EH", "reachable")}
    choice = "xor G in=V default=d | and J in=V | user I in=V called=i | H > G | G > J a : a | G > I d | I > J"
    assert warned(HANDLED.format("non") + choice) >= {("J", "reachable")}


def test_a_non_interrupting_start_fires_once_an_activation() -> None:
    """Else its step would be open twice."""
    assert warned(HANDLED.format("non")) == set()


def test_an_error_of_a_scope_is_caught_by_its_event_sub_process() -> None:
    text = "start S | sub U | start US in=U | user A in=U called=x | end X in=U error=c | esub V in=U\n"
    text += "start T in=V error=c | user H in=V called=h | end E\nS > U | US > A | A > X | T > H | U > E"
    assert warned(text) == set()


def test_what_comes_from_outside_comes_before_the_last_step_of_a_sub_process() -> None:
    """Then it closes by itself, and nobody can send it anything."""
    for border in ("message M name=m", "timer M at=PT1H", "boundary M when=x>1", "boundary M signal=s"):
        text = f"start S | sub U | start US in=U | user A in=U called=x | {border} on=U | user B called=y | end E\n"
        _, process = read(text + "S > U | US > A | M > B | U > B | B > E")
        double = flaws(process).double
        assert double and double.run == ("S", "US", "M", "A", "U"), border


def abreast(kind: str, branches: int, steps: int) -> str:
    """A block of branches with steps in a row."""
    found = [f"start S | {kind} P | {kind} J | end E", "S > P", "J > E"]
    for n in range(branches):
        row = ["P", *(f"A{n}x{step}" for step in range(steps)), "J"]
        found += [f"user {name} called=x" for name in row[1:-1]]
        found += [f"{one} > {other}" + " : v" * (kind == "or" and one == "P") for one, other in pairwise(row)]
    return "\n".join(found)


def test_the_reduction_is_as_good_as_the_documentation_says() -> None:
    """docs/reference/rules.md; every order passes 60 000 markings in each of the two."""
    for (kind, branches, steps), most in {("and", 10, 5): 105, ("or", 8, 2): 5117}.items():
        _, process = read(abreast(kind, branches, steps))
        found = flawed(Net(process))
        assert (found.stuck, found.double, found.complete, found.markings <= most) == (None, None, True, True)


def test_the_sop_is_explored_well_below_a_second() -> None:
    path = Path(__file__).parent.parent / "bpmn/pembuatan-aplikasi.bpmn"
    [process] = definition.read(path.read_bytes(), path.name)
    began = time.process_time()
    assert flawed(Net(process)).markings < 1000 and runs(process).complete
    assert time.process_time() - began < 0.5
