"""Built-ins on texts."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel import patterns
from engine.feel.builtins import builtin
from engine.feel.errors import FeelError
from engine.feel.scope import LONGEST_TEXT, Scope
from engine.values import Months, Value, duration_text, number_text


@builtin("string", "any")
def string(scope: Scope, value: Value) -> Value:
    """The text of a value; a text itself unchanged."""
    match value:
        case str() | None:
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return number_text(value)
        case date() | datetime() | time():
            return value.isoformat()
        case timedelta() | Months():
            return duration_text(value)
    return None


@builtin("string length", "string")
def string_length(scope: Scope, text: str) -> Value:
    """How many characters a text has."""
    return Decimal(len(text))


@builtin("substring", "string number number?")
def substring(scope: Scope, text: str, start: Decimal, length: Decimal | None = None) -> Value:
    """The part of a text from a place on (from 1; from the end if negative), as long as said or to the end."""
    if start == 0 or abs(start) > len(text) or (length is not None and length < 1):
        return "" if start > 0 and (length is None or length >= 1) else None
    begin = int(start) - 1 if start > 0 else len(text) + int(start)
    return text[begin:] if length is None else text[begin : begin + int(min(length, Decimal(len(text))))]


@builtin("upper case", "string")
def upper_case(scope: Scope, text: str) -> Value:
    """The text in capitals."""
    return text.upper()


@builtin("lower case", "string")
def lower_case(scope: Scope, text: str) -> Value:
    """The text in small letters."""
    return text.lower()


@builtin("trim", "string")
def trim(scope: Scope, text: str) -> Value:
    """The text without blanks at both ends."""
    return text.strip()


@builtin("contains", "string string")
def contains(scope: Scope, text: str, part: str) -> Value:
    """Whether a text contains another."""
    return part in text


@builtin("starts with", "string string")
def starts_with(scope: Scope, text: str, part: str) -> Value:
    """Whether a text begins with another."""
    return text.startswith(part)


@builtin("ends with", "string string")
def ends_with(scope: Scope, text: str, part: str) -> Value:
    """Whether a text ends with another."""
    return text.endswith(part)


@builtin("matches", "string string string?")
def matches(scope: Scope, text: str, pattern: str, flags: str = "") -> Value:
    """Whether a pattern is found in a text; the flag "i" ignores capitals. Which patterns: see below."""
    return patterns.found(pattern, text, flags, scope)


@builtin("split", "string string")
def split(scope: Scope, text: str, delimiter: str) -> Value:
    r"""The parts of a text between delimiters; a sign that has a meaning in patterns is written with a \ before it."""
    plain = patterns.plain(delimiter)
    if plain is None:
        raise FeelError("Pemisah {text} adalah pola; tulis \\ di depan tandanya.", text=delimiter[:40])
    if not plain:
        return None
    scope.sized(text.count(plain))
    return text.split(plain)


@builtin("string join", "list string?")
def string_join(scope: Scope, parts: list[Value], delimiter: str = "") -> Value:
    """The texts of a list in a row, with a delimiter between them; null items are left out."""
    given = [part for part in parts if part is not None]
    if not all(isinstance(part, str) for part in given):
        return None
    if sum(map(len, given)) + len(delimiter) * len(given) > LONGEST_TEXT:
        raise FeelError("Perhitungan menghasilkan teks lebih dari {most} huruf.", most=str(LONGEST_TEXT))
    return delimiter.join(given)
