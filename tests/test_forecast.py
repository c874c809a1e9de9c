"""How long a case takes: the seed SOP against the figures that were computed by hand."""

from datetime import date
from pathlib import Path

import pytest
from models import model
from test_worktime import OFFICE, at

from engine import definition, forecast
from engine.forecast import Forecast

FOLDER = Path(__file__).parent.parent / "bpmn"
MODELS = ["pembuatan-aplikasi-setia.bpmn", "pembuatan-aplikasi.bpmn"]


def straight(file: str, start: str) -> Forecast:
    [process] = definition.read((FOLDER / file).read_bytes(), file)
    found = forecast.forecast(process, at(start), OFFICE)
    assert found is not None
    return found


def days(file: str, start: str) -> tuple[int, int]:
    found = straight(file, start)
    return (found.earliest - at(start)).days, (found.latest - at(start)).days


@pytest.mark.parametrize("file", MODELS)
@pytest.mark.parametrize(("start", "least", "most"), [("2026-02-02T08:00", 84, 161), ("2026-07-01T08:00", 82, 153)])
def test_the_sop_takes_as_long_as_was_computed_by_hand(file, start, least, most):
    """By hand the last is 152: there the minutes after 90 calendar days begin on that day, here after its 23:59:59."""
    assert days(file, start) == (least, most)


@pytest.mark.parametrize(
    ("start", "fast", "slow"),
    [
        ("2026-07-31", True, True),
        ("2026-08-03", True, False),
        ("2026-10-12", True, False),
        ("2026-10-13", False, False),
    ],
)
def test_the_latest_starts_that_fit_in_the_year_are_those_computed_by_hand(start, fast, slow):
    """By hand the slowest still fits when begun on Monday 3 August, for the same reason; here on the Friday before."""
    found = straight(MODELS[0], f"{start}T08:00")
    inside = [end.date() <= date(2026, 12, 31) for end in (found.earliest, found.latest)]
    assert inside == [fast, slow]


HEAD = "start S | user A | timer W on=A at=P5D unit=hari_kerja | "
WALKED = {  # the rest of a model -> where it ends, from Monday 23 November
    "end E\nS > A | A > E": ("2026-11-30T16:00", "2026-11-30T16:00"),
    # a step that is done again counts once
    "xor G default=z | end E\nS > A | A > G | G > A f1 : x = 1 | G > E z": ("2026-11-30T16:00", "2026-11-30T16:00"),
    # a choice: the fastest way goes round B, the slowest through it
    "xor G default=z | user B | timer V on=B at=P2D unit=hari_kerja | end E\n"
    "S > A | A > G | G > B f1 : x = 1 | G > E z | B > E": ("2026-11-30T16:00", "2026-12-02T16:00"),
    # parallel branches wait for each other
    "and P | and Q | user B | timer V on=B at=P2D unit=hari_kerja | end E\n"
    "S > P | P > A | P > B | A > Q | B > Q | Q > E": ("2026-11-30T16:00", "2026-11-30T16:00"),
    # a step on the same clock ends with the first
    "user B | timer V on=B at=P5D unit=hari_kerja clock=bersama:k | user C | "
    "timer U on=C at=P5D unit=hari_kerja clock=bersama:k | end E\nS > B | B > C | C > E": (
        "2026-11-30T16:00", "2026-11-30T16:00"),
}  # fmt: skip


@pytest.mark.parametrize(("rest", "ends"), WALKED.items())
def test_a_case_is_walked_straight_to_its_end(rest, ends):
    [process] = definition.read(model(HEAD + rest), "p.bpmn")
    found = forecast.forecast(process, at("2026-11-23T09:00"), OFFICE)
    assert found == Forecast(at(ends[0]), at(ends[1]), ())


def test_a_step_without_a_time_is_named():
    [process] = definition.read(model("start S | user A | end E\nS > A | A > E"), "p.bpmn")
    assert forecast.forecast(process, at("2026-11-23T09:00"), OFFICE).timeless == ("A",)


def test_a_process_without_a_start_of_its_own_has_no_forecast():
    [process] = definition.read(model("start S message=m | user A | end E\nS > A | A > E"), "p.bpmn")
    assert forecast.forecast(process, at("2026-11-23T09:00"), OFFICE) is None
