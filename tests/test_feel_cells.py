"""The cells of decision tables: which values meet a unary test, and what no cell may say."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import feel
from engine.feel import Scope
from engine.values import Value

DATA = {"batas": Decimal(4), "daftar": [Decimal(1), Decimal(2)], "kosong": None}
SMALL = st.integers(-4, 4)
ENDS = {"[": True, "(": False, "]": False}  # whether a range that begins so holds its end
LAST = {"]": True, ")": False, "[": False}


def met(text: str, value: Value) -> bool:
    return feel.compile_tests(text).met(value, Scope(DATA))


def number(value: Value) -> Value:
    return Decimal(value) if type(value) is int else value


@pytest.mark.parametrize(
    ("text", "meets", "misses"),
    [
        ("-", [1, None, "a", True], []),
        (" ", [1, None], []),
        ("5", [5], [4, None, "5"]),
        ("-5", [-5], [5]),
        ('"a"', ["a"], ["b", None, 1]),
        ('"a", "b"', ["a", "b"], ["c", None]),
        ("> 5", [6], [5, None, "6"]),
        ("<= -5", [-5, -6], [-4]),
        ("!= 5", [4, None], [5, "a"]),
        ("[1..5]", [1, 5], [0, 6, None]),
        ("(1..5)", [2, 4], [1, 5]),
        ("]1..5[", [2, 4], [1, 5]),
        ("]1..5], 9", [2, 5, 9], [1, 6]),
        ("< 1, [3..4[, 7", [0, 3, 7], [1, 4, 6]),
        ("not(5)", [4, None], [5]),
        ('not("a", "b")', ["c", None], ["a", "b"]),
        ("not(> 5)", [5], [6, None]),
        ("not( ]1..5[ )", [1, 5], [2]),
        ("null", [None], [1, False]),
        ("not(null)", [1, False], [None]),
        ("true", [True], [False, None, 1]),
        ("false", [False], [True, None]),
        ("daftar", [1, 2], [3, None]),
        ("[1, 3]", [1, 3], [2]),
        ("batas", [4], [5, None]),
        ("< batas * 2", [7], [8]),
        ("? > 5 and ? < 8", [6], [5, 8, None]),
        ("? in [1..3]", [2], [4]),
        ("modulo(?, 2) = 0, 7", [4, 7], [5]),
        ('starts with(?, "A")', ["APBD"], ["DAK", None]),
        ('not(starts with(?, "A"))', ["DAK"], ["APBD", None]),
        ('date("2026-01-05")', [], ["2026-01-05", None]),
    ],
)
def test_a_cell_is_met_by_its_values_and_no_other(text: str, meets: list[Value], misses: list[Value]) -> None:
    assert [value for value in meets if not met(text, number(value))] == []
    assert [value for value in misses if met(text, number(value))] == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("> 5 and < 3", "Baris 1 kolom 5: 'and'"),
        ("not(1) and true", "'and'"),
        ("[1..5", "yang dapat: ')', ']'"),
        ("1,", "akhir ungkapan"),
        ("- 1 -", "akhir ungkapan"),
        ("x in (? > 1)", "Tanda ? tidak dapat dipakai sesudah in"),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused(text: str, says: str) -> None:
    with pytest.raises(feel.FeelError, match=re.escape(says)):
        feel.compile_tests(text)


@pytest.mark.parametrize("text", ["? + 1", "?", "batas > 3", "not(? * 2)"])
def test_a_cell_that_says_no_test_is_refused_when_it_is_asked(text: str) -> None:
    with pytest.raises(feel.FeelError, match="true atau false"):
        met(text, Decimal(1))


def test_only_a_cell_may_say_what_it_tests() -> None:
    with pytest.raises(feel.FeelError, match="di dalam sel"):
        feel.compile("? > 1")


def test_a_cell_tells_the_names_it_reads() -> None:
    assert feel.compile_tests("? > a, < b, not_c").names == {"a", "b", "not_c"}


@given(SMALL, SMALL, SMALL, st.sampled_from("[(]"), st.sampled_from("])["))
def test_a_range_holds_what_lies_between_its_ends(value: int, low: int, high: int, begin: str, end: str) -> None:
    above = value >= low if ENDS[begin] else value > low
    below = value <= high if LAST[end] else value < high
    for text in (f"{begin}{low}..{high}{end}", f"not(not_there, {begin}{low}..{high}{end})"):
        assert met(text, Decimal(value)) is ((above and below) is not text.startswith("not"))


@given(st.text(st.sampled_from('ab1 ."()[]{},:=<>+-*/?andornotif'), max_size=30))
def test_any_text_is_a_cell_or_refused(text: str) -> None:
    try:
        met(text, Decimal(1))
    except feel.FeelError:
        return
