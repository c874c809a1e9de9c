"""The one way an instance begins and changes: a step of the door, written in the caller's transaction."""

from engine.instances.beginning import nothing, situation, started_by_message
from engine.instances.noting import note
from engine.instances.rows import Cause, cancel_open
from engine.instances.steps import apply, awaiting, begin, deliver, free, locked, locked_at_once, locked_with
from engine.instances.subscriptions import fill
from engine.instances.undoing import undo

__all__ = [
    "Cause", "apply", "awaiting", "begin", "cancel_open", "deliver", "fill", "free", "locked", "locked_at_once",
    "locked_with", "note", "nothing", "situation", "started_by_message", "undo",
]  # fmt: skip
