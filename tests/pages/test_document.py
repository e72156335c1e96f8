"""The pages of a visit as one PDF."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image

from appliance.pages.document import MAX_PAGES, pages_pdf


def _jpeg(width: int, height: int, dpi: int, level: int = 200) -> bytes:
    file = io.BytesIO()
    Image.new("L", (width, height), level).save(file, "JPEG", dpi=(dpi, dpi))
    return file.getvalue()


def test_pages_keep_their_size_their_order_and_their_bytes() -> None:
    pages = [_jpeg(248, 351, 30), _jpeg(175, 248, 30, 100)]
    pdf = pages_pdf(pages)
    document = pypdfium2.PdfDocument(pdf)
    assert [tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document] == [
        (210, 297),
        (148, 210),
    ]
    assert all(page in pdf for page in pages), "recompressed"
    assert pages_pdf(pages) == pdf
    assert b"CreationDate" not in pdf


def test_a_document_has_a_bound_of_pages() -> None:
    page = _jpeg(8, 8, 100)
    assert len(pypdfium2.PdfDocument(pages_pdf([page] * MAX_PAGES))) == MAX_PAGES
    for count in (0, MAX_PAGES + 1):
        with pytest.raises(ValueError, match="pages"):
            pages_pdf([page] * count)
