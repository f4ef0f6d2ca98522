"""What the gateway counts, in Prometheus' text format: how much and how fast, never who or what."""

from __future__ import annotations

from collections.abc import Callable

import prometheus_client as prometheus

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


class Metrics:
    """Requests, messages by channel, turns by what became of them, sending, refusals by rate, open streams."""

    def __init__(self, streams: Callable[[], int]):
        self._registry = prometheus.CollectorRegistry()
        self._requests = self._counter("requests", "Requests by route and status", "route", "method", "status")
        self._request_seconds = self._histogram("request_seconds", "Seconds from request to answer", "route")
        self._received = self._counter("messages_received", "Messages taken in, each once", "channel")
        self._turns = self._counter("turns", "Messages answered, by how", "channel", "outcome")
        self._turn_seconds = self._histogram(
            "turn_seconds", "Seconds from taking a message up to its answer", "channel"
        )
        self._first_words = self._counter("first_words", "Turns so slow that a first word was said", "channel")
        self._sent = self._counter("sent", "Parts handed to a channel, by what it did", "channel", "result")
        self._limited = self._counter("rate_limited", "Requests refused because there were too many", "rate")
        open_streams = prometheus.Gauge("gateway_open_streams", "Pages that listen", registry=self._registry)
        open_streams.set_function(streams)

    def requested(self, route: str, method: str, status: int, seconds: float) -> None:
        """Counts a request; `route` is a pattern, such as /api/v1/messages."""
        self._requests.labels(route, method, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def received(self, channel: str) -> None:
        """Counts a message that was not known before."""
        self._received.labels(channel).inc()

    def turned(self, channel: str, outcome: str, seconds: float) -> None:
        """Counts a message that is done: `answered`, `system`, `human`, or the name of an apology."""
        self._turns.labels(channel, outcome).inc()
        self._turn_seconds.labels(channel).observe(seconds)

    def first_word(self, channel: str) -> None:
        """Counts a first word."""
        self._first_words.labels(channel).inc()

    def sent(self, channel: str, result: str) -> None:
        """Counts a part of a message: `sent`, `later` or `refused`."""
        self._sent.labels(channel, result).inc()

    def limited(self, rate: str) -> None:
        """Counts a request that was one too many."""
        self._limited.labels(rate).inc()

    def text(self) -> bytes:
        """Everything counted."""
        return bytes(prometheus.generate_latest(self._registry))

    def _counter(self, name: str, about: str, *labels: str) -> prometheus.Counter:
        return prometheus.Counter(f"gateway_{name}", about, labels, registry=self._registry)

    def _histogram(self, name: str, about: str, *labels: str) -> prometheus.Histogram:
        return prometheus.Histogram(f"gateway_{name}", about, labels, registry=self._registry, buckets=SECONDS)
