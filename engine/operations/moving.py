"""What follows when people change: a lane gets a role, a person leaves; each with the operation that does the rest."""

from sqlalchemy.orm import Session

from engine import directory, handing, history, people
from engine.model import Kind, Operation
from engine.operations.asking import begin
from engine.operations.kinds import HANDOVER, ROUTES
from engine.people import OPERATOR, Actor
from engine.typed import Reader, Typed


def add_row(session: Session, who: Actor, table: str, typed: Typed, request: str | None = None) -> Operation | None:
    """A row of a dated table, and the operation that brings its role the work that waits for one; None if none does,
    or a repeated `request` began it already. Raises NotAllowed, NotFound, BadForm."""
    known = directory.TABLES.get(table)
    if known and history.answered(session, request, known.event, who.id):
        return None
    row = directory.add(session, who, table, typed, request)
    return begin(session, ROUTES, {"row": str(row.id)}, who.id)


def hand_over(session: Session, who: Actor, old: str, typed: Typed, request: str | None = None) -> Operation | None:
    """All that a person has in running cases goes to another, by a letter; None if there is nothing. Raises
    NotAllowed, BadForm, BadValue."""
    people.must_have(who, OPERATOR)
    read = Reader(typed)
    new, letter = read.text("to", "Pilih penerimanya."), read.letter()
    read.check()
    handing.must_differ(session, old, new)
    if event := history.answered(session, request, Kind.HANDED_OVER, who.id, **{"from": old, "to": new}):
        return session.get(Operation, event.body["operation"])
    body = {"from": old, "to": new, "letter": letter}
    operation = begin(session, HANDOVER, body, who.id)
    body |= {"operation": operation.id if operation else ""}
    history.append(session, history.system(session), Kind.HANDED_OVER, who.id, body, request=request)
    return operation
