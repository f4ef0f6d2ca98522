"""The agent console: colleagues log in, take what waits, answer, and give the conversation back."""
