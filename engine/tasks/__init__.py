"""Work items: the inbox, claiming and giving back, drafts, completing."""

from engine.tasks.doing import NOTE, Receipt, claim, complete, find, node_and_form, receipt, release, save_draft, seen
from engine.tasks.listing import MOST, OPEN, Counts, Only, counts, done_by, inbox

__all__ = [
    "MOST", "NOTE", "OPEN", "Counts", "Only", "Receipt", "claim", "complete", "counts", "done_by", "find", "inbox",
    "node_and_form", "receipt", "release", "save_draft", "seen",
]  # fmt: skip
