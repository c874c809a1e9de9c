"""Work items: the inbox, claiming and giving back, drafts, completing."""

from engine.tasks.doing import NOTE, Receipt, claim, complete, find, node_and_form, receipt, release, save_draft, seen
from engine.tasks.listing import MOST, Counts, Only, arrived, counts, done_by, inbox

__all__ = [
    "MOST", "NOTE", "Counts", "Only", "Receipt", "arrived", "claim", "complete", "counts", "done_by", "find", "inbox",
    "node_and_form", "receipt", "release", "save_draft", "seen",
]  # fmt: skip
