"""The first tables: users, conversations, messages, deliveries, needs, slates, interactions, handoffs, feedback."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _time(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _belongs_to(table: str, column: str, target: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def _one_of(table: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def upgrade() -> None:
    _create_people()
    _create_messages()
    _create_needs()
    _create_interactions()
    _create_handoffs()


def downgrade() -> None:
    for table in (
        "feedback",
        "handoffs",
        "interactions",
        "slates",
        "needs",
        "deliveries",
        "messages",
        "identities",
        "conversations",
        "users",
    ):
        op.drop_table(table)


def _create_people() -> None:
    op.create_table("users", _text("user_id", 64), _text("locale", 16), _time("created_at"), _key("users", "user_id"))
    op.create_table(
        "identities",
        _text("channel", 32),
        _text("external_id", 255),
        _text("user_id", 64),
        _time("linked_at"),
        _key("identities", "channel", "external_id"),
        _belongs_to("identities", "user_id", "users.user_id"),
    )
    _index("identities", "user_id")
    op.create_table(
        "conversations",
        _text("conversation_id", 64),
        _text("user_id", 64),
        _text("channel", 32),
        _text("owner", 16),
        _text("locale", 16),
        _text("language", 16),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        _time("created_at"),
        _key("conversations", "conversation_id"),
        _belongs_to("conversations", "user_id", "users.user_id"),
        _one_of("conversations", "owner", "bot", "waiting", "human"),
    )
    _index("conversations", "user_id")


def _create_messages() -> None:
    op.create_table(
        "messages",
        _text("conversation_id", 64),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        _text("sender", 16),
        _text("key", 255, nullable=True),
        sa.Column("reply_to", sa.Integer()),
        sa.Column("content", sa.JSON(), nullable=False),
        _time("at"),
        _key("messages", "conversation_id", "seq"),
        _belongs_to("messages", "conversation_id", "conversations.conversation_id"),
        _one_of("messages", "sender", "user", "bot", "agent", "system"),
        sa.UniqueConstraint("conversation_id", "key", name=op.f("uq_messages_conversation_id_key")),
    )
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        _text("direction", 16),
        _text("conversation_id", 64),
        sa.Column("seq", sa.Integer(), nullable=False),
        _text("key", 255),
        _text("state", 16),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("work", sa.JSON(), nullable=False),
        _time("at"),
        _time("done_at", nullable=True),
        _key("deliveries", "delivery_id"),
        sa.ForeignKeyConstraint(
            ["conversation_id", "seq"],
            ["messages.conversation_id", "messages.seq"],
            name=op.f("fk_deliveries_conversation_id_seq"),
            ondelete="CASCADE",
        ),
        _one_of("deliveries", "direction", "inbox", "outbox"),
        _one_of("deliveries", "state", "received", "answered", "pending", "sent"),
        sa.UniqueConstraint(
            "direction", "conversation_id", "key", name=op.f("uq_deliveries_direction_conversation_id_key")
        ),
    )
    _index("deliveries", "conversation_id", "seq")
    _index("deliveries", "direction", "state")


def _create_needs() -> None:
    op.create_table(
        "needs",
        _text("conversation_id", 64),
        _text("pack", 128),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        _text("message_id", 255, nullable=True),
        _time("at"),
        _key("needs", "conversation_id", "pack", "version"),
        _belongs_to("needs", "conversation_id", "conversations.conversation_id"),
    )
    op.create_table(
        "slates",
        sa.Column("slate_id", sa.Integer(), nullable=False),
        _text("conversation_id", 64),
        _text("pack", 128),
        sa.Column("need_version", sa.Integer(), nullable=False),
        sa.Column("item_ids", sa.JSON(), nullable=False),
        _time("at"),
        _key("slates", "slate_id"),
        _belongs_to("slates", "conversation_id", "conversations.conversation_id"),
    )
    _index("slates", "conversation_id")


def _create_interactions() -> None:
    op.create_table(
        "interactions",
        sa.Column("interaction_id", sa.Integer(), nullable=False),
        _text("user_id", 64),
        _text("pack", 128),
        _text("item_id", 255),
        _text("kind", 32),
        sa.Column("rating", sa.Double()),
        _text("conversation_id", 64, nullable=True),
        _text("message_id", 255, nullable=True),
        _time("at"),
        _time("withdrawn_at", nullable=True),
        _key("interactions", "interaction_id"),
        _belongs_to("interactions", "user_id", "users.user_id"),
        _belongs_to("interactions", "conversation_id", "conversations.conversation_id", "SET NULL"),
    )
    _index("interactions", "user_id", "pack")
    _index("interactions", "conversation_id")


def _create_handoffs() -> None:
    op.create_table(
        "handoffs",
        _text("handoff_id", 64),
        _text("conversation_id", 64),
        _text("reason", 255),
        sa.Column("packet", sa.JSON(), nullable=False),
        _text("state", 16),
        _time("requested_at"),
        _time("resolved_at", nullable=True),
        _key("handoffs", "handoff_id"),
        _one_of("handoffs", "state", "open", "taken", "resolved"),
        _belongs_to("handoffs", "conversation_id", "conversations.conversation_id"),
    )
    _index("handoffs", "conversation_id")
    op.create_table(
        "feedback",
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        _text("conversation_id", 64),
        sa.Column("seq", sa.Integer()),
        _text("kind", 32),
        sa.Column("text", sa.Text(), nullable=False),
        _time("at"),
        _key("feedback", "feedback_id"),
        _belongs_to("feedback", "conversation_id", "conversations.conversation_id"),
    )
    _index("feedback", "conversation_id")
