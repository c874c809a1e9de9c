"""Soundness as CONTRACT defines it: what lint says about runs without data, beside brute force and the token game."""

import os

import soundness_brute
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from models import model

from engine import definition
from engine.definition import Definition
from engine.rules._runs import flaws, runs

KINDS = ("user", "user", "xor", "and", "or", "end", "terminate", "race", "sub")
Tangle = tuple[list[str], list[tuple[int, int, bool]], list[tuple[int, bool]], list[bool]]
CASES = int(os.environ.get("SOPAN_SOUND", "120"))
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
        kind, free = kinds[a % size], n != first[a % size] or not default
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
