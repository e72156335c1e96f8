"""`/metrics`: what the bridge counts, and what it knows of the others, in the text format of Prometheus.

Numbers only: no name, no id, no client. The registry is the application's own, not the library's global one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from appliance.base.clock import Clock
from appliance.bridge.contract import METRICS_TYPE
from appliance.bridge.parameters import query_integers
from appliance.bridge.status import CheckSaid, CounterStatus
from appliance.bridge.store import EventStore
from appliance.bridge.waiting import LongPolls
from appliance.decode.figures import BUCKETS_S, FIGURES_NAME, EyeFigures
from appliance.journal.model import Event

__all__ = ["TEMPERATURE_FILE", "Metrics", "metrics_blueprint"]

_LATENCY_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

_MAX_TEMPERATURE_BYTES = 16
_MILLIDEGREES = 1000

_CHECK_LEVELS = {"ok": 0.0, "unused": 0.0, "warning": 1.0, "fault": 2.0}

TEMPERATURE_FILE = Path("/sys/class/thermal/thermal_zone0/temp")
"""Of the processor, in thousandths of a degree (kernel, sysfs-class-thermal)."""


_ERRORS = ("reader", "card", "base")


class _Elsewhere(Collector):
    """What eye and counter count, read from what they left when it is asked for."""

    def __init__(self, eye_file: Path, counter_file: Path) -> None:
        self._eye_file = eye_file
        self._counter_file = counter_file

    def collect(self) -> Iterator[Metric]:
        """Nothing of a program that never said anything."""
        eye = EyeFigures.read(self._eye_file)
        if eye is not None:
            yield CounterMetricFamily("comptoir_eye_frames", "Pictures of the camera.", eye.frames)
            yield CounterMetricFamily("comptoir_eye_reads", "Codes read, in every look anew.", eye.reads)
            look = HistogramMetricFamily("comptoir_eye_look_seconds", "Time of a look for codes.")
            look.add_metric((), _cumulated(eye), eye.look_s)
            yield look
        errors = CounterMetricFamily(
            "comptoir_errors",
            "Readers that went, cards not read, statuses that nobody said, since the counter started.",
            labels=("kind",),
        )
        counted = CounterStatus.read(self._counter_file).errors
        for kind in _ERRORS:
            errors.add_metric((kind,), counted.get(kind, 0))
        yield errors


def _cumulated(eye: EyeFigures) -> list[tuple[str, float]]:
    bounds = [*map(str, BUCKETS_S), "+Inf"]
    return list(zip(bounds, itertools.accumulate(map(float, eye.within)), strict=True))


class Metrics:
    """The counters of one application. Thread-safe, as the library's are."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "comptoir_requests", "Requests answered.", ("route", "status"), registry=self.registry
        )
        self.latency = Histogram(
            "comptoir_event_to_answer_seconds",
            "From an event's writing to the answer of a long poll that waited for it.",
            buckets=_LATENCY_BUCKETS_S,
            registry=self.registry,
        )

    def answered(self, response: Response) -> Response:
        """Count a response; for `after_request`."""
        # The route as it is written, never the path: paths hold numbers of prescriptions.
        route = "none" if request.url_rule is None else request.url_rule.rule
        self.requests.labels(route, response.status_code).inc()
        return response

    def delivered(self, events: list[Event]) -> None:
        """A long poll that waited gets these."""
        now = self._clock.now()
        for event in events:
            self.latency.observe(max((now - event.at).total_seconds(), 0.0))


def metrics_blueprint(
    metrics: Metrics,
    store: EventStore,
    long_polls: LongPolls,
    counter_file: Path,
    checks: Callable[[], Sequence[CheckSaid]] = tuple,
    temperature_file: Path = TEMPERATURE_FILE,
) -> Blueprint:
    """The route `/metrics`; what others know is looked up when it is asked for."""
    blueprint = Blueprint("metrics", __name__)
    metrics.registry.register(_Elsewhere(counter_file.with_name(FIGURES_NAME), counter_file))

    def gauge(name: str, text: str) -> Gauge:
        return Gauge(f"comptoir_{name}", text, registry=metrics.registry)

    waits = gauge("waits", "Long polls and streams that wait now.")
    waiting = gauge("journal_waiting_events", "Events that wait for acknowledgements or expiry.")
    journal_bytes = gauge("journal_bytes", "Size of the journal's file.")
    log_bytes = gauge("journal_log_bytes", "Size of its write-ahead log.")
    last_id = gauge("last_event_id", "The newest event.")
    camera = gauge("camera_ok", "Whether the camera gives pictures; NaN where not known.")
    storage = gauge("storage_ok", "Whether events can be written; NaN where not known.")
    tones = gauge("tones", "Tones played since the counter started.")
    temperature = gauge("temperature_celsius", "Of the processor; NaN where not known.")

    check_levels = Gauge(
        "comptoir_check",
        "Verdict of a check of the device: 0 well, 1 to be looked after, 2 fault, NaN not known.",
        ("check",),
        registry=metrics.registry,
    )

    @blueprint.get("/metrics")
    def exposition() -> Response:
        query_integers(())
        journal = store.status()
        counter = CounterStatus.read(counter_file)
        for one, value in (
            (waits, long_polls.waiting),
            (waiting, journal.waiting),
            (journal_bytes, journal.journal_bytes),
            (log_bytes, journal.wal_bytes),
            (last_id, store.last_id()),
            (camera, None if counter.camera == "unknown" else counter.camera == "ok"),
            (storage, counter.storage_ok),
            (tones, counter.tones),
            (temperature, _temperature(temperature_file)),
        ):
            one.set(float("nan") if value is None else value)
        for check in checks():
            check_levels.labels(check.id).set(_CHECK_LEVELS.get(check.level, float("nan")))
        return Response(generate_latest(metrics.registry), content_type=METRICS_TYPE)

    return blueprint


def _temperature(file: Path) -> float | None:
    try:
        with file.open("rb") as opened:
            return int(opened.read(_MAX_TEMPERATURE_BYTES)) / _MILLIDEGREES
    except (OSError, ValueError):
        return None
