"""What must be refused: expressions that want to run for ever, fill the memory, or bring something down.

`python tests/feel_attacks.py` runs them one by one and prints JSON for each: its name, then what became of it, how many
steps it took and by how much it raised the most memory that the process ever held. The tests run it in a process of
its own, where a hang is only late.
"""

import json
import resource
import sys
from decimal import Decimal
from itertools import pairwise
from typing import Any

from engine import feel
from engine.feel.scope import STEPS, Scope

MIB = 2**20
MOST_MEMORY = 2048 * MIB  # of the whole process, so that a leak cannot take the machine down
MOST_SECONDS = 100  # of its processor time
DOUBLING = "{a0: [1, 1]" + "".join(f", a{n + 1}: [a{n}, a{n}]" for n in range(40))

COMPILED = {
    "a long text": "1" + " + 1" * 2000,
    "deep brackets": "(" * 1500 + "1" + ")" * 1500,
    "deep lists": "[" * 1500 + "]" * 1500,
    "deep contexts": "{a:" * 500 + "1" + "}" * 500,
    "deep signs": "1" + " - (-1" * 500 + ")" * 500,
    "deep calls": "not(" * 800 + "true" + ")" * 800,
    "deep paths": "a" + ".b" * 1500,
    "deep filters": "a" + "[1]" * 1200,
    "deep choices": "if a then 1 else " * 200 + "1",
    "deep quantifiers": "some x in a satisfies " * 150 + "true",
    "many names": "for " + ", ".join(f"x{n} in a" for n in range(5)) + " return 1",
    "a tower of powers": "9 ** 9 ** 9 ** 9",
    "a number of 4000 digits": "9" * 4000,
    "a comment without end": "/*" + "* " * 2000,
    "a text without end": '"' + "\\\\" * 2000,
    "many arguments": "min(" + "1," * 1500 + "1)",
    "a pattern that is replaced": 'replace("aaaa", "(a+)+b", "c")',
    "a name of Python": "a.__class__()",
}
RUN = {
    "a huge loop": "for i in 1..1000000000000 return i",
    "a loop to the end of numbers": "for i in 0..9e6143 return i",
    "a loop down": "for i in 1e20..-1e20 return i",
    "loops in loops": "for a in 1..9999, b in 1..9999 return 1",
    "a product of four lists": "for a in l, b in l, c in l, d in l return [a, b, c, d]",
    "loops in quantifiers": "every a in 1..9999 satisfies not(some b in 1..9999 satisfies b < 0)",
    "filters in filters": "(for i in 1..9999 return i)[count((for i in 1..9999 return i)[item < 0]) = 1]",
    "texts that grow": "for a in 1..9999 return " + " + ".join(["t"] * 500),
    "a text that doubles": "{a: t+t" + "".join(f", {b}: {a}+{a}" for a, b in pairwise("abcdefghijklmnopq")) + "}",
    "lists that grow": "{a: for i in 1..9999 return i, b: concatenate(a, a)}",
    "lists that are appended to": "for i in l return append(l, i)",
    "a joined text": "string join(for i in 1..9999 return t, t)",
    "a list of a long text": "for i in 1..9999 return long",
    "a written list of a long text": "string(for i in 1..9999 return long)",
    "a list that doubles": DOUBLING + "}.a40",
    "a list that doubles, compared": DOUBLING + ", z: a40 = a40}.z",
    "a list that doubles, flattened": DOUBLING + ", z: count(flatten(a40))}.z",
    "a list that doubles, written": DOUBLING + ", z: string(a40)}.z",
    "a list that doubles, made distinct": DOUBLING + ", z: distinct values(a40)}.z",
    "a list that nests": "{a0: [1]" + "".join(f", a{n + 1}: [a{n}]" for n in range(250)) + "}.a250",
    "deep data": "deep = deep",
    "deep data, written": "string(deep)",
    "deep data, given": "deep",
    "long texts compared": "for i in 1..9999 return mega = other",
    "long texts ordered": "every a in 1..99, b in 1..99 satisfies mega <= other",
    "long texts in tests": "for i in 1..9999 return mega in (other, [other..other], other)",
    "long texts searched": "for i in 1..9999 return contains(mega, other)",
    "a long text in capitals": "upper case(mega)",
    "a long text cut off": "substring(mega, 2)",
    "a long text split": 'split(mega, "a")',
    "a huge power": "1.0001 ** 99999999",
    "a huge root": "2 ** -1e6000",
    "powers in a loop": "for i in 1..9999, j in 1..9 return 1.0001 ** 9999.5",
    "a greedy pattern": 'matches(string join(for i in 1..900 return t, ""), "((a?){20}){20}b")',
    "a pattern with two ways": 'matches(mega, "(a|aa)+$")',
    "a pattern of stars": 'matches(mega, "(((a*)*)*)*b")',
    "a pattern that starts anywhere": 'matches(mega, ".*.*.*=.*")',
    "a pattern that multiplies": 'matches("a", "((a{99}){99}){99}")',
    "a pattern that splits": 'split("aaaa", "(a+)+b")',
    "a pattern of nothing": 'matches("a", "(){9999}")',
    "a pattern that adds up": 'matches("a", "a{400}b{400}c{400}")',
    "a pattern that looks ahead": 'matches("a", "(?=a)")',
    "a pattern that looks back": 'matches("aa", "(a)\\\\1")',
    "a lazy pattern": 'matches("aa", "a+?")',
    "a long pattern": 'matches("a", string join(for i in 1..300 return "a"))',
}


def nested(levels: int) -> list[Any]:
    """A list in a list in a list ..."""
    data: list[Any] = []
    for _ in range(levels):
        data = [data]
    return data


def data() -> dict[str, Any]:
    """What the attackers filled into the forms."""
    numbers = [Decimal(n) for n in range(9999)]
    texts = {"t": "a" * 10, "long": "a" * 100_000, "mega": "a" * MIB, "other": "a" * (MIB - 1) + "b"}
    return {"a": [1], "l": numbers, "deep": nested(500), **texts}


def peak() -> int:
    """The most memory that this process ever held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def outcome(text: str, names: dict[str, Any]) -> dict[str, Any]:
    """What became of an attack, and what it cost."""
    scope = Scope(names)
    before = peak()
    try:
        scope.given(feel.compile(text).run(scope))
        became = "done"
    except feel.FeelError:
        became = "refused"
    except Exception as error:  # noqa: BLE001  # whatever else comes up is what the test tells
        became = type(error).__name__
    return {"became": became, "steps": STEPS - scope.left, "bytes": peak() - before}


def main() -> None:
    """Run every attack in bounds that the kernel keeps."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    names = data()
    for name, text in {**COMPILED, **RUN}.items():
        print(json.dumps({"name": name}), flush=True)
        print(json.dumps(outcome(text, names)), flush=True)


if __name__ == "__main__":
    sys.exit(main())
