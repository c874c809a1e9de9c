"""Steps that go back: returned with a reason where the model allows it, or taken back before anybody saw what came."""

from engine.reversals.reasons import LONGEST, Reversal, of
from engine.reversals.recalling import in_case, mark_read, must_recall, recall, recallable, unread
from engine.reversals.returning import send_back, ways

__all__ = [
    "LONGEST", "Reversal", "in_case", "mark_read", "must_recall", "of", "recall", "recallable", "send_back", "unread",
    "ways",
]  # fmt: skip
