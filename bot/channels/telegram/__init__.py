"""Telegram: updates in, by polling or webhook; stored messages out, as texts and cards with inline keyboards."""
