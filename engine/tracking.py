"""What an applicant sees of a case without an account: where it stands, for whoever has its number and its code.

The code follows from the case's id, the system's secret, and how often it was withdrawn, which the history says:
nothing to keep, and another secret makes each another.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import cases, history, instances, library, people, sla
from engine.definition import Definition, Node
from engine.errors import NotFound
from engine.model import HistoryEvent, Instance, Kind, Status
from engine.people import Actor

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: none that is read for another
LENGTH, PART = 12, 4  # letters of a code, 60 bits; and of each of its parts
MISREAD = str.maketrans("OIL", "011", "- ")
NO_MOVE = (  # what is said of a case, and moves it nowhere
    Kind.COMMENT_MADE, Kind.ITEM_PREPARED, Kind.ITEM_UNPREPARED, Kind.NUMBER_GIVEN, Kind.NUMBER_CORRECTED,
    Kind.CODE_WITHDRAWN, Kind.HOLD_PLACED, Kind.HOLD_LIFTED,
)  # fmt: skip
MOST = 60  # characters of a number or code that are looked at


@dataclass(frozen=True)
class Open:
    """A step that is worked on: which one of how many by the SOP's numbers; both 0 where it has none."""

    name: str
    number: int
    of: int


@dataclass(frozen=True)
class Tracked:
    """Where a case stands, without a name or a value."""

    number: str
    process: str
    started: date
    moved: date
    status: Status
    ended: date | None
    steps: tuple[Open, ...]
    latest: date | None  # when it must have ended, if the model says how long a case may take


def code(secret: str, instance_id: str, withdrawn: int = 0) -> str:
    """The code of a case, in parts that can be read aloud, after so many were withdrawn."""
    about = f"lacak:{instance_id}" + (f":{withdrawn}" if withdrawn else "")
    digest = hmac.new(secret.encode(), about.encode(), hashlib.sha256).digest()
    bits = int.from_bytes(digest)
    found = "".join(LETTERS[bits >> 5 * n & 31] for n in range(LENGTH))
    return "-".join(found[at : at + PART] for at in range(0, LENGTH, PART))


def withdrawn(session: Session, instance_id: str) -> int:
    """How many codes of a case are worth nothing any more."""
    told = HistoryEvent.instance_id == instance_id, HistoryEvent.kind == Kind.CODE_WITHDRAWN
    return session.scalar(sa.select(sa.func.count()).select_from(HistoryEvent).where(*told)) or 0


def withdraw(session: Session, instance_id: str, who: Actor, request: str | None = None) -> Instance:
    """The code of a case is worth nothing any more, and another is. Raises NotFound, NotAllowed."""
    instance = instances.locked(session, instance_id)
    people.must_see(session, who, instance)
    people.must_be_inside(who)
    if not history.answered(session, request, Kind.CODE_WITHDRAWN, who.id, instance=instance.id):
        history.append(session, instance, Kind.CODE_WITHDRAWN, who.id, {}, request=request)
    return instance


def find(session: Session, secret: str, number: str, given: str) -> Tracked:
    """Where a case stands. Raises NotFound, in the same words and after the same work, for a number that is not there
    and for a code that is wrong."""
    wanted = number.strip()[:MOST]
    named = session.scalars(sa.select(Instance).where(Instance.number.in_((wanted, wanted.upper()))))
    instance = max(named, key=lambda one: one.number == wanted, default=None)
    found = instance.id if instance is not None else ""
    right = code(secret, found, withdrawn(session, found)).translate(MISREAD)
    same = hmac.compare_digest(right.encode(), given[:MOST].upper().translate(MISREAD).encode())
    if instance is None or not same:
        raise NotFound("Nomor berkas dan kode itu tidak cocok. Periksa keduanya di tanda terima Anda.")
    return _tracked(session, instance)


def _tracked(session: Session, instance: Instance) -> Tracked:
    definition, found = library.of(session, instance)
    whole = [t for t, _ in sla.limits(session, instance) if library.timed(definition, found, t.element) is None]
    return Tracked(
        number=instance.number,
        process=definition.name,
        started=people.today(instance.started_at),
        moved=people.today(history.last(session, instance.id, NO_MOVE)),
        status=Status(instance.status),
        ended=people.today(instance.ended_at) if instance.ended_at else None,
        steps=_steps(session, instance, definition),
        latest=people.today(whole[0].due_at) if whole and not whole[0].held_at else None,
    )


def _steps(session: Session, instance: Instance, definition: Definition) -> tuple[Open, ...]:
    """The open steps in the words and by the numbers of the SOP, in its order."""
    numbers = [int(node.number) for node in definition.nodes.values() if _is_numbered(node)]
    opened = set()
    for item in cases.open_items(session, [instance.id])[instance.id]:
        node = library.node(session, instance, item.element)
        own = definition.nodes.get(item.element)
        number = int(own.number) if own is not None and _is_numbered(own) else 0
        opened.add(Open(node.activity or node.name or node.id, number, max(numbers) if number else 0))
    return tuple(sorted(opened, key=lambda one: (one.number, one.name)))


def _is_numbered(node: Node) -> bool:
    return node.is_work_item and node.number.isascii() and node.number.isdigit()
