"""Handoffs as colleagues work on them: who has one, how it ended, notes; and the colleagues who may log in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ADDED = (
    ("agent", sa.String(64)),
    ("taken_at", sa.DateTime(timezone=True)),
    ("taken_seq", sa.Integer()),
    ("outcome", sa.String(32)),
    ("offered_at", sa.DateTime(timezone=True)),
    ("message_state", sa.String(16)),
    ("desk", sa.JSON()),
)


def upgrade() -> None:
    for name, kind in ADDED:
        op.add_column("handoffs", sa.Column(name, kind, nullable=True))
    op.create_table(
        "handoff_notes",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("handoff_id", sa.String(64), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_handoff_notes")),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.handoff_id"], name=op.f("fk_handoff_notes_handoff_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_handoff_notes_conversation_id"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_handoff_notes_handoff_id"), "handoff_notes", ["handoff_id"])
    op.create_index(op.f("ix_handoff_notes_conversation_id"), "handoff_notes", ["conversation_id"])
    op.create_table(
        "agents",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_agents")),
    )


def downgrade() -> None:
    op.drop_table("agents")
    op.drop_table("handoff_notes")
    for name, _ in reversed(ADDED):
        op.drop_column("handoffs", name)
