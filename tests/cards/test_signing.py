"""Signatures for whoever needs one, on the simulated service and on a real daemon alike."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from appliance.cards.apdu import TransmissionProtocol
from appliance.cards.errors import (
    CodeWantedError,
    CpsAbsentError,
    CpsWithdrawnError,
    SignatureRefusedError,
)
from appliance.cards.identities import CpsHolder, VitaleIdentity
from appliance.cards.inputs import (
    CardFault,
    CardFaultKind,
    CardOut,
    CardRead,
    CardSession,
    PinDone,
    PinEnded,
    PinNeeded,
    Signed,
    SignRefused,
)
from appliance.cards.recognise import read_card
from appliance.cards.signing import MAX_WAITING, SignatureDesk
from appliance.cards.trust import TrustStore
from appliance.simulation.cards.catalogue import FAMILY, CardBox
from appliance.simulation.cards.cps import DEMO_PIN
from appliance.simulation.cards.vitale import VirtualVitale2

from .conftest import NOW

if TYPE_CHECKING:
    from .conftest import Bench

ASSERTION = b"<Assertion/>" * 100


class TestOnCards:
    @pytest.fixture(params=["cps3", "cps4"])
    def card(self, request: pytest.FixtureRequest, box: CardBox):
        card = box.take(request.param)
        card.tries_left = 3
        yield card
        card.tries_left = 3

    def _give_code(self, bench: Bench, card) -> CardSession:
        bench.insert(0, card)
        session = bench.heard.wait(CardRead).session
        bench.desk.present_pin(session, bytearray(DEMO_PIN))
        bench.heard.wait(PinDone)
        return session

    def test_it_signs_what_its_certificate_verifies(self, bench: Bench, card) -> None:
        self._give_code(bench, card)
        signer = bench.signatures.signer()
        for data in (ASSERTION, b""):
            key = x509.load_der_x509_certificate(signer.certificate_der).public_key()
            key.verify(signer.sign(data), data, PKCS1v15(), SHA256())

    def test_without_its_code_it_is_asked_for_once(self, bench: Bench, card) -> None:
        before = card.verify_count
        bench.insert(0, card)
        bench.heard.wait(CardRead)
        for _ in range(2):
            with pytest.raises(CodeWantedError):
                bench.signatures.signer()
        bench.heard.wait(PinNeeded)
        assert len(bench.heard.of(PinNeeded)) == 1
        assert card.verify_count == before

    def test_a_card_that_is_out_signs_no_more(self, bench: Bench, card) -> None:
        self._give_code(bench, card)
        signer = bench.signatures.signer()
        bench.remove(0)
        bench.heard.wait(CardOut)
        with pytest.raises(CpsWithdrawnError):
            signer.sign(ASSERTION)
        with pytest.raises(CpsAbsentError):
            bench.signatures.signer()

    def test_the_next_insertion_needs_its_own_code(self, bench: Bench, card) -> None:
        self._give_code(bench, card)
        signer = bench.signatures.signer()
        bench.remove(0)
        bench.heard.wait(CardOut)
        bench.insert(0, card)
        bench.heard.wait(CardRead, 2)
        with pytest.raises(CodeWantedError):
            bench.signatures.signer(ask=False)
        with pytest.raises(CpsWithdrawnError):
            signer.sign(ASSERTION)

    def test_taken_out_while_it_signs(self, bench: Bench, card) -> None:
        hand = _Held(card)
        self._give_code(bench, hand)
        signer = bench.signatures.signer()
        hand.holds_from_now = True
        with ThreadPoolExecutor(1) as pool:
            signing: Future[bytes] = pool.submit(signer.sign, ASSERTION)
            assert hand.reached.wait(10)
            bench.remove(0)
            # A daemon notices a card that went when its driver's line closes, not when it is asked.
            hand.release.set()
            with pytest.raises((CpsWithdrawnError, CodeWantedError)):
                signing.result(15)

    def test_the_daemon_ends_the_code(self, bench: Bench, card) -> None:
        self._give_code(bench, card)
        signer = bench.signatures.signer()
        bench.kill_daemon()
        bench.heard.wait(PinEnded)
        with pytest.raises(CodeWantedError):
            signer.sign(ASSERTION)
        bench.start_daemon()


class _Held:
    """A CPS whose signature a hand holds up."""

    def __init__(self, card) -> None:
        self._card = card
        self.holds_from_now = False
        self.reached = threading.Event()
        self.release = threading.Event()

    @property
    def atr(self) -> bytes:
        return self._card.atr

    def reset(self) -> None:
        self._card.reset()

    def transmit(self, raw: bytes) -> bytes:
        if self.holds_from_now:
            self.reached.set()
            self.release.wait(20)
        return self._card.transmit(raw)


class _Readers:
    """Notes what is asked and leaves the answers to the test."""

    def __init__(self) -> None:
        self.prepared: list[CardSession] = []
        self.requests: list[tuple[CardSession, str, bytes]] = []
        self.asked = threading.Event()

    def prepare_pin(self, session: CardSession) -> None:
        self.prepared.append(session)

    def sign(self, session: CardSession, request: str, digest: bytes) -> None:
        self.requests.append((session, request, digest))
        self.asked.set()


@pytest.fixture(scope="module")
def holder(box: CardBox) -> CpsHolder | VitaleIdentity:
    card = box.take("cps4")
    card.reset()

    def transmit(command: bytes | bytearray) -> tuple[bytes, int]:
        answer = card.transmit(bytes(command))
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    return read_card(transmit, TransmissionProtocol.T0, card.atr, TrustStore(), NOW)[0]


class TestDesk:
    """The waiting itself, on readers that do nothing by themselves."""

    SESSION = CardSession(1, "Lecteur A", 1)
    OTHER = CardSession(1, "Lecteur B", 5)

    @pytest.fixture
    def readers(self) -> _Readers:
        return _Readers()

    @pytest.fixture
    def desk(self, readers: _Readers, holder) -> SignatureDesk:
        desk = SignatureDesk(readers, limit_s=10)
        desk.hear(CardRead(self.SESSION, holder, 0))
        desk.hear(PinDone(self.SESSION, 0))
        return desk

    def _while_signing(self, desk: SignatureDesk, readers: _Readers, *heard) -> bytes:
        with ThreadPoolExecutor(1) as pool:
            signing = pool.submit(desk.signer().sign, ASSERTION)
            assert readers.asked.wait(10)
            for what in heard:
                desk.hear(what)
            return signing.result(15)

    def test_the_digest_goes_to_the_card_and_the_signature_comes_back(self, desk, readers) -> None:
        signed = Signed(self.SESSION, "signature-1", b"signature", b"", 0)
        assert self._while_signing(desk, readers, signed) == b"signature"
        assert readers.requests == [(self.SESSION, "signature-1", hashlib.sha256(ASSERTION).digest())]

    @pytest.mark.parametrize(
        ("heard", "error"),
        [
            (CardOut(SESSION, 0), CpsWithdrawnError),
            (PinEnded(SESSION, 0), CodeWantedError),
            (CardFault(SESSION, CardFaultKind.MUTE, 0), SignatureRefusedError),
            (SignRefused(SESSION, "signature-1", True, 0), CodeWantedError),
            (SignRefused(SESSION, "signature-1", False, 0), SignatureRefusedError),
        ],
        ids=["out", "code ended", "mute", "code wanted", "refused"],
    )
    def test_what_ends_a_signature(self, desk, readers, heard, error) -> None:
        late = Signed(self.SESSION, "signature-1", b"too late", b"", 0)
        with pytest.raises(error):
            self._while_signing(desk, readers, heard, late)

    def test_what_does_not_end_it(self, desk, readers) -> None:
        others = (
            CardOut(self.OTHER, 0),
            PinEnded(self.OTHER, 0),
            CardFault(self.SESSION, CardFaultKind.BUSY, 0),
            Signed(self.SESSION, "signature-99", b"another's", b"", 0),
        )
        signed = Signed(self.SESSION, "signature-1", b"signature", b"", 0)
        assert self._while_signing(desk, readers, *others, signed) == b"signature"

    def test_a_card_that_never_signs_is_not_waited_for(self, readers, holder) -> None:
        desk = SignatureDesk(readers, limit_s=0.05)
        desk.hear(CardRead(self.SESSION, holder, 0))
        desk.hear(PinDone(self.SESSION, 0))
        with pytest.raises(SignatureRefusedError):
            desk.signer().sign(ASSERTION)

    def test_as_many_as_there_may_be_and_one_more(self, desk, readers) -> None:
        signer = desk.signer()
        with ThreadPoolExecutor(MAX_WAITING) as pool:
            waiting = [pool.submit(signer.sign, b"%d" % number) for number in range(MAX_WAITING)]
            while len(readers.requests) < MAX_WAITING:
                assert readers.asked.wait(10)
                readers.asked.clear()
            with pytest.raises(SignatureRefusedError):
                signer.sign(ASSERTION)
            for session, request, digest in readers.requests:
                desk.hear(Signed(session, request, digest, b"", 0))
            assert [done.result(10) for done in waiting] == [
                hashlib.sha256(b"%d" % number).digest() for number in range(MAX_WAITING)
            ]

    def test_a_vitale_never_signs(self, readers) -> None:
        desk = SignatureDesk(readers)
        desk.hear(PinDone(self.SESSION, 0))
        with pytest.raises(CpsAbsentError):
            desk.signer()
        assert not readers.prepared

    def test_the_code_that_ended_is_asked_for_again(self, desk, readers) -> None:
        desk.hear(PinEnded(self.SESSION, 0))
        with pytest.raises(CodeWantedError):
            desk.signer()
        assert readers.prepared == [self.SESSION]


def test_the_family_card_is_not_taken_for_a_signer(bench: Bench) -> None:
    bench.insert(0, VirtualVitale2(FAMILY))
    bench.heard.wait(CardRead)
    with pytest.raises(CpsAbsentError):
        bench.signatures.signer()
