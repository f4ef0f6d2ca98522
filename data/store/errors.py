"""The one exception of the store."""


class StoreError(RuntimeError):
    """What could not be stored or read: where, what, what exists; the database's own error is its cause."""
