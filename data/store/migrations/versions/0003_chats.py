"""Chats: where a channel that is sent its messages shows a conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "chats",
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("channel", "address", name=op.f("pk_chats")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_chats_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_chats_conversation_id")),
    )


def downgrade() -> None:
    op.drop_table("chats")
