"""Domain content and what reads it: packs, catalogs, needs, the reading of text, the store."""
