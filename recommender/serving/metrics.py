"""Counters in Prometheus' text format, through prometheus-client where it is installed."""

from __future__ import annotations

from types import ModuleType

try:
    import prometheus_client as _found

    prometheus: ModuleType | None = _found
except ImportError:  # a bare GPU machine serves without it
    prometheus = None

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Requests by route and status, seconds by route, sizes of batches, reloads, and what the device could not hold."""

    def __init__(self) -> None:
        if prometheus is None:
            return
        self.registry = prometheus.CollectorRegistry()
        self.requests = prometheus.Counter("ranker_requests", "Requests", ["route", "status"], registry=self.registry)
        self.seconds = prometheus.Histogram(
            "ranker_request_seconds", "Seconds from request to answer", ["route"], registry=self.registry,
            buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
        )  # fmt: skip
        self.batches = prometheus.Histogram(
            "ranker_batch_size",
            "Requests in one forward pass",
            registry=self.registry,
            buckets=(1, 2, 4, 8, 16, 32, 64),
        )
        self.reloads = prometheus.Counter(
            "ranker_reloads", "New checkpoints by what became of them: swapped or refused", ["pack", "result"],
            registry=self.registry,
        )  # fmt: skip
        self.memory = prometheus.Counter(
            "ranker_out_of_memory", "Batches that the device could not hold: halved, or computed on the cpu", ["then"],
            registry=self.registry,
        )  # fmt: skip

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Counts one answer."""
        if prometheus is not None:
            self.requests.labels(route, str(status)).inc()
            self.seconds.labels(route).observe(seconds)

    def batch(self, size: int) -> None:
        """Counts one forward pass."""
        if prometheus is not None:
            self.batches.observe(size)

    def reloaded(self, pack: str, result: str) -> None:
        """Counts a new checkpoint: `swapped` or `refused`."""
        if prometheus is not None:
            self.reloads.labels(pack, result).inc()

    def out_of_memory(self, then: str) -> None:
        """Counts a batch that was `halved` or computed on the `cpu`."""
        if prometheus is not None:
            self.memory.labels(then).inc()

    def text(self) -> bytes:
        """Everything counted; a comment where prometheus-client is missing."""
        if prometheus is None:
            return b"# prometheus-client is not installed\n"
        return bytes(prometheus.generate_latest(self.registry))
