"""When a page is taken, and how it is said."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence

import numpy as np
import pytest

from appliance.base.clock import NS_PER_S
from appliance.capture.frame import ExposureTarget, Frame, GreyImage
from appliance.decode.presence import Presentation
from appliance.decode.sightings import EyeMessage, PageBegun, PageLeft, PagePiece
from appliance.decode.symbol import Symbol, Symbology
from appliance.pages import taking
from appliance.pages.gathering import PageGathering
from appliance.pages.page import Miss, NoPageError, Optics, Page
from appliance.pages.taking import PIECES_A_FRAME, READING_NS, STILL_NS, BackgroundMaker, PageTaker

FRAME_NS = NS_PER_S // 15
GREY = np.zeros((90, 160), np.uint8)
ON = ((10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0))
OFF = ((130.0, 10.0), (140.0, 10.0), (140.0, 20.0), (130.0, 20.0))


def page_of(seed: int, size: int = 20_000, real_dpi: float | None = 215.0) -> Page:
    thumb = np.random.default_rng(seed).standard_normal((8, 8)).astype(np.float32)
    corners = np.array([[0, 0], [100, 0], [100, 80], [0, 80]], float)
    jpeg = b"\xff\xd8" + bytes(size - 4) + b"\xff\xd9"
    sides = (210.0, 297.0)
    return Page(jpeg, 8, 8, 300, sides, real_dpi, True, thumb / np.linalg.norm(thumb), corners)


class ScriptedMaker:
    """Gives what the test wants, when the test wants it."""

    def __init__(self) -> None:
        self.is_busy = False
        self.begun: list[Sequence[Symbol]] = []
        self.pictures: list[GreyImage] = []
        self.made: Page | Miss | None = None

    def begin(self, picture: GreyImage, symbols: Sequence[Symbol]) -> None:
        self.begun.append(symbols)
        self.pictures.append(picture)

    def result(self) -> Page | Miss | None:
        made, self.made = self.made, None
        return made


class Counter:
    """A taker, frame after frame."""

    def __init__(self) -> None:
        self.maker = ScriptedMaker()
        self.moving = self.reading = False
        ids = (f"p{number}" for number in itertools.count(1))
        self.taker = PageTaker(self.maker, lambda: self.moving, lambda: self.reading, lambda: next(ids))
        self.at_ns = 0
        self.in_view: list[Presentation] = []

    def frames(
        self, count: int = 1, *, is_heard: bool = True, exposure: ExposureTarget = ExposureTarget.PAPER
    ) -> list[EyeMessage]:
        messages: list[EyeMessage] = []
        for _ in range(count):
            self.at_ns += FRAME_NS
            frame = Frame(GREY, self.at_ns // FRAME_NS, self.at_ns, exposure=exposure)
            messages += self.taker(frame, self.in_view, is_heard)
        return messages

    def still(self, ns: int = STILL_NS) -> list[EyeMessage]:
        return self.frames(ns // FRAME_NS + 2)

    def move(self) -> None:
        self.moving = True
        self.frames()
        self.moving = False


@pytest.fixture
def counter() -> Counter:
    return Counter()


def test_a_page_is_made_once_of_what_lies_still(counter: Counter) -> None:
    counter.frames(STILL_NS // FRAME_NS)
    assert not counter.maker.begun
    counter.still()
    counter.still()
    assert len(counter.maker.begun) == 1
    assert counter.maker.pictures[0] is not GREY, "the camera writes to its own buffer"


def test_what_moves_is_not_taken(counter: Counter) -> None:
    counter.moving = True
    counter.frames(60)
    assert not counter.maker.begun


def test_codes_come_first_but_one_that_is_never_read_does_not_keep_the_page(counter: Counter) -> None:
    counter.reading = True
    counter.frames((READING_NS - FRAME_NS) // FRAME_NS)
    assert not counter.maker.begun
    counter.still()
    assert len(counter.maker.begun) == 1


def test_a_frame_exposed_for_a_screen_is_not_taken(counter: Counter) -> None:
    counter.frames(30, exposure=ExposureTarget.DARK_SCREEN)
    assert not counter.maker.begun
    counter.frames()
    assert len(counter.maker.begun) == 1


def test_a_page_comes_in_pieces_a_few_a_frame_with_the_codes_on_it(counter: Counter) -> None:
    counter.in_view = [
        Presentation("on", Symbol(Symbology.QR_CODE, b"a", ON), 0),
        Presentation("off", Symbol(Symbology.QR_CODE, b"b", OFF), 0),
        Presentation("unseen", Symbol(Symbology.QR_CODE, b"c", ON), 0, unseen_since_ns=1),
    ]
    counter.still()
    page = counter.maker.made = page_of(1, size=50_000)
    messages = counter.frames()
    assert len(messages) == PIECES_A_FRAME
    messages += counter.frames(3)
    begun = messages[0]
    assert isinstance(begun, PageBegun)
    assert begun.sightings == ("on",)
    gathering = PageGathering()
    gathering.begin(begun)
    pieces = [message for message in messages if isinstance(message, PagePiece)]
    whole = [done for piece in pieces if (done := gathering.add(piece)) is not None]
    assert whole == [(begun, page.jpeg)]


def test_the_same_side_has_the_same_id_and_another_one_another(counter: Counter) -> None:
    said = []
    for seed in (1, 2, 1):
        counter.move()
        counter.still()
        counter.maker.made = page_of(seed)
        said += [m for m in counter.frames(5) if isinstance(m, PageBegun | PageLeft)]
    assert [(type(m), m.page) for m in said] == [
        (PageBegun, "p1"),
        (PageLeft, "p1"),
        (PageBegun, "p2"),
        (PageLeft, "p2"),
        (PageBegun, "p1"),
    ]


def test_a_bare_counter_says_that_the_page_left(counter: Counter) -> None:
    counter.still()
    counter.maker.made = page_of(1)
    counter.frames(5)
    counter.move()
    counter.still()
    counter.maker.made = Miss.NO_SHEET
    assert counter.frames(3) == [PageLeft(page="p1")]
    counter.maker.made = Miss.NO_SHEET
    assert counter.frames(3) == []


def test_a_counter_that_comes_back_is_given_the_page_anew(counter: Counter) -> None:
    counter.still()
    counter.maker.made = page_of(1)
    counter.frames()
    assert counter.frames(3, is_heard=False) == []
    assert counter.still() == []
    assert len(counter.maker.begun) == 2


def wait_for(maker: BackgroundMaker) -> Page | Miss:
    pause = threading.Event()
    for _ in range(3000):
        made = maker.result()
        if made is not None:
            return made
        pause.wait(0.01)
    raise AssertionError("nothing was made")


def test_the_thread_gives_the_page_the_miss_and_survives_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    maker = BackgroundMaker(lambda _: Optics(5.0))
    for outcome in (page_of(1), NoPageError(Miss.ODD_SIZE), RuntimeError("anything")):

        def make(*_: object, outcome: object = outcome) -> object:
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        monkeypatch.setattr(taking, "make_page", make)
        maker.begin(GREY, ())
        made = wait_for(maker)
        expected = outcome if isinstance(outcome, Page) else None
        assert made is expected or made in (Miss.ODD_SIZE, Miss.NO_SHEET)
