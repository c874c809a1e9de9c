"""What one completion costs: SQL statements and commits, counted on the real database."""

import sqlalchemy as sa
from walks import Walk

from engine import people, tasks
from engine.database import Database
from engine.demo import answers
from engine.people import Actor
from engine.transaction import transaction

MOST_STATEMENTS = 10


class Counted:
    """The statements and commits of an engine while the block runs."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine, self.statements, self.commits = engine, list[str](), 0

    def __enter__(self) -> "Counted":
        sa.event.listen(self.engine, "before_cursor_execute", self._statement)
        sa.event.listen(self.engine, "commit", self._commit)
        return self

    def __exit__(self, *_: object) -> None:
        sa.event.remove(self.engine, "before_cursor_execute", self._statement)
        sa.event.remove(self.engine, "commit", self._commit)

    def _statement(self, _c: object, _cursor: object, statement: str, *_: object) -> None:
        self.statements.append(statement)

    def _commit(self, _: object) -> None:
        self.commits += 1


def test_a_completion_takes_ten_statements_and_one_commit(deployed: Database, cast: dict[str, Actor]) -> None:
    walk = Walk(deployed, cast)
    walk.upload("A01")
    item, data = walk.item("A01"), answers.step("A01", 1, walk.plan, 1, people.today())
    with deployed.session() as session, Counted(deployed.engine) as counted, transaction(session):
        tasks.complete(session, item.id, cast["ppk"], data, "r1", typed=True)
    work = [s for s in counted.statements if not s.startswith("BEGIN")]
    assert counted.commits == 1
    assert len(work) <= MOST_STATEMENTS, "\n\n".join(work)
