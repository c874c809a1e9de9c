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
from engine.worktime.deadlines import Deadline, Left, deadline, elapsed, remaining, working_days
from engine.worktime.spans import Amount, Span, Unit, read_cycle, read_iso, read_sop, span_text

__all__ = [
    "DEFAULT",
    "OFFICES",
    "YEARS",
    "Amount",
    "Calendar",
    "Day",
    "Deadline",
    "Left",
    "Profile",
    "Span",
    "Unit",
    "calendar",
    "checked_hours",
    "deadline",
    "elapsed",
    "only_joint",
    "read_cycle",
    "read_iso",
    "read_sop",
    "remaining",
    "span_text",
    "working_days",
]
