"""Long operations: many ordinary commands, one transaction each, with progress, pause, cancel and resume."""

from engine.operations.asking import Progress, begin, find, items, listed, progress, turn
from engine.operations.kinds import DEADLINES, HANDOVER, ROUTES
from engine.operations.moving import add_row, hand_over
from engine.operations.recount import change_calendar, followed, use_calendar
from engine.operations.working import work

__all__ = [
    "DEADLINES", "HANDOVER", "ROUTES", "Progress", "add_row", "begin", "change_calendar", "find", "followed",
    "hand_over", "items", "listed", "progress", "turn", "use_calendar", "work",
]  # fmt: skip
