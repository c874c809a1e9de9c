"""The one package that says who may see and do what, as an SQL filter and as a check."""

from engine.people.actors import (
    ANALYST,
    AUDITOR,
    BUDGET_OWNER,
    HOUSE,
    OPERATOR,
    OUTSIDE,
    ZONE,
    Actor,
    Stead,
    actor,
    colleagues,
    exercised,
    lasts,
    named,
    names,
    only_named,
    pool,
    reached,
    role_names,
    today,
    valid,
)
from engine.people.aides import aids, may_prepare, must_aid, must_fill, must_prepare, preparers, signer
from engine.people.duties import Clash, clashes, clashes_at, must_be_apart, must_do, pairs
from engine.people.lanes import lane_roles, must_start, open_item, place, start_roles, startable
from engine.people.reading import Sight, is_outside, known_names, must_be_inside, must_read, sight
from engine.people.rights import (
    deed,
    house_deed,
    involved,
    may_work,
    must_be_free,
    must_be_open,
    must_have,
    must_run,
    must_see,
    must_work,
    standing,
    told,
    visible,
)

__all__ = [
    "ANALYST", "AUDITOR", "BUDGET_OWNER", "HOUSE", "OPERATOR", "OUTSIDE", "ZONE", "Actor", "Clash", "Sight", "Stead",
    "actor", "aids", "clashes", "clashes_at", "colleagues", "deed", "exercised", "house_deed", "involved", "is_outside",
    "known_names", "lane_roles", "lasts", "may_prepare", "may_work", "must_aid", "must_be_apart", "must_be_free",
    "must_be_inside", "must_be_open", "must_do", "must_fill", "must_have", "must_prepare", "must_read", "must_run",
    "must_see", "must_start", "must_work", "named", "names", "only_named", "open_item", "pairs", "place", "pool",
    "preparers", "reached", "role_names", "sight", "signer", "standing", "start_roles", "startable", "today", "told",
    "valid", "visible",
]  # fmt: skip
