"""The codec of values: what goes in comes out, one text a value, and nothing strange gets in."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import values
from engine.errors import BadValue
from engine.values import Months

TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=20)
SIMPLE = st.one_of(
    st.none(),
    st.booleans(),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15), max_value=10**15),
    TEXT,
    st.dates(),
    st.times(),
    st.datetimes(timezones=st.just(UTC)),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9999)),
    st.builds(Months, st.integers(-999, 999)),
)
VALUES = st.recursive(SIMPLE, lambda v: st.lists(v, max_size=4) | st.dictionaries(TEXT, v, max_size=4), max_leaves=12)


@given(VALUES)
def test_what_is_encoded_is_decoded_the_same(value: object) -> None:
    assert values.decode(json.loads(values.canonical(values.encode(value)))) == value


@given(VALUES)
def test_the_canonical_form_is_ascii_and_sorted(value: object) -> None:
    text = values.canonical(values.encode(value))
    assert text.isascii() and text == values.canonical(json.loads(text))


@pytest.mark.parametrize("text", ["1.5", "1.50", "15e-1", "+1.5", "1.5000"])
def test_a_number_has_one_text_however_it_was_written(text: str) -> None:
    assert values.encode(values.number(text)) == {"$n": "1.5"}


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "x", "", "9" * 500])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        values.number(text)


@pytest.mark.parametrize(
    "text", ['{"a": NaN}', '{"a": 1, "a": 2}', "[" * 200 + "]" * 200, '"\\ud800"', '"\\u0000"', "{", b"\xff"]
)
def test_strange_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(BadValue):
        values.from_json(text)


@pytest.mark.parametrize("value", [1.5, object(), {1, 2}, datetime(2026, 1, 1)])
def test_what_is_no_value_is_refused(value: object) -> None:
    with pytest.raises(BadValue):
        values.encode(value)


def test_json_for_the_outside_has_numbers_and_iso_texts() -> None:
    value = {"n": Decimal("150000000"), "m": Decimal("1.5"), "d": date(2026, 1, 2), "t": time(8), "p": timedelta(1)}
    assert json.loads(values.to_json(value)) == {
        "n": 150000000, "m": 1.5, "d": "2026-01-02", "t": "08:00:00", "p": "P1D",
    }  # fmt: skip


@given(st.integers(-(10**6), 10**6))
def test_a_duration_of_months_reads_back(count: int) -> None:
    assert values.read_duration(str(Months(abs(count)))) == Months(abs(count))


def test_a_duration_of_months_and_days_is_refused() -> None:
    with pytest.raises(BadValue):
        values.read_duration("P1M2D")
