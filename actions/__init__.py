"""The action server: one module per skill; each reads the tracker, calls pure functions and dispatches."""
