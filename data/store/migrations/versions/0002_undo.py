"""Versions of a need know with which version the need began, and which earlier version they restore."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NEEDS = sa.table(
    "needs",
    sa.column("conversation_id", sa.String),
    sa.column("pack", sa.String),
    sa.column("version", sa.Integer),
    sa.column("content", sa.JSON),
    sa.column("begin", sa.Integer),
)


def upgrade() -> None:
    op.add_column("needs", sa.Column("begin", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("needs", sa.Column("restores", sa.Integer()))
    _fill_begins()


def downgrade() -> None:
    op.drop_column("needs", "restores")
    op.drop_column("needs", "begin")


def _fill_begins() -> None:
    """Until now a need began with the last version that held no wish."""
    connection = op.get_bind()
    begins: dict[tuple[str, str], int] = {}
    rows = connection.execute(sa.select(NEEDS).order_by(NEEDS.c.conversation_id, NEEDS.c.pack, NEEDS.c.version))
    for row in rows.all():
        key = (row.conversation_id, row.pack)
        if not any(row.content.get(name) for name in ("constraints", "like", "unlike", "text")):
            begins[key] = row.version
        own = (NEEDS.c.conversation_id == row.conversation_id, NEEDS.c.pack == row.pack, NEEDS.c.version == row.version)
        connection.execute(sa.update(NEEDS).where(*own).values(begin=begins.get(key, 0)))
