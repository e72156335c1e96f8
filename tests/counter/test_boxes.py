"""Medicine boxes at the counter: how many of each, and what expires."""

from __future__ import annotations

from dataclasses import replace

from appliance.counter.visit_mirror import visit_json
from appliance.decode.symbol import Symbology
from appliance.display.screens import MedicineRead

from .scenes import Scene

CIP = "3400935955838"


def box(expiry: str = "271130", serial: str = "SN1", cip: str = CIP) -> tuple[Symbology, bytes]:
    return Symbology.DATA_MATRIX, f"010{cip}17{expiry}10LOT42A\x1d21{serial}".encode()


def scene_of(days: int = 30) -> Scene:
    scene = Scene()
    scene.state = replace(scene.state, expiry_days=days)
    return scene


def lay(scene: Scene, sighting: str, code: tuple[Symbology, bytes]) -> MedicineRead:
    scene.lay(sighting, code, "]d2")
    assert isinstance(scene.screen, MedicineRead)
    return scene.screen


def test_a_box_says_all_that_its_code_says() -> None:
    scene = scene_of()
    lay(scene, "s1", box())
    payload = scene.told("code.read")[0].payload
    assert payload["payload"] == {
        "gtin": f"0{CIP}",
        "cip13": CIP,
        "lot": "LOT42A",
        "expiry": "2027-11-30",
        "serial": "SN1",
    }
    assert payload["box"] == {"count": 1, "days_left": 694, "is_expired": False, "is_soon": False}
    assert scene.tones[-1] == "seen"


def test_an_expired_box_is_loud() -> None:
    scene = scene_of()
    assert lay(scene, "s1", box("260104")).expired  # it is 5 January 2026
    assert scene.tones[-1] == "refused"


def test_the_day_of_the_expiry_is_not_after_it() -> None:
    shown = lay(scene_of(), "s1", box("260105"))
    assert (shown.expired, shown.days_left) == (False, 0)


def test_a_box_that_expires_within_the_days_of_the_settings_is_loud() -> None:
    scene = scene_of(days=30)
    assert lay(scene, "s1", box("260204")).days_left == 30
    assert scene.tones[-1] == "check"
    scene = scene_of(days=30)
    assert lay(scene, "s1", box("260205")).days_left is None
    assert scene.tones[-1] == "seen"


def test_no_days_warn_of_nothing_but_what_is_expired() -> None:
    assert lay(scene_of(days=0), "s1", box("260105")).days_left is None
    assert lay(scene_of(days=0), "s1", box("260104")).expired


def test_boxes_of_a_visit_are_counted_by_product_and_told_apart_by_serials() -> None:
    scene = scene_of()
    assert lay(scene, "s1", box(serial="A")).count == 1
    assert lay(scene, "s2", box(serial="B")).count == 2
    assert lay(scene, "s3", box(serial="A")).count == 2, "the first one again"
    assert lay(scene, "s4", box(cip="3400900001232")).count == 1
    document = visit_json(scene.state)
    assert document is not None
    assert document["boxes"] == [
        {"gtin": f"0{CIP}", "cip13": CIP, "count": 2, "is_expired": False, "is_soon": False},
        {
            "gtin": "03400900001232",
            "cip13": "3400900001232",
            "count": 1,
            "is_expired": False,
            "is_soon": False,
        },
    ]


def test_the_linear_code_of_a_box_does_not_count_it_twice() -> None:
    scene = scene_of()
    lay(scene, "s1", box())
    scene.lay("s2", (Symbology.EAN_13, CIP.encode()))
    document = visit_json(scene.state)
    assert document is not None
    assert [one["count"] for one in document["boxes"]] == [1]  # type: ignore[attr-defined]


def test_boxes_without_serials_are_counted_by_their_layings() -> None:
    scene = scene_of()
    for sighting in ("s1", "s2"):
        scene.lay(sighting, (Symbology.EAN_13, CIP.encode()))
    assert isinstance(scene.screen, MedicineRead)
    assert scene.screen.count == 2
