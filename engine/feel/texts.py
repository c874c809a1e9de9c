"""Built-ins on texts."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel import patterns
from engine.feel.builtins import builtin
from engine.feel.errors import FeelError
from engine.feel.scope import DEEPEST_DATA, LONGEST_TEXT, Scope
from engine.values import NAME, Months, Value, duration_text, number_text


@builtin("string", "any")
def string(scope: Scope, value: Value) -> Value:
    """The text of a value; a text itself unchanged. Lists and contexts as they are written."""
    return value if value is None or isinstance(value, str) else _written(value, scope)


def _written(value: Value, scope: Scope, depth: int = 0) -> str:
    """A value as FEEL writes it inside a list: texts in quotes. Raises FeelError where it is too deep or too large."""
    if depth > DEEPEST_DATA:
        raise FeelError("Data bersarang terlalu dalam.")
    match value:
        case list():
            scope.sized(len(value))
            return str(scope.made(f"[{', '.join(_written(item, scope, depth + 1) for item in value)}]"))
        case dict():
            scope.sized(len(value))
            pairs = [f"{_key(key)}: {_written(item, scope, depth + 1)}" for key, item in value.items()]
            return str(scope.made(f"{{{', '.join(pairs)}}}"))
        case str():
            return str(scope.made(_quoted(value)))
        case None | bool():
            return "null" if value is None else str(value).lower()
        case Decimal():
            return number_text(value)
        case date() | datetime() | time():
            return value.isoformat()
        case timedelta() | Months():
            return duration_text(value)
    raise TypeError


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _key(key: str) -> str:
    return key if NAME.fullmatch(key) else _quoted(key)


@builtin("string length", "string")
def string_length(scope: Scope, text: str) -> Value:
    """How many characters a text has."""
    return Decimal(len(text))


@builtin("substring", "string number number?")
def substring(scope: Scope, text: str, start: Decimal, length: Decimal | None = None) -> Value:
    """The part of a text from a place on (-1 is the last, outside is null), to the end or as long as said."""
    if start != start.to_integral_value() or not 1 <= abs(start) <= len(text) or (length is not None and length < 1):
        return None
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


@builtin("string join", "list string??")
def string_join(scope: Scope, parts: list[Value], delimiter: str | None = None) -> Value:
    """The texts of a list in a row, with a delimiter between them; null items are left out."""
    between = delimiter or ""
    given = [part for part in parts if part is not None]
    if not all(isinstance(part, str) for part in given):
        return None
    if sum(map(len, given)) + len(between) * len(given) > LONGEST_TEXT:
        raise FeelError("Perhitungan menghasilkan teks lebih dari {most} huruf.", most=str(LONGEST_TEXT))
    return between.join(given)
