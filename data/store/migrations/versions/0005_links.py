"""Links: conversations of one person on several channels, the codes that join them, and who was merged into whom."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "links",
        _text("conversation_id"),
        _text("link_id"),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_links")),
        _belongs_to("links", "conversation_id", "conversations.conversation_id"),
    )
    op.create_index(op.f("ix_links_link_id"), "links", ["link_id"])
    op.create_table(
        "link_codes",
        _text("conversation_id"),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_link_codes")),
        sa.UniqueConstraint("digest", name=op.f("uq_link_codes_digest")),
        _belongs_to("link_codes", "conversation_id", "conversations.conversation_id"),
    )
    op.create_table(
        "merges",
        _text("merged_id"),
        _text("user_id"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("merged_id", name=op.f("pk_merges")),
        _belongs_to("merges", "user_id", "users.user_id"),
    )
    op.create_index(op.f("ix_merges_user_id"), "merges", ["user_id"])


def downgrade() -> None:
    for table in ("merges", "link_codes", "links"):
        op.drop_table(table)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), nullable=False)


def _belongs_to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")
