"""The first pictures of `make fuzz-reading`: a wrong text would show within minutes of the long run."""

from __future__ import annotations

import numpy as np
import pytest

from appliance.decode.symbol import Symbology
from tests.decode.fuzz_reading import PICTURES, wrong_texts


@pytest.mark.parametrize("make", PICTURES)
def test_nothing_wrong_is_read(make):
    for number in range(2):
        picture, content = make(np.random.default_rng([2, number]))
        assert wrong_texts(picture, content) == []


def test_a_wrong_text_would_be_told(draw):
    picture = draw(Symbology.QR_CODE, b"not this")
    assert wrong_texts(picture, b"not this") == []
    assert wrong_texts(picture, b"another")
    assert wrong_texts(picture, None)
