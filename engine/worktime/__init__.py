"""Working time: what an SOP's "5 hari" means, and when it ends on an office's calendar."""

from engine.worktime.calendars import (
    DEFAULT,
    OFFICES,
    YEARS,
    Calendar,
    Day,
    Profile,
    calendar,
    checked_hours,
    only_joint,
)
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
    "OFFICES",
    "YEARS",
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
    "checked_hours",
    "date_text",
    "deadline",
    "elapsed",
    "moment_text",
    "only_joint",
    "read_cycle",
    "read_iso",
    "read_sop",
    "remaining",
    "span_text",
    "working_days",
]
