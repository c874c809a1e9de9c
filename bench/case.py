"""A finished case of the seed SOP: its rows and bytes, with all data and proofs, without the bytes of documents."""

from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.figures import Row, Size
from bench.folder import cast, finish, seeded, start
from engine.database import Database
from engine.model import Base

PER_CASE = [table for table in Base.metadata.sorted_tables if {"instance_id"} & set(table.c.keys())]


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
            rows = Counter({table.name: of_case(session, table, started[0]) for table in PER_CASE})
    total = rows.total() + 1
    yield "KB of database a finished case, indexes too (its steps beside)", (grown / 1000, steps[0]), "<= 40 KB"
    yield "rows of a finished case", (total,), "<= 90"
    for name, count in rows.most_common():
        if count:
            yield f"... {name}", (count,), ""


def of_case(session: Session, table: sa.Table, case: str) -> int:
    """How many rows of a table belong to a case."""
    return session.scalar(sa.select(sa.func.count()).where(table.c.instance_id == case)) or 0


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
