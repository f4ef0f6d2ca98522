"""Slack: events and clicks in, signed or by Socket Mode; stored messages out, as Block Kit."""
