"""Who there is, who holds which office, and what the house's dated tables say: the operator's commands."""

from engine.directory.aiding import aides, assign, dismiss
from engine.directory.importing import COLUMNS, Change, Line, apply, preview
from engine.directory.mapping import LANE, PAIR, START, TABLES, add, end, listed, models
from engine.directory.persons import (
    MOST,
    add_role,
    appoint,
    change,
    found,
    resign,
    revoke,
    search,
    steads,
    substitute,
    usernames,
)

__all__ = [
    "COLUMNS", "LANE", "MOST", "PAIR", "START", "TABLES", "Change", "Line", "add", "add_role", "aides", "apply",
    "appoint", "assign", "change", "dismiss", "end", "found", "listed", "models", "preview", "resign", "revoke",
    "search", "steads", "substitute", "usernames",
]  # fmt: skip
