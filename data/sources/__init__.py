"""Public sources that a pack's catalog is built from at set-up; one module each."""
