"""The one package that says who may see and do what, as an SQL filter and as a check."""

from engine.people.actors import (
    ANALYST,
    AUDITOR,
    BUDGET_OWNER,
    HOUSE,
    OPERATOR,
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
from engine.people.duties import Clash, clashes, clashes_at, must_be_apart, must_do, pairs
from engine.people.lanes import lane_roles, must_start, open_item, place, start_roles, startable
from engine.people.rights import (
    deed,
    may_read_personal,
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
    "ANALYST", "AUDITOR", "BUDGET_OWNER", "HOUSE", "OPERATOR", "ZONE", "Actor", "Clash", "Stead", "actor", "clashes",
    "clashes_at", "colleagues", "deed", "exercised", "lane_roles", "lasts", "may_read_personal", "may_work",
    "must_be_apart", "must_be_free", "must_be_open", "must_do", "must_have", "must_run", "must_see", "must_start",
    "must_work", "named", "names", "only_named", "open_item", "pairs", "place", "pool", "reached", "role_names",
    "standing", "start_roles",
    "startable", "today", "told", "valid", "visible",
]  # fmt: skip
