"""`/metrics` over real TLS: true numbers, and nothing but numbers."""

from __future__ import annotations

import json
import math
import threading
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from appliance.base.clock import ManualClock
from appliance.bridge.metrics import Metrics, _temperature
from appliance.decode.figures import BUCKETS_S, FIGURES_NAME, EyeFigures
from tests.bridge.conftest import LONG_S, Bench

PRESCRIPTION = "202106180921110040"


def samples(bench: Bench) -> dict[tuple[str, ...], float]:
    text = bench.client("tech").get("/metrics").text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def watched(bench: Bench) -> Bench:
    bench.pair("tech", "technician")
    bench.pair("good", "events", "status")
    return bench


def test_requests_are_counted_by_route_and_status_and_never_by_path(watched: Bench) -> None:
    lgo = watched.client("good")
    for _ in range(3):
        lgo.get("/v1/status")
    lgo.get(f"/v1/prescriptions/{PRESCRIPTION}")
    lgo.get("/nowhere/at/all")
    found = samples(watched)
    assert found["comptoir_requests_total", "/v1/status", "200"] == 3
    assert found["comptoir_requests_total", "/v1/prescriptions/<prescription_id>", "404"] == 1
    assert found["comptoir_requests_total", "none", "404"] == 1
    text = watched.client("tech").get("/metrics").text
    assert not any(word in text for word in (PRESCRIPTION, "nowhere", "LGO"))


def test_what_waits_and_how_long_events_take(watched: Bench) -> None:
    first = samples(watched)
    assert first["comptoir_journal_waiting_events",] == 0
    assert first["comptoir_event_to_answer_seconds_count",] == 0
    poll = threading.Thread(target=watched.client("good").get, args=("/v1/events?wait=20",))
    poll.start()
    watched.waiting(1)
    assert samples(watched)["comptoir_waits",] == 1
    watched.append()
    poll.join(LONG_S)
    found = samples(watched)
    assert found["comptoir_journal_waiting_events",] == 1
    assert found["comptoir_last_event_id",] == 1
    assert found["comptoir_event_to_answer_seconds_count",] == 1
    assert 0 < found["comptoir_event_to_answer_seconds_sum",] < LONG_S
    watched.client("good").get("/v1/events")  # given again, waited for by nobody
    assert samples(watched)["comptoir_event_to_answer_seconds_count",] == 1


def test_what_the_counter_says_and_what_nobody_knows(watched: Bench) -> None:
    assert math.isnan(samples(watched)["comptoir_camera_ok",])
    file = Path(watched.settings.paths.runtime_directory) / "counter.json"
    file.write_text(json.dumps({"camera": "lost", "storage_ok": True, "tones": 7}))
    found = samples(watched)
    assert [found[f"comptoir_{name}",] for name in ("camera_ok", "storage_ok", "tones")] == [0, 1, 7]


def test_what_the_eye_counts(watched: Bench) -> None:
    assert not any(name[0].startswith("comptoir_eye") for name in samples(watched))
    within = (2, 1, *[0] * (len(BUCKETS_S) - 2), 1)
    figures = EyeFigures(frames=900, looks=4, reads=3, look_s=1.25, within=within)
    file = Path(watched.settings.paths.runtime_directory) / FIGURES_NAME
    file.write_text(figures.model_dump_json())
    found = samples(watched)
    assert found["comptoir_eye_frames_total",] == 900
    assert found["comptoir_eye_reads_total",] == 3
    assert found["comptoir_eye_look_seconds_sum",] == 1.25
    assert found["comptoir_eye_look_seconds_count",] == 4
    assert found["comptoir_eye_look_seconds_bucket", "0.005"] == 2
    assert found["comptoir_eye_look_seconds_bucket", "1.0"] == 3
    assert found["comptoir_eye_look_seconds_bucket", "+Inf"] == 4
    file.write_text("[]")
    assert ("comptoir_eye_frames_total",) not in samples(watched)


def test_errors_of_readers_cards_and_base(watched: Bench) -> None:
    kinds = ("reader", "card", "base")
    assert [samples(watched)["comptoir_errors_total", kind] for kind in kinds] == [0, 0, 0]
    file = Path(watched.settings.paths.runtime_directory) / "counter.json"
    file.write_text(json.dumps({"errors": {"reader": 1, "base": 5, "ADRTROIS": 7}}))
    assert [samples(watched)["comptoir_errors_total", kind] for kind in kinds] == [1, 0, 5]
    assert "ADRTROIS" not in watched.client("tech").get("/metrics").text
    assert "errors" not in watched.client("good").get("/v1/status").json()["counter"]


@pytest.mark.parametrize(
    ("content", "degrees"), [("48312\n", 48.312), ("", None), ("hot", None), (None, None)]
)
def test_the_temperature(tmp_path: Path, content: str | None, degrees: float | None) -> None:
    file = tmp_path / "temp"
    if content is not None:
        file.write_text(content)
    assert _temperature(file) == degrees


def test_two_applications_count_apart() -> None:
    first, second = Metrics(ManualClock()), Metrics(ManualClock())
    first.requests.labels("/v1/ready", 200).inc()
    labels = {"route": "/v1/ready", "status": "200"}
    assert second.registry.get_sample_value("comptoir_requests_total", labels) is None
