"""Reads a text into a part, or says in a sentence where it cannot and what could stand there."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from lark import Lark, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from engine.feel.builder import Builder
from engine.feel.builtins import TABLE
from engine.feel.errors import FeelError
from engine.feel.nodes import CELL, Node

LONGEST: Final = 4096  # bytes of an expression
_VALUE: Final = "sebuah nilai (nama, angka, teks, atau tanda kurung)"
_WORDS: Final = {
    "NAME": "nama", "STRING": "teks", "RPAR": ")", "CLOSES": ")", "FROM": "]", "RBRACE": "}", "COLON": ":",
    "COMMA": ",", "OPENS": "(", "_THEN": "then", "_ELSE": "else", "_RETURN": "return", "_IN": "in",
    "_SATISFIES": "satisfies", "_AND": "and", "_OR": "or", "__ANON_0": "..", "$END": "akhir ungkapan",
}  # fmt: skip
_ENDS: Final = frozenset({"COMPARES", "PLUS"})  # accepted only behind a value


def parse(text: str) -> Node:
    """The part that an expression means. Raises FeelError."""
    part = _parse(text, "start")
    if CELL in part.names:
        raise FeelError("Tanda ? hanya dapat dipakai di dalam sel tabel keputusan.")
    return part


def parse_cell(text: str) -> Node:
    """The test that a cell of a decision table means; an empty one is "-". Raises FeelError."""
    return _parse(text if text.strip() else "-", "cell")


def _parse(text: str, start: str) -> Node:
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST:
        raise FeelError("Ungkapan lebih dari {most} byte.", most=str(LONGEST))
    try:
        part: Node = _reader().parse(text, start)  # type: ignore[assignment]  # the embedded transformer's value
    except UnexpectedInput as error:
        raise _refusal(error, text) from error
    return part


def _refusal(error: UnexpectedInput, text: str) -> FeelError:
    line, column, found = error.line, error.column, "akhir ungkapan"
    if isinstance(error, UnexpectedCharacters):
        if error.char == '"':
            return FeelError(
                'Baris {line} kolom {column}: teks ini tidak ditutup dengan ".', line=str(line), column=str(column)
            )
        found, expected = repr(error.char), set(error.allowed or ())
    elif isinstance(error, UnexpectedToken):
        expected = set(error.accepts or error.expected)
        if error.token.type == "$END":
            line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
        else:
            found = repr(str(error.token)[:40])
    else:
        expected = set()
    words = "Baris {line} kolom {column}: {found} tidak dapat berdiri di sini; yang dapat: {expected}."
    return FeelError(words, line=str(line), column=str(column), found=found, expected=_expected(expected))


def _expected(names: set[str]) -> str:
    if "NUMBER" in names:
        return _VALUE
    words = [word if word[0].isalpha() else repr(word) for name, word in _WORDS.items() if name in names]
    if names & _ENDS:
        words.insert(0, "sebuah operator")
    return ", ".join(dict.fromkeys(words)) or "tidak ada lagi"


@cache
def _reader() -> Lark:
    """Built when the first expression is read: it takes longer than a page."""
    return Lark(_grammar(), parser="lalr", start=["start", "cell"], transformer=Builder())


def _grammar() -> str:
    text = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
    spaced = sorted((name for name in TABLE if " " in name), key=len, reverse=True)
    names = "|".join(r"[ \t\r\n]+".join(map(re.escape, name.split())) for name in spaced)
    return f"{text}\nSPACED.2: /(?:{names})(?=[ \\t\\r\\n]*\\()/\n"
