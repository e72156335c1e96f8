"""The benchmark of the reader: its arithmetic, its fairness, its command."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

from appliance.capture.frame import GreyImage
from appliance.cli.bench import command
from appliance.decode.symbol import Symbology
from appliance.simulation.distress import crop
from benchmarks.decode.outcome import Outcome, tally, wilson
from benchmarks.decode.scenes import crop_tasks, field_width_of
from benchmarks.decode.watching import OURS, watch


def test_the_interval_is_wilsons() -> None:
    low, high = wilson(9, 10)
    assert (round(low, 4), round(high, 4)) == (0.5958, 0.9821)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == pytest.approx(1.0)
    with pytest.raises(ValueError, match="11 hits"):
        wilson(11, 10)


def test_outcomes_are_told_by_the_frames_they_took() -> None:
    cell = ("QR", "hard", "2")
    took = [1, 4, 5, 6, None]
    rates = tally(Outcome(cell, "r", at, misread=at is None, ms=1.0, longest_ms=2.0) for at in took)
    rate = rates[cell, "r"]
    assert [rate.read_within(looks) for looks in (1, 5, 15)] == [1, 3, 4]
    assert (rate.scenes, rate.misread, rate.longest_ms) == (5, 1, 2.0)


def test_all_readers_see_the_same_frames_until_they_read() -> None:
    scene = crop("qr", 4.0, "clean", 3)
    ((box, _),) = scene.symbols
    seen: list[int] = []

    def frames(number: int) -> GreyImage:
        seen.append(number)
        return scene.look(number)

    outcomes = watch(frames, 3, {("c",): (box.symbology, box.content)}, field_width_of(scene))
    assert seen == [0, 1, 2]
    assert {outcome.reader for outcome in outcomes} == {OURS, "zxing-cpp", "zbar", "WeChat"}
    assert all(outcome.read_at == 1 and not outcome.misread for outcome in outcomes)


def test_what_does_not_lie_there_is_a_misread() -> None:
    scene = crop("qr", 4.0, "clean", 3)
    truth = {("c",): (Symbology.QR_CODE, b"something else")}
    outcomes = watch(scene.look, 1, truth, field_width_of(scene), engines=("zxing-cpp",))
    assert all(outcome.misread and outcome.read_at is None for outcome in outcomes)


def test_a_calibrated_width_is_the_scenes() -> None:
    scene = crop("ins", 3.0, "clean", 1)
    width_mm = field_width_of(scene)
    assert np.isclose(scene.light.shape[1] / width_mm, 3.0 / (16.5 / 36), rtol=0.02)


def test_the_cells_are_done_seed_by_seed() -> None:
    tasks = list(crop_tasks(2, quick=True, first_seed=7))
    assert [task.seed for task in tasks] == sorted(task.seed for task in tasks)
    assert {task.seed for task in tasks} == {7, 8}


def test_the_command_names_its_tables_and_bounds() -> None:
    refused = CliRunner().invoke(command, ["decode", "--only", "nothing"])
    assert refused.exit_code == 2
    for scenes in ("0", "10001"):
        assert CliRunner().invoke(command, ["decode", "--scenes", scenes]).exit_code == 2


def test_the_values_are_json() -> None:
    done = CliRunner().invoke(command, ["decode", "--quick", "--json", "--only", "sheets", "--scenes", "1"])
    assert done.exit_code == 0, done.output
    values = json.loads(done.stdout)
    assert values["plan"]["seeds"] == [0, 0]
    assert {row["reader"] for row in values["sheets"]} >= {OURS, "zxing-cpp"}
