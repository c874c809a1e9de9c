"""Return with reason: the model says where to. Each error event at the border of a work item is a way back."""

from sqlalchemy.orm import Session

from engine import clock, history, instances, library, people, spiff
from engine.definition import Node
from engine.errors import BadValue
from engine.instances import Cause
from engine.model import Kind, WorkItem
from engine.people import Actor
from engine.reversals.reasons import filled


def ways(session: Session, item: WorkItem) -> list[Node]:
    """The error events through which a work item can be returned, in the order of the model."""
    own, found = library.of(session, item.instance)
    key, _, element = item.element.rpartition("|")
    return (found.processes[key] if key else own).returns(element)


def send_back(
    session: Session, item_id: str, who: Actor, way: str, reason: str, request: str | None = None
) -> WorkItem:
    """Return a work item through one of its ways: the error is thrown, what was typed is not submitted.

    Raises AlreadyDone, Conflict if somebody else holds it, NotAllowed, BadValue, Refused.
    """
    item = instances.locked_with(session, item_id)
    if history.answered(session, request, Kind.ITEM_RETURNED, who.id, item=item_id, by=way):
        return item
    people.must_work(who, item)
    people.must_be_open(session, who, item)
    clashes = people.must_do(session, who, item)
    event = next((one for one in ways(session, item) if one.id == way), None)
    if event is None:
        raise BadValue("Langkah ini tidak dapat dikembalikan lewat jalan itu.")
    told = {"item": item.id, "by": event.id, "error": event.code, **people.told(who, item)}
    told |= {"also": sorted({clash.lane for clash in clashes})} if clashes else {}
    at = instances.situation(session, item.instance, clock.business())
    step = spiff.throw(at, item.instance.state, item.token, event.id)
    why = Cause(Kind.ITEM_RETURNED, who.id, item, {}, told, {history.REASON: filled(reason)}, request=request)
    instances.apply(session, item.instance, step, at, why)
    return item
