"""Working time: what an SOP's "5 hari" means, and when it ends on an office's calendar."""

from engine.worktime.calendars import DEFAULT, Calendar, Day, Profile, calendar
from engine.worktime.changes import Change, Extension, Pause, changed
from engine.worktime.deadlines import (
    Deadline,
    Left,
    date_text,
    deadline,
    elapsed,
    moment_text,
    remaining,
    working_days,
)
from engine.worktime.spans import Amount, Span, Unit, read_cycle, read_iso, read_sop, span_text

__all__ = [
    "DEFAULT",
    "Amount",
    "Calendar",
    "Change",
    "Day",
    "Deadline",
    "Extension",
    "Left",
    "Pause",
    "Profile",
    "Span",
    "Unit",
    "calendar",
    "changed",
    "date_text",
    "deadline",
    "elapsed",
    "moment_text",
    "read_cycle",
    "read_iso",
    "read_sop",
    "remaining",
    "span_text",
    "working_days",
]
