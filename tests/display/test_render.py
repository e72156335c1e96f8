"""Every text stays in its box, is tall enough, and is seen whole, whatever a code holds."""

from __future__ import annotations

import itertools
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.cards.inputs import PinRefusal
from appliance.display import large_drawings
from appliance.display.canvas import HEIGHT, WIDTH, Box
from appliance.display.card_screens import (
    CardMessage,
    CardNotice,
    CardTitle,
    CardWorking,
    CpsRead,
    PinEntry,
    PinRefused,
    VitaleChoice,
    VitaleRead,
)
from appliance.display.gallery import GALLERY, Exhibit
from appliance.display.menu_screens import (
    About,
    Adjust,
    Check,
    CheckList,
    ClientList,
    Confirm,
    ExposureMeter,
    FocusMeter,
    MenuList,
    PairingEnd,
    PairingEnded,
    PairingShown,
    Pattern,
    PatternShown,
    Resting,
    Seen,
    Updating,
    Veiled,
)
from appliance.display.motion import TURN_TICKS, scroll_ticks
from appliance.display.printable import THIN_SPACE
from appliance.display.render import Composed, compose, next_change, render
from appliance.display.screens import (
    CameraLost,
    DamagedOrdonnance,
    Discordance,
    Fault,
    InsRead,
    LgoLink,
    LinkRead,
    MedicineRead,
    OpaqueForwarded,
    OrdonnanceRead,
    Page,
    PageRead,
    PrescriberRead,
    Ready,
    Screen,
    Starting,
    TwoDocRead,
    UnknownCode,
)
from appliance.display.typeface import FRENCH, digits, large, medium
from appliance.texts.counter import BOTH_NAMES, DISK_FULL, FROM_INS, FROM_ORDONNANCE
from appliance.texts.kinds import TRAIT_TEXTS
from appliance.texts.screens import CARD_TEST, CARD_WARNINGS_SHORT
from appliance.texts.warnings import WARNING_SHORT_TEXTS

SMALLEST_CAPITAL_PX = 7
TITLE_BOTTOM_PX = 11
SMALLEST_CAPITAL_THAT_MATTERS_PX = 9
DATA_FIELDS = {
    "number", "patient", "given_name", "birth_date", "rpps", "am", "birth_name", "given_names",
    "family_name", "end", "left", "right", "label", "lot", "expiry", "host",
}  # fmt: skip
LONG_SCROLL = {"ins-long", "ins-long-scrolling", "large-long", "status-line-elsewhere", "status-line-here"}

exhibits = pytest.mark.parametrize("exhibit", GALLERY, ids=lambda exhibit: exhibit.slug)

anything = st.text(max_size=120) | st.text(alphabet=FRENCH + " ", min_size=1, max_size=100)
french_names = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZÀÂÇÉÈÊËÎÏÔŒÙÛÜŸ '-", min_size=1, max_size=100)
our_words = st.sampled_from(
    sorted(
        {
            *WARNING_SHORT_TEXTS.values(),
            *CARD_WARNINGS_SHORT.values(),
            *TRAIT_TEXTS.values(),
            BOTH_NAMES,
            DISK_FULL,
        }
    )
)
our_sources = st.sampled_from([FROM_INS, FROM_ORDONNANCE])
numbers = st.text(alphabet="0123456789AB/", min_size=1, max_size=40)
certificate_titles = st.sampled_from(
    [
        "Pharmacien",
        "Médecin",
        "Infirmier",
        "Sage-Femme",
        "Chirurgien-Dentiste",
        "Masseur-Kinésithérapeute",
        "Carte de service santé ou social",
    ]
)
ticks = st.integers(0, 4000)


def screens(
    text: st.SearchStrategy[str],
    words: st.SearchStrategy[str],
    sources: st.SearchStrategy[str],
    numbers: st.SearchStrategy[str],
    titles: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[Screen]:
    """Every class of screen: data from `text` and `numbers`, messages from `words`, origins `sources`.

    The `titles` of certificates are drawn from `text` where none are given.
    """
    maybe, maybe_number = st.none() | text, st.none() | numbers
    notices = st.lists(words, max_size=9).map(tuple)
    count = st.integers(0, 12)
    ordonnance = st.builds(
        OrdonnanceRead, numbers, maybe, maybe_number, maybe_number, maybe_number, notices, st.booleans(),
        count, given_name=maybe, page=st.none() | st.sampled_from(Page),
    )  # fmt: skip
    return st.one_of(
        st.just(Starting()),
        st.builds(Ready, st.just("23:58"), st.booleans(), st.sampled_from(LgoLink)),
        ordonnance,
        st.builds(InsRead, text, text, numbers, st.sampled_from("FM"), st.booleans(), st.booleans(), notices),
        st.builds(Discordance, words, sources, text, sources, text),
        st.builds(PrescriberRead, maybe_number, maybe_number, count),
        st.builds(
            MedicineRead,
            text | numbers,
            maybe_number,
            maybe_number,
            st.booleans(),
            st.booleans(),
            st.none() | st.integers(0, 365),
            st.integers(0, 64),
        ),
        st.builds(PageRead, st.integers(1, 8), st.booleans()),
        st.builds(TwoDocRead, text),
        st.builds(LinkRead, text),
        st.builds(OpaqueForwarded, st.booleans()),
        st.builds(UnknownCode, text),
        st.builds(DamagedOrdonnance, maybe_number),
        st.just(CameraLost("00:00")),
        st.builds(Fault, st.integers(1, 999), text),
        st.builds(Ready, st.just("23:58"), st.booleans(), st.sampled_from(LgoLink), st.booleans()),
        st.builds(CardWorking, st.sampled_from(CardTitle), st.booleans()),
        st.builds(CardMessage, st.sampled_from(CardNotice)),
        st.builds(VitaleRead, text, text, maybe_number, count, st.booleans(), notices),
        st.builds(
            VitaleChoice, text, text, maybe_number, position=st.integers(1, 4), count=st.integers(4, 20)
        ),
        st.builds(
            CpsRead,
            text,
            text,
            text if titles is None else titles,
            maybe_number,
            maybe_number,
            st.booleans(),
            st.booleans(),
            st.booleans(),
            notices,
        ),
        st.builds(
            PinEntry,
            st.integers(0, 4),
            st.integers(5, 8),
            st.none() | st.integers(0, 9),
            count,
            st.booleans(),
        ),
        st.builds(PinRefused, st.sampled_from(PinRefusal), st.none() | count),
        device_screens(text, words),
    )


def device_screens(text: st.SearchStrategy[str], words: st.SearchStrategy[str]) -> st.SearchStrategy[Screen]:
    """Every class of screen that speaks of the device itself."""
    percent = st.none() | st.integers(0, 100)
    entries = st.lists(text, min_size=1, max_size=9).map(tuple)
    checks = st.lists(st.builds(Check, text, st.booleans(), words | text), min_size=1, max_size=9).map(tuple)
    return st.one_of(
        st.sampled_from([Veiled(), Seen(), CheckList(()), ClientList((), 0)]),
        entries.flatmap(lambda e: st.builds(MenuList, words, st.just(e), st.integers(0, len(e) - 1))),
        entries.flatmap(lambda e: st.builds(ClientList, st.just(e), st.integers(0, len(e) - 1))),
        checks.flatmap(lambda c: st.builds(CheckList, st.just(c), st.integers(0, len(c) - 1))),
        st.builds(Confirm, words, text, st.booleans()),
        st.builds(Adjust, words, st.integers(0, 5), st.integers(5, 10), words),
        st.builds(Updating, percent),
        st.builds(PatternShown, st.sampled_from(Pattern)),
        st.builds(FocusMeter, percent, st.integers(0, 100)),
        st.builds(
            ExposureMeter, st.none() | st.integers(0, 2_000_000), st.none() | st.floats(0, 99), percent
        ),
        st.builds(
            PairingShown,
            st.none() | st.integers(0, 999_999).map("{:06}".format),
            text,
            st.none() | st.integers(0, 90),
            st.booleans(),
        ),
        st.builds(PairingEnded, st.sampled_from(PairingEnd), text, st.integers(0, 3600)),
        st.builds(
            Resting,
            st.times().map("{:%H:%M}".format),
            st.sampled_from(["Prêt", "LGO absent", "Panne n° 999", "Caméra absente"]),
            st.booleans(),
        ),
        st.builds(About, st.just("12.10.3"), st.none() | st.ip_addresses(v=4).map(str), st.just("7F3A21")),
    )


def plain(text: str) -> str:
    return text.replace(THIN_SPACE, "")


def check_boxes(composed: Composed) -> None:
    assert composed.image.mode == "1"
    assert composed.image.size == (WIDTH, HEIGHT)
    for placement in composed.placements:
        assert placement.cap_height >= SMALLEST_CAPITAL_PX
        if placement.ink is not None:
            assert inside(placement.ink, placement.box), placement
    for one, other in itertools.combinations(composed.placements, 2):
        assert not one.box.touches(other.box), (one, other)


def inside(ink: Box, box: Box) -> bool:
    return box.left <= ink.left and ink.right <= box.right and box.top <= ink.top and ink.bottom <= box.bottom


@settings(deadline=None, max_examples=300)
@given(screens(anything, anything, anything, anything), ticks)
def test_no_text_of_any_code_leaves_its_box(screen: Screen, tick: int) -> None:
    check_boxes(compose(screen, tick))


@settings(deadline=None, max_examples=300)
@given(screens(french_names, our_words, our_sources, numbers, certificate_titles), ticks)
def test_large_texts_stay_in_their_boxes_and_are_large(screen: Screen, tick: int) -> None:
    composed = compose(screen, tick, large=True)
    check_boxes(composed)
    assert not any(placement.clipped_rows for placement in composed.placements)
    if large_drawings.pages(screen) is not None and not isinstance(screen, OrdonnanceRead):
        low = [p for p in composed.placements if p.cap_height < SMALLEST_CAPITAL_THAT_MATTERS_PX]
        assert all(placement.box.bottom <= TITLE_BOTTOM_PX for placement in low), "only the title is small"


@settings(deadline=None, max_examples=300)
@given(screens(french_names, our_words, our_sources, numbers, certificate_titles), ticks)
def test_no_french_name_is_clipped(screen: Screen, tick: int) -> None:
    composed = compose(screen, tick)
    check_boxes(composed)
    assert not any(placement.clipped_rows for placement in composed.placements)


@pytest.mark.parametrize(
    "exhibit", [e for e in GALLERY if e.slug not in LONG_SCROLL], ids=lambda exhibit: exhibit.slug
)
def test_a_screen_of_ordinary_length_needs_no_scrolling(exhibit: Exhibit) -> None:
    for tick in range(0, 6 * TURN_TICKS, TURN_TICKS):
        for placement in compose(exhibit.screen, tick, large=exhibit.large).placements:
            assert placement.width <= placement.box.width, placement.text


@pytest.mark.parametrize(
    "text", [*WARNING_SHORT_TEXTS.values(), *CARD_WARNINGS_SHORT.values(), CARD_TEST, DISK_FULL]
)
def test_every_warning_fits_beside_the_page_dots(text: str) -> None:
    ordonnance = next(e.screen for e in GALLERY if isinstance(e.screen, OrdonnanceRead))
    composed = compose(replace(ordonnance, warnings=(text,)), 0)
    footer = [placement for placement in composed.placements if placement.text == text]
    assert len(footer) == 1
    assert footer[0].width <= footer[0].box.width


@exhibits
def test_what_matters_is_large(exhibit: Exhibit) -> None:
    """Identities and numbers read from a code are never in the small size."""
    data = {
        value
        for field in fields(exhibit.screen)
        if field.name in DATA_FIELDS and isinstance(value := getattr(exhibit.screen, field.name), str)
    }
    for tick in (0, TURN_TICKS):
        for placement in compose(exhibit.screen, tick).placements:
            if plain(placement.text) in data:
                assert placement.cap_height >= SMALLEST_CAPITAL_THAT_MATTERS_PX


def test_numbers_of_the_sample_are_all_on_the_check_page() -> None:
    ordonnance = next(e.screen for e in GALLERY if isinstance(e.screen, OrdonnanceRead))
    for screen, tick in ((ordonnance, TURN_TICKS), (replace(ordonnance, page=Page.CHECK), 0)):
        shown = [plain(p.text) for p in compose(screen, tick).placements]
        assert ordonnance.rpps in shown
        assert ordonnance.am in shown
        assert ordonnance.number in "".join(shown)


@pytest.mark.parametrize("length", [1, 9, 10, 18])
def test_a_number_that_fits_is_whole_at_once(length: int) -> None:
    number = "2021061809211100AB"[:length]
    screen = OrdonnanceRead(number, None, None, None, None, (), True, 0, page=Page.CHECK)
    rows = [plain(p.text) for p in compose(screen, 0).placements if p.typeface == digits().name]
    assert "".join(rows) == number
    assert next_change(screen, 0) is None


def test_a_longer_number_scrolls() -> None:
    screen = OrdonnanceRead("202106180921110040X", None, None, None, None, (), True, 0, page=Page.CHECK)
    assert next_change(screen, 0) is not None


@settings(deadline=None, max_examples=40)
@given(st.text(alphabet="ABÇDÉIMŒW", min_size=40, max_size=100))
def test_a_long_name_is_seen_to_its_end(name: str) -> None:
    """Where the scroll rests at last, the row shows the end of the line, to the pixel."""
    screen = InsRead(name, "A", "01/01/1960", "F", False, True, ())
    overflow = medium().width(name) - WIDTH
    row = render(screen, tick=scroll_ticks(overflow) - 1).crop((0, 12, WIDTH, 27))
    line = medium().draw(name)
    assert row.tobytes() == line.crop((overflow, 0, line.width, line.height)).tobytes()


def test_a_name_is_as_large_as_it_fits() -> None:
    for name, face in (("GENE", large()), ("ADRTROIS-MARTINEZ", medium())):
        screen = InsRead(name, "A", "01/01/1960", "F", False, True, ())
        assert next(p for p in compose(screen, 0).placements if p.text == name).typeface == face.name


@exhibits
def test_rendering_is_pure(exhibit: Exhibit) -> None:
    first = render(exhibit.screen, tick=exhibit.tick)
    render(GALLERY[0].screen, tick=3)
    assert render(exhibit.screen, tick=exhibit.tick).tobytes() == first.tobytes()


@settings(deadline=None)
@given(screens(french_names, our_words, our_sources, numbers), ticks)
def test_nothing_moves_before_it_was_announced(screen: Screen, tick: int) -> None:
    wait = next_change(screen, tick)
    now = render(screen, tick=tick).tobytes()
    last = wait - 1 if wait is not None else 1000
    for later in {1, last // 2, last}:
        if 0 < later <= last:
            assert render(screen, tick=tick + later).tobytes() == now


def test_a_still_screen_never_changes() -> None:
    assert next_change(Ready("14:32", True, LgoLink.PRESENT), 0) is None
    assert next_change(CameraLost("14:32"), 777) is None


def test_pages_take_turns() -> None:
    ordonnance = next(e.screen for e in GALLERY if isinstance(e.screen, OrdonnanceRead))
    patient, check = (render(ordonnance, tick=tick).tobytes() for tick in (0, TURN_TICKS))
    assert patient != check
    assert next_change(ordonnance, 0) == TURN_TICKS
    assert render(ordonnance, tick=2 * TURN_TICKS).tobytes() == patient
    assert render(replace(ordonnance, page=Page.PATIENT), tick=TURN_TICKS).tobytes() == patient
    assert next_change(replace(ordonnance, page=Page.CHECK), 0) is None


def test_a_page_stays_until_its_messages_were_seen() -> None:
    ordonnance = next(e.screen for e in GALLERY if isinstance(e.screen, OrdonnanceRead))
    screen = replace(ordonnance, warnings=("Clé RPPS fausse", "Clé AM fausse"))
    messages = [
        {p.text for p in compose(screen, tick).placements} & set(screen.warnings)
        for tick in (0, TURN_TICKS, 2 * TURN_TICKS)
    ]
    assert messages == [{"Clé RPPS fausse"}, {"Clé AM fausse"}, set()]


def test_equal_screens_are_equal_values() -> None:
    for exhibit in GALLERY:
        assert replace(exhibit.screen) == exhibit.screen
        assert hash(replace(exhibit.screen)) == hash(exhibit.screen)
