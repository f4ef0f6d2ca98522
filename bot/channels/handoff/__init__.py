"""Handoff: a human takes over a conversation, the bot is silent meanwhile, and knows what happened when it is back."""
