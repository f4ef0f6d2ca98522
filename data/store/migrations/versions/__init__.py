"""The steps, oldest first: a step names its own revision and the one before it."""
