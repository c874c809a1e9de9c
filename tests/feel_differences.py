"""Where feelin 8.2.0 and our FEEL say different things, and which clause of DMN 1.5 decides.

Each row is a predicate on one round of one expression whose parts all agree (feel_answers.Case): as narrow as it can be
said. In all of them we follow the clause; where we were wrong, the engine was mended instead.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from feel_answers import CLOSE, Case, Odd

from engine.values import Months

SPANS = (timedelta, Months)
DIFFERENT_ORDER = r" (<|>|<=|>=) <\w+ 4>$"
RANGE = r" in [\[(]<.*\.\.| between "
TESTS = r" in \(<.*, |in >= | in <numbers"
FILTER = r"8>\[(<boolean|nilai)"


@dataclass(frozen=True)
class Difference:
    """A class of disagreement: what it is, the clause that decides, whose templates, which of their cases.

    The example is a template with the texts of its parts; the tests demand that it still differs.
    """

    what: str
    clause: str
    rule: str
    check: Callable[[Case], bool]
    example: tuple[str, ...]

    def holds(self, case: Case) -> bool:
        """Whether a case belongs here."""
        return bool(re.search(self.rule, case.rule)) and self.check(case)


def single(value: Any) -> Any:
    """The item of a list of one: the implicit conversion of 10.3.2.9.4."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def kinds(case: Case) -> list[type]:
    """The kinds of the parts, of a list of one its item's."""
    return [type(single(part)) for part in case.parts]


def unlike(case: Case) -> bool:
    """Whether the parts are not all of one kind."""
    return len(set(kinds(case))) > 1


def of_one(case: Case) -> bool:
    """Whether a list of one stands where an item is wanted, and feelin does not take it for its item."""
    given = any(isinstance(part, list) and len(part) == 1 for part in case.parts)
    strung = case.rule.startswith("sum(")  # 9 + [1] is "91" in JavaScript
    return given and case.ours is not None and (case.theirs is None or isinstance(case.theirs, Odd) or strung)


def among(case: Case) -> bool:
    """Whether the value is in a list that is one of several tests."""
    value, *tests = case.parts
    return case.ours is True and case.theirs is False and any(isinstance(t, list) and value in t for t in tests)


def inside(case: Case) -> bool:
    """Whether two lists or contexts differ in kind somewhere inside, and nothing else decides."""
    both = {type(part) for part in case.parts}
    return both in ({list}, {dict}) and case.ours is None and type(case.theirs) is bool


def instant(part: Any) -> datetime:
    """A date-time; a date is its midnight in UTC."""
    part = single(part)
    return part if isinstance(part, datetime) else datetime(part.year, part.month, part.day, tzinfo=UTC)


def lengths(case: Case) -> bool:
    """Whether a list of one or none was compared, and rightly."""
    equal = case.parts[0] == case.parts[1]
    return min(map(len, case.parts)) < 2 and case.ours is (equal if " = " in case.rule else not equal)


def months_apart(case: Case) -> bool:
    """Whether days are left between two dates, which feelin gives as days or rounds to a month."""
    begin, end = map(single, case.parts)
    rounded = type(case.theirs) is Months and abs(measure(case.theirs) - measure(case.ours)) == 1
    return begin.day != end.day and not clamped(case) and (rounded or type(case.theirs) in (Odd, timedelta))


def spans(case: Case) -> bool:
    """Whether a duration takes part and feelin says nothing: null, or no number."""
    nothing = case.theirs is None or str(case.theirs) == "NaN"
    if not nothing or case.ours is None or not any(kind in SPANS for kind in kinds(case)):
        return False
    return abs(measure(case.ours) - reckoned(case)) < (1 if Months in {type(case.ours), *kinds(case)} else CLOSE)


def measure(value: Any) -> Decimal:
    """The seconds or months of a duration; a number itself."""
    value = single(value)
    if isinstance(value, Months):
        return Decimal(value.count)
    return Decimal(str(value.total_seconds())) if isinstance(value, timedelta) else Decimal(value)


def reckoned(case: Case) -> Decimal:
    """What must come out where durations are reckoned with."""
    first, *rest = map(measure, case.parts)
    if not rest:
        return -first
    if " / " in case.rule:
        return first / rest[0]
    return first * rest[0] if " * " in case.rule else sum([first, *rest], Decimal(0))


def outside(case: Case) -> bool:
    """Whether the start or length of a substring is none."""
    text, start, *length = map(single, case.parts)
    return case.ours is None and (start == 0 or abs(start) > len(text) or any(size < 1 for size in length))


def descending(case: Case) -> bool:
    """Whether the low end of a range is higher than its high end, and feelin turns it round."""
    value, low, high = map(single, case.parts)
    return not unlike(case) and low > high and not (low <= value <= high) and case.ours is False


def astral(case: Case) -> bool:
    """Whether a text has characters that JavaScript counts twice."""
    return case.ours is not None and case.ours in case.parts[0] and max(case.parts[0]) > "\uffff"


def clamped(case: Case) -> bool:
    """Whether feelin counts the month that ends on the last day of a shorter one, as 30 October to 29 February."""
    begin, end = map(single, case.parts)
    short = begin.day > end.day and (end + timedelta(days=1)).day == 1
    return short and type(case.theirs) is Months and case.theirs.count == case.ours.count + 1


def undecided(case: Case) -> bool:
    """Whether some or every found neither what decides nor only booleans."""
    body = case.parts[-1]
    decisive = case.rule.startswith("some ")
    return isinstance(body, list) and case.ours is None and decisive not in [b for b in body if type(b) is bool]


def ternary(case: Case) -> bool:
    """Whether we followed ternary logic, and a part was a test with in: feelin lets it reach over and, or."""
    decisive = " or " in case.rule
    logical = decisive if decisive in [part for part in case.parts if type(part) is bool] else None
    whole = logical if logical is not None or any(type(part) is not bool for part in case.parts) else not decisive
    return case.ours is whole and any(" in " in text for text in case.texts)


def dropped(case: Case) -> bool:
    """Whether feelin left out only items that are null or false."""
    items = case.parts[0] if isinstance(case.parts[0], list) else [case.parts[0]]
    return (
        isinstance(case.ours, list)
        and case.theirs == [item for item in case.ours if item not in (None, False)] != items
    )


def never_boolean(case: Case) -> bool:
    """Whether a filter's condition was a boolean for no item."""
    body = case.parts[-1] if isinstance(case.parts[-1], list) else [case.parts[-1]]
    compared = "nilai >" in case.rule
    return case.ours == [] and (compared or not any(type(one) is bool for one in body))


def not_compared(case: Case) -> bool:
    """Whether a filter's condition is no comparison, and/or: feelin then asks it once, without an item."""
    called = re.fullmatch(r"[a-z ]+\(.*\)", case.texts[-1])
    compared = re.search(r" (=|!=|<|<=|>|>=|in|and|or|between) ", case.texts[-1])
    items, body = (part if isinstance(part, list) else [part] for part in case.parts)
    right = case.ours == [item for item, kept in zip(items, body, strict=False) if kept is True]
    return right and bool(called or not compared) and "<boolean" in case.rule


DIFFERENCES = [
    Difference("an exponent in a number", "10.3.1.2, rule 37", "^1e3$", lambda case: case.theirs == 1, ("1e3",)),
    Difference("a duration times or by something", "10.3.2.15, table 59", " [*/] ", spans,
               ("<days 5> * <number 6>", '@"P1D"', "2")),
    Difference("a duration with a sign", "10.3.2.15, table 62: e*-1", "^-<", spans, ("-<days 7>", '@"P1D"')),
    Difference("the sum of durations", "reference/feel.md: more than 10.3.4.4, table 75", r"^sum\(<", spans,
               ("sum(<days 0>, <days 0>)", '@"P1D"', '@"P2D"')),
    Difference("a date plus hours", "10.3.2.15, table 57: date(...)", "4> [+-] <",
               lambda case: type(case.ours) is date and isinstance(case.theirs, datetime)
               and case.theirs.date() == case.ours,
               ("<date 4> + <days 5>", "tgl", '@"PT8H"')),
    Difference("date-times of two offsets", "10.3.2.15, table 57: their instants", "4> - <",
               lambda case: isinstance(case.theirs, timedelta)
               and case.ours == instant(case.parts[0]) - instant(case.parts[1]),
               ("<moment 4> - <moment 5>", '@"2026-01-01T00:00:00Z"', '@"2026-01-01T00:00:00+07:00"')),
    Difference("a substring from outside", "10.3.4.3, table 74, footnote 1: null", r"^substring\(", outside,
               ("substring(<string 0>, <place 0>)", '"ab"', "3")),
    Difference("a substring of code points", "10.3.4.3, table 74: U+1F40E is one", r"^substring\(", astral,
               ("substring(<string 0>, <place 0>)", '"é😀"', "-1")),
    Difference("lists of one or none", "10.3.2.15, table 53: equal items", "s 4> !?= <(numbers|strings) 4>$", lengths,
               ("<numbers 4> = <numbers 4>", "[]", "daftar")),
    Difference("a duration of months and days", "10.3.4.1: one of two xs: types", "P1Y1D",
               lambda case: case.ours is None and isinstance(case.theirs, Odd), ('duration("P1Y1D")',)),
    Difference("days between months", "10.3.4.1, table 72: years and months only", "^years and months", months_apart,
               ("years and months duration(<date 0>, <date 0>)", '@"2024-02-29"', "tgl")),
    Difference("a short last month", "10.3.4.1, table 72 leaves it open; ours counts days as java.time does",
               "^years and months", clamped,
               ("years and months duration(<date 0>, <date 0>)", '@"2023-10-30"', '@"2024-02-29"')),
    Difference("a range that goes down", "10.3.2.15, table 55: >= and <=", RANGE, descending,
               ("<number 4> in [<number 0>..<number 0>]", "2", "3", "1")),
    Difference("a range of two kinds", "10.3.2.15, tables 50, 52, 55", RANGE,
               lambda case: unlike(case) and case.ours in (None, False),
               ("<number 4> in [<number 0>..<number 0>]", "2", "1", "null")),
    Difference("a comparison of two kinds", "10.3.2.15, table 52", DIFFERENT_ORDER,
               lambda case: unlike(case) and case.ours is None, ("<number 4> < <number 4>", "tgl", "1")),
    Difference("in, of two kinds", "10.3.2.15, tables 50, 52, 55", TESTS,
               lambda case: unlike(case) and (case.ours is None or isinstance(case.theirs, Odd)),
               ("<number 4> in (<number 0>, <number 0>)", "2", "7", '"a"')),
    Difference("in a list among others", "10.3.2.15, table 55: e1 in e2 or e1 in e3", TESTS, among,
               ("<number 4> in (<number 0>, <number 0>)", "1", "2", "daftar")),
    Difference("in null", "10.3.2.15, tables 49, 55: e1 = null", " in <numbers", lambda case: case.parts[1] is None
               and case.ours is False, ("<number 4> in <numbers 4>", "1", "kosong")),
    Difference("another kind inside", "10.3.2.15, tables 50, 53: for every item", r" !?= <\w+ 4>$", inside,
               ("<context 4> = <context 4>", "{nilai: 1}", '{nilai: "a"}')),
    Difference("a list of one", "10.3.2.9.4, 10.3.2.15: from a list of one",
               r" [-+*/] |^-<|^abs|^not|^(sum|min|max)\(<", of_one, ("<number 4> + <number 5>", "[1]", "2")),
    Difference("in, of a list of one", "10.3.2.9.4, 10.3.2.15: from a list of one", f"{RANGE}|{TESTS}", of_one,
               ("<number 4> in [<number 0>..<number 0>]", "2", "[1]", "3")),
    Difference("in before and, or", "10.3.1.2, rules 47 to 49: comparison is tighter", " (and|or) <boolean",
               ternary,
               ("<boolean 3> and <boolean 3>", "jumlah in >= 1", "false")),
    Difference("reckoning with two kinds", "10.3.2.15, tables 57, 59: else null", " [-*/] ",
               lambda case: case.ours is None and (time in kinds(case) or str(case.theirs) == "NaN"),
               ("<days 4> - <days 5>", '@"P1D"', "tgl")),
    Difference("the text of no duration", "10.3.4.1 names no text; ours is the codec's", r"^string\(",
               lambda case: (case.ours, case.theirs) == ("P0D", "PT0S"), ("string(<days 0>)", '@"P1D" - @"P1D"')),
    Difference("some and every with null", "10.3.2.15, tables 49, 50", "^(some|every) ", undecided,
               ("every $ in <numbers 0> satisfies <boolean 0 $:0=number>", "daftar", "null")),
    Difference("a filter that is no boolean", "10.3.2.15, table 68: only true", FILTER, never_boolean,
               ("<numbers 8>[<boolean 0 item:0=number>]", "daftar", "null")),
    Difference("a filter that keeps null", "10.3.2.15, table 68: items i for which it is true", FILTER, dropped,
               ("<numbers 8>[<boolean 0 item:0=number>]", "[1, null]", "1 < 2")),
    Difference("a filter that is a call", "10.3.2.15, table 68: item is known", FILTER, not_compared,
               ("<strings 8>[<boolean 0 item:0=string>]", '["a", "b"]', 'starts with(item, "a")')),
    Difference("a filter of one value", "10.3.2.15, table 68: [e1]", FILTER,
               lambda case: case.ours == [case.parts[0]] and case.theirs == case.parts[0],
               ("<numbers 8>[<boolean 0 item:0=number>]", "harga", "lulus")),
    Difference("if of something else", "10.3.2.15, table 49: is true", "^if ",
               lambda case: type(case.parts[0]) is not bool and case.ours == case.parts[2],
               ("if <boolean 0> then <number 0> else <number 0>", '"x"', "1", "2")),
    Difference("the least of no numbers", "10.3.4.4, table 75: comparable items", r"^(min|max)\(",
               lambda case: type(case.ours) is not Decimal and case.theirs is None, ("min(<numbers 0>)", "[tgl, tgl]")),
    Difference("null in place of a list", "10.3.4.4, table 75: list", r"^concatenate\(",
               lambda case: None in case.parts and case.ours is None,
               ("concatenate(<numbers 0>, <numbers 0>)", "kosong", "daftar")),
]  # fmt: skip
