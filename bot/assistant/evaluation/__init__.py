"""Measures what the trained assistant understands of wording that it was never trained on."""
