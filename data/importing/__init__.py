"""A person's own table of items → a pack: its facets inferred, its content checked, everything editable afterwards."""
