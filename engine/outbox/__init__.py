"""The outbox: what people are told beside the pages, and what leaves the system. Rows first, letters after."""

from engine.outbox.choices import HOURS, choose, of
from engine.outbox.delivering import deliver_due
from engine.outbox.settings import Settings, base, read
from engine.outbox.standing import OLD, Standing, failed, hold, retry, standing, waiting
from engine.outbox.wording import of_item

__all__ = [
    "HOURS", "OLD", "Settings", "Standing", "base", "choose", "deliver_due", "failed", "hold", "of", "of_item", "read",
    "retry", "standing", "waiting",
]  # fmt: skip
