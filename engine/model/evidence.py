"""The history: append-only events in one hash chain an instance, and the erasable openings of their commitments."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class Kind(StrEnum):
    """What an event tells."""

    INSTANCE_STARTED = "instance.started"  #: a person, a message, a signal or a timer started a case
    ITEM_COMPLETED = "item.completed"  #: a person completed a work item; the openings hold the form
    ITEM_CLAIMED = "item.claimed"  #: a person took a work item
    ITEM_RELEASED = "item.released"  #: a person gave a work item back
    TIMER_FIRED = "timer.fired"  #: the worker fired a timer of the model
    TIMER_WARNED = "timer.warned"  #: the worker found a step close to its due date
    DEADLINE_ASKED = "deadline.asked"  #: a person proposed to extend a deadline; a second one decides
    DEADLINE_EXTENDED = "deadline.extended"  #: a second person approved an extension
    DEADLINE_DENIED = "deadline.denied"  #: a second person refused an extension
    DEADLINE_PAUSED = "deadline.paused"  #: a deadline stands still, for some days or until it is resumed
    DEADLINE_RESUMED = "deadline.resumed"  #: a pause got its last day
    DEADLINE_MOVED = "deadline.moved"  #: a changed calendar moved the due date of what is open
    MESSAGE_RECEIVED = "message.received"  #: a message from outside or from another case was delivered
    MESSAGE_SENT = "message.sent"  #: a model threw a message that no case awaits
    SIGNAL_RECEIVED = "signal.received"  #: a signal that another case threw was caught
    DOCUMENT_ADDED = "document.added"  #: a person uploaded a file
    DOCUMENT_INFECTED = "document.infected"  #: the antivirus scanner refused a file, and nothing of it was stored
    INSTANCE_CANCELLED = "instance.cancelled"  #: a person cancelled the case, with a reason
    HOLD_PLACED = "hold.placed"  #: a person keeps the case whatever the retention rule says
    HOLD_LIFTED = "hold.lifted"  #: a second person let go of it
    RETENTION_SET = "retention.set"  #: a person said how long the cases of a process are kept
    DEPLOYED = "deployment.made"  #: a set of models and forms was deployed
    CALENDAR_CHANGED = "calendar.changed"  #: a calendar of offices has a new version
    RECEIVER_CHANGED = "receiver.changed"  #: the operator changed who is told of warnings and breaches
    CLOCK_MOVED = "clock.moved"  #: somebody moved the demo's clock


class HistoryEvent(Base):
    """One step of one case, hashed together with the hash before it. Never changed, never deleted: see TRIGGERS."""

    __tablename__ = "history_event"
    instance_id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(sa.String(40))  # a person's id, or "system"
    element: Mapped[str | None] = mapped_column(sa.String(200))
    round: Mapped[int | None]
    body: Mapped[dict[str, Any]]
    root: Mapped[str] = mapped_column(sa.String(64), default="")
    prev: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))
    request: Mapped[str | None] = mapped_column(sa.String(80), unique=True)  # the idempotency key of what caused it


class Opening(Base):
    """The salts and values behind an event's root. May be erased (UU 27/2022); the root stays."""

    __tablename__ = "history_opening"
    instance_id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    fields: Mapped[dict[str, Any]]  # field -> [salt, tagged value]


PROTECTED = "history_event is append-only"
REFUSES = f"BEGIN RAISE EXCEPTION '{PROTECTED}'; END"  # the body of the function that PostgreSQL's triggers call
FUNCTION = f"CREATE FUNCTION history_event_refuses() RETURNS trigger LANGUAGE plpgsql AS $${REFUSES}$$"
TRIGGERS = {  # by dialect: name -> the text that the database must show
    "sqlite": {
        f"history_event_no_{verb}": (
            f"CREATE TRIGGER history_event_no_{verb} BEFORE {verb.upper()} ON history_event "
            f"BEGIN SELECT RAISE(ABORT, '{PROTECTED}'); END"
        )
        for verb in ("update", "delete")
    },
    "postgresql": {
        f"history_event_no_{verb}": (
            f"CREATE TRIGGER history_event_no_{verb} BEFORE {verb.upper()} ON history_event "
            "FOR EACH STATEMENT EXECUTE FUNCTION history_event_refuses()"
        )
        for verb in ("update", "delete", "truncate")
    },
}
SHOWN = {  # by dialect: the triggers that are there and on, with their texts
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT t.tgname AS name, pg_get_triggerdef(t.oid, true) AS sql FROM pg_trigger t "
        f"JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgenabled IN ('O', 'A') AND p.prosrc = $${REFUSES}$$"
    ),
}
