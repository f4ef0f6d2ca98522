"""Interactions know for whom they were told: the user, or somebody the user looked for something for."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("interactions", sa.Column("for_whom", sa.String(64), nullable=False, server_default="self"))


def downgrade() -> None:
    op.drop_column("interactions", "for_whom")
