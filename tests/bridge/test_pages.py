"""The captured pages of a visit over HTTPS: listed, fetched, erased, as the contract says."""

from __future__ import annotations

import io
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from PIL import Image

from appliance.base.clock import SystemClock
from appliance.bridge.pages import pages_blueprint
from appliance.journal.model import MAX_VISIT_CHARS
from appliance.pages.shelf import PageEntry, PageShelf
from appliance.settings import PageSettings, Settings
from tests.bridge.conftest import DEVICE_KEY, Bench, BenchMaker

VISIT = "v-0123456789abcdef"
PAGES = f"/v1/visits/{VISIT}/pages"


def entry(page: str, number: int) -> PageEntry:
    return PageEntry(page, number, 62, 88, 7, 210.0, 297.0, 215.5, is_sharp=True, is_upright=True)


def jpeg(level: int) -> bytes:
    file = io.BytesIO()
    Image.new("L", (62, 88), level).save(file, "JPEG", dpi=(7, 7))
    return file.getvalue()


@pytest.fixture
def shelf(settings: Settings) -> PageShelf:
    shelf = PageShelf(Path(settings.paths.runtime_directory) / "pages", DEVICE_KEY, SystemClock())
    shelf.put(VISIT, entry("p2", 2), jpeg(99))
    shelf.put(VISIT, entry("p1", 1), jpeg(200))
    return shelf


@pytest.fixture
def paged(make_bench: BenchMaker, shelf: PageShelf) -> Bench:
    bench = make_bench(pages=shelf)
    bench.pair("t")
    return bench


def test_pages_are_listed_in_their_order(paged: Bench) -> None:
    answer = paged.client("t").get(PAGES)
    assert answer.status_code == HTTPStatus.OK
    assert answer.json()["visit"] == VISIT
    assert [page["number"] for page in answer.json()["pages"]] == [1, 2]
    assert answer.json()["pages"][0] == {**asdict(entry("p1", 1)), "size": len(jpeg(200))}
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_page_is_a_jpeg_and_the_visit_a_pdf(paged: Bench) -> None:
    client = paged.client("t")
    one = client.get(f"{PAGES}/p2/jpeg")
    assert one.headers["Content-Type"] == "image/jpeg"
    assert one.content == jpeg(99)
    assert "no-store" in one.headers["Cache-Control"]
    pdf = client.get(f"{PAGES}/pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert len(pypdfium2.PdfDocument(pdf.content)) == 2
    assert pdf.content.index(jpeg(200)) < pdf.content.index(jpeg(99))


def test_a_client_that_has_them_erases_them(paged: Bench, shelf: PageShelf) -> None:
    client = paged.client("t")
    assert client.delete(PAGES).status_code == HTTPStatus.NO_CONTENT
    assert not shelf.pages(VISIT)
    assert client.get(PAGES).json()["code"] == "pages_none"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/visits/v-other/pages"),
        ("GET", f"{PAGES}/p9/jpeg"),
        ("GET", "/v1/visits/v-other/pages/pdf"),
        ("DELETE", "/v1/visits/v-other/pages"),
    ],
)
def test_what_is_not_there_is_said_in_french(paged: Bench, method: str, path: str) -> None:
    answer = paged.client("t").request(method, path)
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert answer.json()["code"] == "pages_none"
    assert answer.json()["title"] == "Aucune page"


def test_a_visit_s_name_has_a_bound(paged: Bench) -> None:
    client = paged.client("t")
    longest = client.get(f"/v1/visits/{'v' * MAX_VISIT_CHARS}/pages")
    assert longest.json()["code"] == "pages_none"
    longer = client.get(f"/v1/visits/{'v' * (MAX_VISIT_CHARS + 1)}/pages")
    assert longer.json()["code"] == "parameter_invalid"


@pytest.mark.parametrize("scope", ["status", "technician"])
def test_only_who_receives_events_may_see_pages(make_bench: BenchMaker, shelf: PageShelf, scope: str) -> None:
    bench = make_bench(pages=shelf)
    bench.pair("t", scope)
    client = bench.client("t")
    for path in (PAGES, f"{PAGES}/p1/jpeg", f"{PAGES}/pdf"):
        assert client.get(path).json()["code"] == "scope_missing"
    assert client.delete(PAGES).json()["code"] == "scope_missing"
    assert shelf.pages(VISIT)


def test_the_capability_is_said_where_a_purpose_is_switched_on(
    make_bench: BenchMaker, settings: Settings
) -> None:
    assert not PageSettings().purposes
    bench = make_bench()
    bench.pair("t")
    assert "pages" not in bench.client("t").get("/v1/status").json()["capabilities"]


def test_pages_name_the_purposes_that_they_were_made_for(settings: Settings, shelf: PageShelf) -> None:
    wanted = settings.model_copy(update={"pages": PageSettings(scor=True)})
    app = Flask(__name__)
    app.register_blueprint(pages_blueprint(shelf, wanted.pages.purposes))
    assert app.test_client().get(PAGES).get_json()["purposes"] == ["scor"]
    assert PageSettings(scor=True, dossier=True).purposes == ("scor", "dossier")
