"""Simulated people who talk to the running bot: how many find what they have in mind, and how soon."""
