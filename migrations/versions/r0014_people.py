"""Who is named for a case, who acts in whose stead, and which lanes are kept apart."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import Instant

revision = "0014"
down_revision = "0013"

ID, DAY, NAME = sa.String(length=40), sa.Date(), sa.String(length=200)
Columns = dict[str, sa.types.TypeEngine[object]]


def upgrade() -> None:
    """Tables and columns more. A work item goes to the inbox of its role, as before."""
    op.add_column("person", sa.Column("nip", sa.String(length=18), nullable=True))
    op.create_index("ix_person_nip", "person", ["nip"], unique=True)
    op.add_column("appointment", sa.Column("title", NAME, nullable=False, server_default=""))
    _pools()
    _make("staffing", {"role_key": "role", "instance_id": "instance", "person_id": "person"}, STAFFING)
    _make("substitution", {"role_key": "role", "for_id": "person", "person_id": "person"}, SUBSTITUTION)
    _make("duty_pair", {}, DUTY_PAIR)
    _make("duty_exception", {"instance_id": "instance", "person_id": "person"}, DUTY_EXCEPTION)
    for table, column in INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _pools() -> None:
    op.add_column("work_item", sa.Column("pool", sa.String(length=300), nullable=True))
    op.add_column("work_item", sa.Column("closed_for", ID, nullable=True))
    op.add_column("work_item", sa.Column("handed_by", ID, nullable=True))
    op.drop_index("ix_work_item_inbox", table_name="work_item")
    item = sa.table("work_item", sa.column("role"), sa.column("pool"))
    op.execute(item.update().values(pool=item.c.role))
    is_open, order = sa.text("status = 'open'"), ["pool", "due_at", "opened_at", "id"]
    op.create_index("ix_work_item_inbox", "work_item", order, sqlite_where=is_open, postgresql_where=is_open)


def _make(table: str, references: dict[str, str], columns: Columns) -> None:
    keys = (
        sa.ForeignKeyConstraint(
            [column], [f"{other}.{'key' if other == 'role' else 'id'}"], name=f"fk_{table}_{column}_{other}"
        )
        for column, other in references.items()
    )
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        *(sa.Column(name.rstrip("?"), kind, nullable=name.endswith("?")) for name, kind in columns.items()),
        *keys,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


STAFFING: Columns = {
    "instance_id": ID, "lane": NAME, "role_key?": sa.String(length=100), "pool": sa.String(length=300),
    "person_id": ID, "letter": NAME, "begins": DAY, "ends?": DAY,
}  # fmt: skip
SUBSTITUTION: Columns = {
    "person_id": ID, "for_id?": ID, "kind": sa.String(length=10), "role_key?": sa.String(length=100), "opd": NAME,
    "letter": NAME, "letter_date": DAY, "begins": DAY, "ends": DAY,
}  # fmt: skip
DUTY_PAIR: Columns = {
    "key": NAME, "one": NAME, "other": NAME, "strict": sa.Boolean(), "basis": sa.String(length=300), "begins": DAY,
    "ends?": DAY,
}  # fmt: skip
DUTY_EXCEPTION: Columns = {
    "instance_id": ID, "person_id": ID, "lane": NAME, "status": sa.String(length=20), "reason": sa.Text(),
    "letter": NAME, "asked_by": ID, "asked_at": Instant(), "decided_by?": ID, "decided_at?": Instant(),
}  # fmt: skip
INDEXES = (
    ("staffing", "instance_id"), ("staffing", "person_id"), ("staffing", "pool"), ("substitution", "person_id"),
    ("substitution", "for_id"), ("duty_pair", "key"), ("duty_exception", "instance_id"),
)  # fmt: skip
