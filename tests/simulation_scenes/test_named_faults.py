"""Each named fault: a scene of its own, worse with its severity, its symbol where it says."""

from __future__ import annotations

import numpy as np
import pytest

from appliance.simulation.distress import DIFFICULTIES
from appliance.simulation.named_faults import NAMED_FAULTS, faulty
from appliance.simulation.samples import draw_box_sample
from tests.simulation_scenes.reading import found

MILD = sorted(set(NAMED_FAULTS) - {"inverted"})


@pytest.mark.parametrize("name", MILD)
def test_a_clean_case_reads_where_it_says(name: str) -> None:
    scene = faulty(name, "clean", 3, px_per_module=5.0)
    ((box, corners),) = scene.symbols
    (seen,) = [one for one in found(scene.look()) if one[0] is box.symbology]
    assert seen[1] == box.content
    assert np.abs(seen[2] - np.array(corners)).max() < 9.0


@pytest.mark.parametrize("name", NAMED_FAULTS)
def test_a_seed_is_a_scene_and_a_severity_is_another(name: str) -> None:
    clean, again, hard = (faulty(name, severity, 3) for severity in ("clean", "clean", "hard"))
    assert np.array_equal(clean.look(), again.look())
    assert np.abs(clean.look().astype(int) - hard.look()).max() > 10


def test_bands_move_from_look_to_look_and_a_moire_stays() -> None:
    def rows_differ(name: str) -> float:
        scene = faulty(name, "hard", 1)
        return float(np.abs(scene.look(0).mean(axis=1) - scene.look(1).mean(axis=1)).max())

    assert rows_differ("screen, PWM bands") > 40
    assert rows_differ("screen, moire") < 4


def test_light_and_dark_are_what_they_say() -> None:
    means = [float(faulty("dark", severity, 2).look().mean()) for severity in DIFFICULTIES]
    assert means == sorted(means, reverse=True)
    burnt = [float((faulty("overexposed", s, 2).look() == 255).mean()) for s in DIFFICULTIES]
    assert burnt == sorted(burnt)
    assert burnt[-1] > 0.4


def test_a_box_code_is_five_millimetres_wide() -> None:
    sample = draw_box_sample(np.random.default_rng(1))
    assert sample.box.width == 5.0
    assert sample.module_mm < 0.28


def test_an_unknown_fault_has_no_scene() -> None:
    with pytest.raises(KeyError):
        faulty("gremlins", "hard", 0)
