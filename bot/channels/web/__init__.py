"""The web channel: sessions, messages, events, the person's own data, and the files of the chat page."""
