"""A finished case of the seed SOP: its rows and bytes, with all data and proofs, without the bytes of documents."""

from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.figures import Row, Size
from bench.folder import cast, finish, seeded, start
from engine.database import Database
from engine.model import Base

OWNERS = {  # what belongs to a case, and the column that says to which
    table: table.c.get("instance_id", table.c[next(iter(table.c.keys()))])
    for table in Base.metadata.sorted_tables
    if "instance_id" in table.c or table.name == "instance"
}


def measure(size: Size) -> Iterator[Row]:
    """The growth of the database by finished cases: their rows, and the pages they fill, indexes too."""
    number = 4 * size.rounds
    with seeded() as found:
        actors = cast(found)
        finish(found, actors, start(found, actors, 1), 1)
        before = bytes_of(found)
        started = [start(found, actors, n + 2) for n in range(number)]
        steps = [finish(found, actors, case, n + 2) for n, case in enumerate(started)]
        grown = (bytes_of(found) - before) / number
        with found.session() as session:
            rows = Counter({table.name: of_case(session, table, started[0]) for table in OWNERS})
            kept = sum(content(session, table, started[0]) for table in OWNERS) / 1000
    yield f"KB of data and proofs of a finished case ({steps[0]} steps)", (kept,), "<= 40 KB"
    yield "... with indexes and what pages leave free", (grown / 1000,), ""
    yield "rows of a finished case", (rows.total(),), "<= 90"
    for name, count in rows.most_common():
        if count:
            yield f"... {name}", (count,), ""


def of_case(session: Session, table: sa.Table, case: str) -> int:
    """How many rows of a table belong to a case."""
    return session.scalar(sa.select(sa.func.count()).where(OWNERS[table] == case)) or 0


def content(session: Session, table: sa.Table, case: str) -> int:
    """The bytes of the rows of a case in a table, as text."""
    lengths = (
        sa.func.length(column if isinstance(column.type, sa.LargeBinary) else sa.cast(column, sa.Text))
        for column in table.c
    )
    row = sum((sa.func.coalesce(length, 0) for length in lengths), start=sa.literal(0))
    return session.scalar(sa.select(sa.func.sum(row)).where(OWNERS[table] == case)) or 0


def bytes_of(found: Database) -> int:
    """The bytes of the database that are in use."""
    with found.engine.connect() as connection:
        if found.engine.dialect.name == "postgresql":
            return int(connection.execute(sa.text("SELECT pg_database_size(current_database())")).scalar_one())
        pages, free, size = (
            int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
            for name in ("page_count", "freelist_count", "page_size")
        )
    return (pages - free) * size
