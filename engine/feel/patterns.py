"""Patterns (regular expressions) that cannot be attacked: run as a set of states, without ever going back.

A text of n letters against a pattern of m states costs at most n x m, and that is counted in the budget.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

from lark import Lark, Transformer, UnexpectedInput, v_args

from engine.feel.errors import FeelError
from engine.feel.scope import Scope

LONGEST: Final = 200  # characters of a pattern
MOST_STATES: Final = 1_000  # "a{500}" has 500
STATES_A_STEP: Final = 4
_PLAIN = re.compile(r"(?:\\[^\w\s]|[^\\.*+?(){}\[\]|^$])*")
_IN_CLASS = re.compile(r"(\\.|[^\\])(?:-(\\.|[^\\]))?")
_WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
_CLASSES: Final = {"d": frozenset("0123456789"), "w": frozenset(_WORD), "s": frozenset(" \t\n\r\f\v")}
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t"}
Inside = Callable[[str], bool]
Move = tuple[str, Inside | None, int, int]  # kind, what a letter is tested with, and where to go on, relative to here
Program = tuple[Move, ...]


def found(pattern: str, text: str, flags: str, scope: Scope) -> bool:
    """Whether the pattern is found somewhere in the text. Raises FeelError for a pattern that is not in our subset."""
    if flags not in ("", "i"):
        raise FeelError('Tanda pola {text} tidak dikenal; hanya "i".', text=flags[:10])
    moves = program(pattern)
    here: set[int] = set()
    for place in range(len(text) + 1):
        here = _reach(moves, here | {0}, place == 0, place == len(text))
        scope.spend(len(here) // STATES_A_STEP + 1)
        if len(moves) in here:
            return True
        if place < len(text):
            letter = text[place]
            forms = {letter, letter.lower(), letter.upper()} if flags else (letter,)
            here = {state + 1 for state in here if _takes(moves[state], forms)}
    return False


def plain(pattern: str) -> str | None:
    """The text that a pattern without meaning signs stands for; None where it has some."""
    return re.sub(r"\\(.)", r"\1", pattern) if _PLAIN.fullmatch(pattern) else None


@lru_cache(maxsize=256)
def program(pattern: str) -> Program:
    """The states of a pattern. Raises FeelError for a pattern that is not in our subset."""
    if len(pattern) > LONGEST:
        raise FeelError("Pola lebih panjang dari {most} huruf.", most=str(LONGEST))
    try:
        moves: Program = _READER.parse(pattern)  # type: ignore[assignment]  # the embedded transformer's value
    except UnexpectedInput as error:
        place = str(getattr(error, "column", None) or len(pattern))
        raise FeelError("Pola {text} tidak terbaca pada huruf {place}.", text=pattern[:40], place=place) from error
    return moves


def _takes(move: Move, forms: set[str] | tuple[str]) -> bool:
    kind, inside, _, _ = move
    return inside is not None and any(map(inside, forms)) is (kind == "in")


def _reach(moves: Program, states: set[int], first: bool, last: bool) -> set[int]:
    """The states that can be reached from these without reading a letter."""
    reached, waiting = set(states), list(states)
    while waiting:
        state = waiting.pop()
        if state == len(moves):
            continue
        kind, _, one, other = moves[state]
        if kind == "fork" or (kind == "begin" and first) or (kind == "end" and last):
            new = {state + one, state + other} - reached
            reached |= new
            waiting += new
    return reached


def _checked(moves: Program) -> Program:
    if len(moves) > MOST_STATES:
        raise FeelError("Pola terlalu besar.")
    return moves


def _fork(one: int, other: int) -> Program:
    return (("fork", None, one, other),)


def _many(body: Program) -> Program:
    return _fork(1, len(body) + 2) + body + _fork(-len(body) - 1, -len(body) - 1)


def _letter(inside: Inside, negated: bool = False) -> Program:
    return (("out" if negated else "in", inside, 1, 1),)


def _escaped(text: str) -> frozenset[str] | str:
    """The class, or the one letter, that a sign or an escape stands for."""
    letter = text[-1]
    if len(text) == 1:
        return letter
    return _CLASSES.get(letter) or _CONTROLS.get(letter, letter)


def _inside_class(body: str) -> Inside:
    letters: set[str] = set()
    ranges: list[tuple[str, str]] = []
    for begin, end in _IN_CLASS.findall(body):
        low, high = _escaped(begin), _escaped(end) if end else None
        if high is None:
            letters |= set(low)
        elif isinstance(low, str) and isinstance(high, str) and low <= high:
            ranges.append((low, high))
        else:
            raise FeelError("Pola {text} tidak terbaca.", text=f"[{body}]"[:40])
    return lambda letter: letter in letters or any(low <= letter <= high for low, high in ranges)


@v_args(inline=True)
class _Builder(Transformer):  # type: ignore[type-arg]
    """Makes the states while the pattern is read, from the inside out."""

    def either(self, *branches: Program) -> Program:
        joined = branches[-1]
        for body in reversed(branches[:-1]):
            past = len(joined) + 1
            joined = _checked(_fork(1, len(body) + 2) + body + _fork(past, past) + joined)
        return joined

    def branch(self, *parts: Program) -> Program:
        return _checked(tuple(move for part in parts for move in part))

    def counted(self, body: Program, count: str) -> Program:
        if count == "*":
            return _many(body)
        if count in ("+", "?"):
            return body + _many(body) if count == "+" else _fork(1, len(body) + 1) + body
        least, comma, most = count.strip("{}").partition(",")
        _bounded(body, int(most or least), int(least) if most else 0)
        begin = body * int(least)
        if not comma:
            return begin
        if not most:
            return begin + _many(body)
        return begin + (_fork(1, len(body) + 1) + body) * (int(most) - int(least))

    def plain(self, sign: str) -> Program:
        return _letter(str(sign).__eq__)

    def escape(self, sign: str) -> Program:
        meant = _escaped(sign.lower() if sign[1] in "DWS" else sign)
        return _letter(meant.__contains__, sign[1] in "DWS")

    def dot(self) -> Program:
        return _letter("\n".__eq__, True)

    def begin(self) -> Program:
        return (("begin", None, 1, 1),)

    def end(self) -> Program:
        return (("end", None, 1, 1),)

    def charset(self, text: str) -> Program:
        negated = text[1] == "^"
        return _letter(_inside_class(text[2 if negated else 1 : -1]), negated)

    def group(self, body: Program) -> Program:
        return body


def _bounded(body: Program, most: int, least: int) -> None:
    if most < least:
        raise FeelError("Pola tidak terbaca: batas pengulangan terbalik.")
    if (len(body) + 1) * most > MOST_STATES:
        raise FeelError("Pola terlalu besar.")


_READER: Final = Lark(
    (Path(__file__).parent / "patterns.lark").read_text(encoding="utf-8"), parser="lalr", transformer=_Builder()
)
