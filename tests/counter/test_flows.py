"""Each flow comes by its screens, and they look as they were last looked at.

After a wanted change: `python -m tests.counter.flows docs/flows`, and look at the pictures.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from .flows import FLOWS, NamedFlow, strip

flows = pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.slug)


@flows
def test_a_flow_comes_by_its_screens(flow: NamedFlow, pytestconfig: pytest.Config, tmp_path: Path) -> None:
    screens = list(flow.play())
    assert tuple(type(shown).__name__ for shown in screens) == flow.expected
    drawn = strip(screens)
    golden = pytestconfig.rootpath / "docs" / "flows" / f"{flow.slug}.png"
    with Image.open(golden) as picture:
        if picture.convert("L").tobytes() != drawn.tobytes():
            drawn.save(tmp_path / f"{flow.slug}-drawn.png")
            pytest.fail(f"the flow {flow.slug} changed; compare\n{golden}\n{tmp_path}", pytrace=False)
    assert f"flows/{flow.slug}.png" in (pytestconfig.rootpath / "docs" / "flows.md").read_text()


def test_no_picture_is_left_over(pytestconfig: pytest.Config) -> None:
    pictures = {path.stem for path in (pytestconfig.rootpath / "docs" / "flows").glob("*.png")}
    assert pictures == {flow.slug for flow in FLOWS}
