"""Alembic migrations of the store, run by `Store.migrate()`; each file in `versions/` is one step."""
