"""Why something went back: required, kept where it can be erased, and shown where the work goes on."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine import history
from engine.model import HistoryEvent, Kind, WorkItem
from engine.typed import required

LONGEST = 2_000  # characters


@dataclass(frozen=True)
class Reversal:
    """What happened to a work item last that went back: its event, and the reason ("": erased)."""

    event: HistoryEvent
    reason: str


def filled(reason: str) -> str:
    """A reason as it is kept. Raises BadValue for none, and for too long a one."""
    return required(reason, "Tuliskan alasannya.", LONGEST)


def of(session: Session, item: WorkItem) -> Reversal | None:
    """How a work item came or went by a step that went back: returned, opened by a return, taken back and open again,
    or closed because the step before was taken back. None if nothing of that happened."""
    told = history.told(session, item.instance_id, Kind.ITEM_RETURNED, Kind.ITEM_RECALLED)
    for event, fields in reversed(list(told)):
        opened = (one["id"] for one in event.body.get("opened", ()))
        if item.id in (*event.body["closed"], *event.body.get("reopened", ()), *opened):
            return Reversal(event, str(history.reason(fields) or ""))
    return None
