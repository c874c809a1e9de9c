"""Who may change deadlines, and which changes a case has."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from engine import people
from engine.errors import NotAllowed, NotFound
from engine.model import DeadlineChange, DeadlineRight, Decision, Instance, ItemStatus, Status, Timer, WorkItem
from engine.people import BUDGET_OWNER, Actor

PROPOSE, APPROVE = "propose", "approve"
MOST = 200  # proposals that one list shows
_ASKED = (  # the processes with a proposal
    sa.select(Instance.key)
    .join(DeadlineChange, DeadlineChange.instance_id == Instance.id)
    .where(DeadlineChange.status == Decision.ASKED)
    .distinct()
)
_WARNINGS = (  # the one that stands last
    sa.select(Timer.warns, Timer.due_at)
    .where(Timer.instance_id == sa.bindparam("case"), Timer.warns.is_not(None), Timer.cancelled_at.is_(None))
    .order_by(Timer.due_at)
)
DEFAULT = {PROPOSE: "ppk", APPROVE: BUDGET_OWNER}  # where the table says nothing of a process nor of all


def may(session: Session, who: Actor, key: str, act: str) -> bool:
    """Whether a person may propose (and pause), or approve, in cases of a process today."""
    day = people.today()
    query = sa.select(DeadlineRight).where(
        DeadlineRight.key.in_((key, "")),
        DeadlineRight.act == act,
        DeadlineRight.begins <= day,
        sa.or_(DeadlineRight.ends.is_(None), DeadlineRight.ends >= day),
    )
    rows = list(session.scalars(query))
    own = [row.role_key for row in rows if row.key] or [row.role_key for row in rows]
    return who.has(*(own or [DEFAULT[act]]))


def must(session: Session, who: Actor, key: str, act: str) -> None:
    """Raises NotAllowed unless may."""
    if not may(session, who, key, act):
        raise NotAllowed("Anda tidak berwenang mengubah tenggat ini.")


def found(session: Session, change_id: str) -> DeadlineChange:
    """A change by its id. Raises NotFound."""
    row = session.get(DeadlineChange, change_id)
    if row is None:
        raise NotFound()
    return row


def of_instance(session: Session, instance_id: str) -> list[DeadlineChange]:
    """Every change that a case has, the newest first."""
    query = sa.select(DeadlineChange).where(DeadlineChange.instance_id == instance_id)
    return list(session.scalars(query.order_by(DeadlineChange.asked_at.desc(), DeadlineChange.id)))


def of_step(session: Session, item: WorkItem) -> list[DeadlineChange]:
    """The letters in force that moved the deadline of a step, its shared clock's too, the newest first."""
    given = [one for one in of_instance(session, item.instance_id) if one.status == Decision.GIVEN]
    return [one for one in given if one.work_item_id == item.id or one.clock]


def limits(session: Session, instance: Instance) -> list[tuple[Timer, datetime | None]]:
    """The time limits of a running case as a whole and of its parts, the nearest first, with the warning before."""
    if instance.status != Status.RUNNING:
        return []
    mine = Timer.instance_id == instance.id, Timer.why.is_not(None), Timer.cancelled_at.is_(None)
    found = list(session.scalars(sa.select(Timer).where(*mine).order_by(Timer.due_at, Timer.number)))
    warned = {row.warns: row.due_at for row in session.execute(_WARNINGS, {"case": instance.id})}
    return [(timer, warned.get(timer.id)) for timer in found]


def waiting(session: Session, who: Actor) -> list[DeadlineChange]:
    """The proposals that a person may decide, the oldest first: others made them, for what still runs and one sees."""
    query = (
        sa.select(DeadlineChange)
        .join(DeadlineChange.item)
        .join(Instance, Instance.id == DeadlineChange.instance_id)
        .where(
            sa.or_(WorkItem.status == ItemStatus.OPEN, DeadlineChange.clock != ""), Instance.status == Status.RUNNING
        )
        .where(DeadlineChange.status == Decision.ASKED, DeadlineChange.asked_by != who.id, people.visible(who))
        .options(joinedload(DeadlineChange.item).joinedload(WorkItem.instance))
        .order_by(DeadlineChange.asked_at, DeadlineChange.id)
    )
    keys = session.scalars(_ASKED).all()
    decides = [key for key in keys if may(session, who, key, APPROVE)]
    return list(session.scalars(query.where(Instance.key.in_(decides)).limit(MOST))) if decides else []
