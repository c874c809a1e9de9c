"""Who there is, who holds which office, and what the house's dated tables say: the operator's commands."""

from engine.directory.importing import COLUMNS, Change, Line, apply, preview
from engine.directory.mapping import DEADLINE, LANE, PAIR, START, TABLES, add, end, listed, models
from engine.directory.persons import (
    MOST,
    add_role,
    appoint,
    change,
    found,
    officials,
    resign,
    revoke,
    search,
    steads,
    substitute,
    usernames,
)

__all__ = [
    "COLUMNS", "DEADLINE", "LANE", "MOST", "PAIR", "START", "TABLES", "Change", "Line", "add", "add_role", "apply",
    "appoint", "change", "end", "found", "listed", "models", "officials", "preview", "resign", "revoke", "search",
    "steads", "substitute", "usernames",
]  # fmt: skip
