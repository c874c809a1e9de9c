"""Commands that change a deadline. Each is one letter, one row and one event; timers and work items follow from it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from engine import changes, clock, history, instances, people, worktime
from engine.errors import AlreadyDone, BadForm, BadTime, FieldError, NotAllowed, NotReady
from engine.model import Change, DeadlineChange, Decision, Kind, WorkItem
from engine.people import Actor
from engine.sla import looking, moving
from engine.sla.looking import APPROVE, PROPOSE
from engine.typed import Reader, Typed

GROUNDS = ("masa_sanggah", "kantor_lain")  # why a deadline may stand still
LONGEST = 2000  # characters of a reason


def ask(session: Session, item_id: str, who: Actor, typed: Typed, request: str | None = None) -> DeadlineChange:
    """Propose to extend a deadline: `added` time or a new last day `until`. Nothing moves before somebody else agrees.

    Raises NotAllowed, NotReady, AlreadyDone, BadForm.
    """
    item, clock_name = _open(session, item_id, who)
    if event := history.answered(session, request, Kind.DEADLINE_ASKED, who.id, item=item.id):
        return session.get_one(DeadlineChange, event.body["change"])
    read = Reader(typed)
    row = _row(item, clock_name, Change.EXTENSION, Decision.ASKED, who, read)
    row.added, row.until = _added(read), read.day("until", needed=False)
    if bool(row.added) == bool(row.until) and not read.errors:
        read.wrong("added", "Isi salah satu: tambahan waktu atau tanggal akhir yang baru.")
    read.check()
    row.decided_at = clock.business()  # as if it were given now: does it hold?
    row.new_due = _tried(session, item, clock_name, row, "added" if row.added else "until")
    row.decided_at, row.old_due = None, item.due_at
    session.add(row)
    session.flush()
    _tell(session, item, Kind.DEADLINE_ASKED, who, row, {}, request)
    return row


def decide(session: Session, change_id: str, who: Actor, agreed: bool, request: str | None = None) -> DeadlineChange:
    """Approve or deny what another person proposed. Raises NotFound, NotAllowed, AlreadyDone, BadForm."""
    row, item = _locked(session, who, change_id)
    looking.must(session, who, item.instance.key, APPROVE)
    kind = Kind.DEADLINE_EXTENDED if agreed else Kind.DEADLINE_DENIED
    if history.answered(session, request, kind, who.id, change=row.id):
        return row
    if row.status != Decision.ASKED:
        by, at = row.decided_by or "", row.decided_at or row.asked_at
        raise AlreadyDone(**people.deed(session, who, item.instance, by, at))
    if row.asked_by == who.id:
        raise NotAllowed("Perpanjangan harus diputuskan orang lain, bukan pengusulnya.")
    _must_stand(session, who, item, row.clock)
    row.status, row.decided_by = Decision.GIVEN if agreed else Decision.DENIED, who.id
    row.decided_at, row.old_due = clock.business(), item.due_at
    session.flush()
    moved = _moved(session, item, row) if agreed else {}
    _tell(session, item, kind, who, row, moved, request)
    return row


def pause(session: Session, item_id: str, who: Actor, typed: Typed, request: str | None = None) -> DeadlineChange:
    """Let a deadline stand still from `begins` to `ends`, both included, or (no end) until it is resumed.

    Raises NotAllowed, NotReady, AlreadyDone, BadForm.
    """
    item, clock_name = _open(session, item_id, who)
    if event := history.answered(session, request, Kind.DEADLINE_PAUSED, who.id, item=item.id):
        return session.get_one(DeadlineChange, event.body["change"])
    read = Reader(typed)
    row = _row(item, clock_name, Change.PAUSE, Decision.GIVEN, who, read)
    row.ground = read.choice("ground", GROUNDS, "Pilih dasar jeda dari daftar.")
    row.begins, row.ends = read.day("begins"), read.day("ends", needed=False)
    read.check()
    _must_fit(session, item, row)
    row.decided_by, row.decided_at, row.old_due = who.id, row.asked_at, item.due_at
    session.add(row)
    session.flush()
    _tell(session, item, Kind.DEADLINE_PAUSED, who, row, _moved(session, item, row), request)
    return row


def resume(session: Session, change_id: str, who: Actor, typed: Typed, request: str | None = None) -> DeadlineChange:
    """End a pause that still lasts: `ends` is its last day. Raises NotFound, NotAllowed, NotReady, BadForm."""
    row, item = _locked(session, who, change_id)
    looking.must(session, who, item.instance.key, PROPOSE)
    if history.answered(session, request, Kind.DEADLINE_RESUMED, who.id, change=row.id):
        return row
    if row.kind != Change.PAUSE or row.ends is not None:
        raise NotReady("Jeda itu sudah berakhir.")
    _must_stand(session, who, item, row.clock)
    read = Reader(typed)
    ends = read.day("ends")
    if ends and row.begins and (ends < row.begins or ends > people.today()):
        read.wrong("ends", "Hari terakhir jeda tidak boleh sebelum mulainya atau sesudah hari ini.")
    read.check()
    row.ends = ends
    session.flush()
    _tell(session, item, Kind.DEADLINE_RESUMED, who, row, _moved(session, item, row), request)
    return row


def _open(session: Session, item_id: str, who: Actor) -> tuple[WorkItem, str]:
    """An open step with a deadline that can be counted anew, its case locked, and the clock that it shares."""
    item = instances.locked_with(session, item_id)
    people.must_see(session, who, item.instance)
    looking.must(session, who, item.instance.key, PROPOSE)
    people.must_be_open(session, who, item)
    limit = moving.limit(session, item)
    if limit is None:
        raise NotReady("Langkah ini tidak mempunyai tenggat yang dapat diubah.")
    return item, limit.clock


def _locked(session: Session, who: Actor, change_id: str) -> tuple[DeadlineChange, WorkItem]:
    row = looking.found(session, change_id)
    item = instances.locked_with(session, row.work_item_id)
    people.must_see(session, who, item.instance)
    session.refresh(row)
    return row, item


def _must_stand(session: Session, who: Actor, item: WorkItem, shared: str) -> None:
    """A step's deadline ends with the step; a shared clock runs as long as its case."""
    people.must_run(session, who, item.instance)
    if not shared:
        people.must_be_open(session, who, item)


def _must_fit(session: Session, item: WorkItem, row: DeadlineChange) -> None:
    """A pause lies after the beginning and before the deadline, and beside other pauses; without end it began."""
    limit, begins = moving.limit(session, item), row.begins
    assert begins is not None and limit is not None and limit.begin_at is not None
    others = [one for one in changes.of(session, item.instance_id, item.id, row.clock) if one.kind == Change.PAUSE]
    last, read = row.ends or date.max, Reader({})
    if last < begins:
        read.wrong("ends", "Hari terakhir jeda sebelum hari pertamanya.")
    if begins < people.today(limit.begin_at):
        read.wrong("begins", "Jeda tidak dapat mulai sebelum waktunya berjalan.")
    if row.ends is None and begins > people.today():
        read.wrong("ends", "Jeda yang mulai kemudian harus punya hari terakhir.")
    if any(one.begins <= last and begins <= (one.ends or date.max) for one in others if one.begins):
        read.wrong("begins", "Jeda itu bertumpuk dengan jeda lain.")
    if item.due_at is not None and begins > people.today(item.due_at):
        read.wrong("begins", "Jeda itu mulai sesudah tenggat.")
    read.check()


def _moved(session: Session, item: WorkItem, row: DeadlineChange) -> dict[str, str | None]:
    """Move what follows from the rows. The new due date of each open step that it moves; None: a pause holds it."""
    try:
        moved = moving.recount(session, item.instance, item, row.clock)
    except BadTime as error:
        raise BadForm(
            [FieldError("until" if row.until else "added", error.text, tuple(error.values.items()))]
        ) from error
    row.new_due = item.due_at
    return {name: due.isoformat() if due else None for name, due in moved.items()}


def _tried(session: Session, item: WorkItem, shared: str, row: DeadlineChange, field: str) -> Any:
    """The due date that a proposal would give. Raises BadForm."""
    limit = moving.limit(session, item)
    assert limit is not None and limit.span is not None and limit.begin_at is not None
    rows = [*changes.of(session, item.instance_id, item.id, shared), row]
    office = instances.situation(session, item.instance, limit.begin_at).calendar
    try:
        return changes.counted(limit.span, limit.begin_at, office, rows).due
    except BadTime as error:
        raise BadForm([FieldError(field, error.text, tuple(error.values.items()))]) from error


def _row(item: WorkItem, shared: str, kind: Change, status: Decision, who: Actor, read: Reader) -> DeadlineChange:
    """What every letter has: its number, date and reason."""
    letter, day = read.letter(), read.day("letter_date")
    if day and day > people.today():
        read.wrong("letter_date", "Tanggal surat tidak boleh sesudah hari ini.")
    reason = read.text("reason", "Tuliskan alasannya.", LONGEST)
    return DeadlineChange(
        instance_id=item.instance_id, work_item_id=item.id, clock=shared, kind=kind, status=status, letter=letter,
        letter_date=day, reason=reason, ground="", added="", asked_by=who.id, asked_at=clock.business(),
    )  # fmt: skip


def _added(read: Reader) -> str:
    """Time that is added, in the words of an SOP; a single amount."""
    text = read.text("added")
    try:
        if text and worktime.read_sop(text).minimum is not None:
            read.wrong("added", "Tulis satu jumlah waktu, bukan rentang.")
    except BadTime as error:
        read.wrong("added", error.text, **error.values)
    return text


def _tell(
    session: Session,
    item: WorkItem,
    kind: Kind,
    who: Actor,
    row: DeadlineChange,
    moved: Mapping[str, str | None],
    request: str | None,
) -> None:
    """The event: the letter, the old deadline beside the new, and every open step that follows."""
    body: dict[str, Any] = {
        name: _iso(getattr(row, name)) for name in ("letter", "letter_date", "added", "until", "begins", "ends")
    }
    body = {name: text for name, text in body.items() if text}
    body |= {"change": row.id, "was": _iso(row.old_due or item.due_at), "due": _iso(row.new_due)}
    body |= {"moved": dict(moved)} | ({"clock": row.clock} if row.clock else {})
    body |= {"ground": row.ground} if row.ground else {}
    history.tell(session, item, kind, who.id, body, {history.REASON: row.reason}, request)


def _iso(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, date) else value or None
