"""What capturing the paper gives and costs: corner error, resolution, orientation, CPU.

Run with `python -m benchmarks.pages`; each picture of 12 Mpx takes some seconds to make.
"""

from __future__ import annotations

import itertools
import time

from appliance.pages.outline import find_corners
from appliance.pages.page import NoPageError, Optics, make_page
from appliance.simulation.faults import Faults
from tests.pages.views import corner_error_mm, view_of

SHEETS = ("ordonnance", "courrier")
LEANS_DEG = (0.0, 4.0, 10.0)
TURNS_DEG = (92.0, -90.0)
SIZE = (4608, 2592)


def main() -> None:
    """Print a line a picture: what was found, by codes and by text alone, and the CPU that it took."""
    print("| sheet | lean | turned | corner error mm | dpi resolved | upright by codes, by text | CPU ms |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for slug, lean, turn in itertools.product(SHEETS, LEANS_DEG, TURNS_DEG):
        faults = Faults(lean_deg=lean, noise=3, shading=0.3)
        view = view_of(slug, size=SIZE, angle_deg=turn, faults=faults, dpi=400)
        corners = find_corners(view.picture)
        if corners is None:
            print(f"| {slug} | {lean:g} | {turn:g} | no sheet found | | | |")
            continue
        try:
            begun = time.process_time()
            page = make_page(view.picture, view.symbols, Optics(view.px_per_mm))
            cpu_ms = (time.process_time() - begun) * 1000
            by_text = make_page(view.picture, (), Optics(view.px_per_mm))
        except NoPageError as missed:
            print(f"| {slug} | {lean:g} | {turn:g} | {missed} | | | |")
            continue
        dpi = "-" if page.real_dpi is None else f"{page.real_dpi:.0f}"
        upright = f"{page.is_upright}, {by_text.is_upright}"
        error = corner_error_mm(corners, view)
        print(f"| {slug} | {lean:g} | {turn:g} | {error:.2f} | {dpi} | {upright} | {cpu_ms:.0f} |")


if __name__ == "__main__":
    main()
