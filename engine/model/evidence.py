"""The history: append-only events in one hash chain an instance, and the erasable openings of their commitments; beside
it who read personal data, append-only too."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id


class Kind(StrEnum):
    """What an event tells."""

    INSTANCE_STARTED = "instance.started"  #: a person, a message, a signal or a timer started a case
    ITEM_COMPLETED = "item.completed"  #: a person completed a work item; the openings hold the form
    ITEM_CLAIMED = "item.claimed"  #: a person took a work item
    ITEM_RELEASED = "item.released"  #: a person gave a work item back
    ITEM_RETURNED = "item.returned"  #: a person ended a work item by an error that the model catches, with a reason
    ITEM_RECALLED = "item.recalled"  #: a person took a completion back before anybody saw what it opened
    NUMBER_GIVEN = "number.given"  #: a number or date that followed after its step was given; the openings hold it
    NUMBER_CORRECTED = "number.corrected"  #: one that stood was corrected, with a reason; the old value stays
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
    ITEM_HANDED = "item.handed"  #: a person gave a work item to a colleague, perhaps with an instruction (disposisi)
    ITEM_PREPARED = "item.prepared"  #: an aide marked a work item as ready for who completes it
    ITEM_UNPREPARED = "item.unprepared"  #: the mark is gone: sent back to the aide with a note, or the draft changed
    COMMENT_MADE = "comment.made"  #: a person wrote a comment at a step; it can be erased
    ITEM_ROUTED = "item.routed"  #: an open work item reached other people: its lane got a role, or named people
    STAFFING_SET = "staffing.set"  #: a person was named for a lane of the case (Penetapan)
    STAFFING_ENDED = "staffing.ended"  #: a named person works in a lane of the case no more
    DUTY_ASKED = "duty.asked"  #: a person asked that somebody may work in two lanes that are kept apart
    DUTY_GIVEN = "duty.given"  #: a second person allowed it
    DUTY_DENIED = "duty.denied"  #: a second person refused it
    DOCUMENT_INFECTED = "document.infected"  #: the antivirus scanner refused a file, and nothing of it was stored
    INSTANCE_CANCELLED = "instance.cancelled"  #: a person cancelled the case, with a reason
    CODE_WITHDRAWN = "code.withdrawn"  #: a person made the code void by which an applicant tracks the case
    HOLD_PLACED = "hold.placed"  #: a person keeps the case whatever the retention rule says
    HOLD_LIFTED = "hold.lifted"  #: a second person let go of it
    RETENTION_SET = "retention.set"  #: a person said how long the cases of a process are kept
    DEPLOYED = "deployment.made"  #: a set of models and forms was deployed
    CALENDAR_CHANGED = "calendar.changed"  #: a calendar of offices has a new version
    RECEIVER_CHANGED = "receiver.changed"  #: the operator changed who is told of warnings and breaches
    ROLE_ADDED = "role.added"  #: the operator added a role
    PERSON_CHANGED = "person.changed"  #: the operator added a person or changed who they are
    PEOPLE_IMPORTED = "people.imported"  #: the operator brought in a file of people and appointments
    HANDED_OVER = "person.handed_over"  #: the operator let all work of a person go to another
    APPOINTMENT_CHANGED = "appointment.changed"  #: somebody got a role in an office by a decree, or holds it no more
    SUBSTITUTION_CHANGED = "substitution.changed"  #: somebody acts as Plt., Plh. or a.n., or does so no more
    AIDE_CHANGED = "aide.changed"  #: somebody prepares the work of another by a letter, or does so no more
    LANE_CHANGED = "lane.changed"  #: a role works in a lane of a process from a day on, or to a day
    START_CHANGED = "start.changed"  #: a role may start a process from a day on, or to a day
    DUTIES_CHANGED = "duties.changed"  #: two lanes are kept apart, or are so no more
    DEADLINE_RIGHT_CHANGED = "deadline_right.changed"  #: a role may propose or approve changes of deadlines, or no more
    ACCOUNT_OPENED = "account.opened"  #: an account was made for a person, or opened again
    ACCOUNT_CLOSED = "account.closed"  #: the operator closed an account: nobody signs in with it
    ACCOUNT_INVITED = "account.invited"  #: the operator made a one-time link for setting the password of an account
    ACCOUNT_SIGNED_OUT = "account.signed_out"  #: the operator ended every sign-in of an account
    ACCOUNT_LINKED = "account.linked"  #: an account was tied to somebody at the city's sign-in, or untied
    CODES_FORGOTTEN = "codes.forgotten"  #: the operator took away the second code of an account whose phone is lost
    KEY_ROLES_SET = "key_roles.set"  #: the operator said which roles need a second code
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


class Reading(Base):
    """Somebody was shown personal data of a case, or given a document. Never changed, never deleted, and outside the
    chain of the case, which no reader locks: no foreign key either."""

    __tablename__ = "reading"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(sa.String(40))
    at: Mapped[datetime]
    person_id: Mapped[str] = mapped_column(sa.String(40))  # or "system": who has the shell
    page: Mapped[str] = mapped_column(sa.String(60))  # the endpoint, or the command
    about: Mapped[str] = mapped_column(sa.String(80), default="")  # the work item or document, or the letter's key
    shown: Mapped[list[Any]]  # the keys of the fields, or the document's hash
    __table_args__ = (sa.Index("ix_reading_instance_id_at", "instance_id", "at"),)


def protected(table: str) -> str:
    """What the database says to who would change a row of an append-only table, or take one out."""
    return f"{table} is append-only"


def refuses(table: str) -> str:
    """The body of the function that PostgreSQL's triggers call."""
    return f"BEGIN RAISE EXCEPTION '{protected(table)}'; END"


def function(table: str) -> str:
    """That function."""
    return f"CREATE FUNCTION {table}_refuses() RETURNS trigger LANGUAGE plpgsql AS $${refuses(table)}$$"


def triggers(table: str) -> dict[str, dict[str, str]]:
    """What protects an append-only table, by dialect: name -> the text that the database must show."""
    return {
        "sqlite": {
            f"{table}_no_{verb}": (
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{protected(table)}'); END"
            )
            for verb in ("update", "delete")
        },
        "postgresql": {
            f"{table}_no_{verb}": (
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses()"
            )
            for verb in ("update", "delete", "truncate")
        },
    }


HISTORY, READING = "history_event", "reading"
FUNCTION, TRIGGERS = function(HISTORY), triggers(HISTORY)
SHOWN = {  # by dialect: the triggers that are there and on, with their texts
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT t.tgname AS name, pg_get_triggerdef(t.oid, true) AS sql FROM pg_trigger t "
        "JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgenabled IN ('O', 'A') "
        f"AND p.prosrc IN ($${refuses(HISTORY)}$$, $${refuses(READING)}$$)"
    ),
}
