"""The protocol layer alone: APDUs, processors, TLV, ATRs, Vitale, certificates, chains, pinpad."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from smartcard import scard

from appliance.cards.apdu import CommandApdu, ResponseApdu, TransmissionProtocol, wipe
from appliance.cards.atr import CardFamily, family_of
from appliance.cards.certificate import facts_of, load_certificate
from appliance.cards.errors import (
    MalformedError,
    PcscError,
    PinBlockedError,
    PinRefusedError,
    StatusError,
    TransportError,
    UnknownCardError,
)
from appliance.cards.holder import read_card_number
from appliance.cards.identities import CardBirthDate, CardKind, CardWarning, CertificatePurpose, ChainVerdict
from appliance.cards.nir import nir_key_is_right
from appliance.cards.pcsc import error_of
from appliance.cards.pinpad import PinPad, PinPadCancelledError, check_pinpad_answer, find_pinpad
from appliance.cards.pkcs15 import PinEntry
from appliance.cards.processors import (
    MAX_RESPONSE_BYTES,
    CorrectLength,
    FetchResponse,
    LogicalChannel,
    standard_chain,
)
from appliance.cards.tlv import MAX_OBJECTS, Tlv, find, parse, walk
from appliance.cards.trust import TrustFolderError, TrustStore
from appliance.cards.vitale import MAX_BENEFICIARIES, MAX_FILE_BYTES, read_vitale
from appliance.simulation.cards.catalogue import CAROLE, DOMINIQUE, FAMILY
from appliance.simulation.cards.der import tlv
from appliance.simulation.cards.igc import TestIgc
from appliance.simulation.cards.vitale import Insured, VirtualVitale2

T0, T1 = TransmissionProtocol.T0, TransmissionProtocol.T1


class Script:
    """Answers one after the other, and what was asked."""

    def __init__(self, *answers: tuple[str, int]) -> None:
        self.answers = list(answers)
        self.asked: list[CommandApdu] = []

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        self.asked.append(command)
        data, sw = self.answers.pop(0)
        return ResponseApdu(bytes.fromhex(data), sw)


class TestApdu:
    @pytest.mark.parametrize(
        ("command", "t0", "t1"),
        [
            (CommandApdu(1, 0x20, 0, 1), "01200001", "01200001"),
            (CommandApdu(0, 0xB0, 0, 0, le=256), "00B0000000", "00B0000000"),
            (CommandApdu(0, 0xA4, 4, 12, b"\xaa"), "00A4040C01AA", "00A4040C01AA"),
            (CommandApdu(0, 0xA4, 4, 4, b"\xaa", le=256), "00A4040401AA", "00A4040401AA00"),
        ],
    )
    def test_the_four_cases(self, command: CommandApdu, t0: str, t1: str) -> None:
        assert command.encode(T0).hex().upper() == t0
        assert command.encode(T1).hex().upper() == t1

    def test_bounds(self) -> None:
        CommandApdu(0, 0, 0, 0, bytes(255), le=256)
        for wrong in ({"data": bytes(256)}, {"le": 0}, {"le": 257}):
            with pytest.raises(ValueError, match="APDU"):
                CommandApdu(0, 0, 0, 0, **wrong)
        with pytest.raises(ValueError, match="header"):
            CommandApdu(256, 0, 0, 0)

    def test_nothing_shows_data(self) -> None:
        assert "41" not in repr(CommandApdu(0, 0xA4, 0, 0, b"AAA")) + repr(ResponseApdu(b"AAA", 0x9000))

    def test_wipe(self) -> None:
        secret = bytearray(b"1234")
        wipe(secret)
        assert secret == bytes(4)


class TestProcessors:
    def test_6c_is_asked_again_once_with_the_right_length(self) -> None:
        script = Script(("", 0x6C0A), ("00" * 10, 0x9000))
        assert CorrectLength(script).exchange(CommandApdu(0, 0xB0, 0, 0, le=256)).ok
        assert [command.le for command in script.asked] == [256, 10]

    def test_6c_for_ever_is_not_followed(self) -> None:
        script = Script(("", 0x6C0A), ("", 0x6C0A))
        assert CorrectLength(script).exchange(CommandApdu(0, 0xB0, 0, 0, le=256)).sw == 0x6C0A

    def test_61_is_fetched_on_the_same_channel(self) -> None:
        script = Script(("", 0x6104), ("01020304", 0x6102), ("0506", 0x9000))
        response = FetchResponse(script).exchange(CommandApdu(1, 0xA4, 0, 0, b"\x3f\x00"))
        assert response.data == bytes.fromhex("010203040506")
        assert [(command.cla, command.ins, command.le) for command in script.asked[1:]] == [
            (1, 0xC0, 4),
            (1, 0xC0, 2),
        ]

    def test_data_announced_and_not_given(self) -> None:
        with pytest.raises(MalformedError):
            FetchResponse(Script(("", 0x6104), ("", 0x6104))).exchange(CommandApdu(0, 0xA4, 0, 0))

    def test_a_response_is_bounded(self) -> None:
        pieces = MAX_RESPONSE_BYTES // 256
        full = [("00" * 256, 0x6100)] * (pieces - 1)
        assert FetchResponse(Script(*full, ("00" * 256, 0x9000))).exchange(CommandApdu(0, 0, 0, 0)).ok
        with pytest.raises(MalformedError):
            FetchResponse(Script(*full, ("00" * 256, 0x6100), ("00", 0x9000))).exchange(
                CommandApdu(0, 0, 0, 0)
            )

    def test_a_channel_is_put_on_every_command(self) -> None:
        script = Script(("", 0x9000))
        LogicalChannel(script, 1).exchange(CommandApdu(0, 0xA4, 0, 0))
        assert script.asked[0].cla == 1

    def test_a_short_response_is_bounded(self) -> None:
        for size, fits in ((256, True), (257, False)):
            chain = standard_chain(lambda _, size=size: (bytes(size), 0x9000), T0)
            if fits:
                assert chain.exchange(CommandApdu(0, 0, 0, 0)).ok
            else:
                with pytest.raises(MalformedError):
                    chain.exchange(CommandApdu(0, 0, 0, 0))


class TestTlv:
    def test_padding_is_skipped(self) -> None:
        assert [item.tag for item in parse(bytes.fromhex("0000 8001AA FF 8100 0000"))] == [0x80, 0x81]

    def test_tags_of_several_bytes_and_long_lengths(self) -> None:
        objects = parse(tlv(0xBF8101, bytes(300)) + tlv(0x7F21, b"") + tlv(0x5F37, bytes(200)))
        assert [(item.tag, len(item.value)) for item in objects] == [
            (0xBF8101, 300),
            (0x7F21, 0),
            (0x5F37, 200),
        ]
        assert objects[0].is_constructed
        assert not objects[2].is_constructed

    @pytest.mark.parametrize("data", ["80", "8005AA", "8080", "80830000 01", "1F", "1F8180", "1F818181 00"])
    def test_what_does_not_parse(self, data: str) -> None:
        with pytest.raises(MalformedError):
            parse(bytes.fromhex(data))

    def test_bounds(self) -> None:
        assert len(parse(tlv(0x80) * MAX_OBJECTS)) == MAX_OBJECTS
        with pytest.raises(MalformedError):
            parse(tlv(0x80) * (MAX_OBJECTS + 1))
        nested = tlv(0x80)
        for _ in range(7):
            nested = tlv(0x30, nested)
        assert sum(1 for _ in walk(parse(nested))) == 8
        with pytest.raises(MalformedError):
            list(walk(parse(tlv(0x30, nested))))

    def test_repr_hides(self) -> None:
        assert repr(Tlv(0x80, b"SECRET")) == "<Tlv 80 6 bytes>"


class TestAtr:
    @pytest.mark.parametrize(
        ("atr", "family"),
        [
            ("3BAC00402A001225006480000310009000", CardFamily.CPS3),
            ("3BAC00402A001225006480820212009000", CardFamily.CPS3),
            ("3B8F80010031B86404B0ECC17394018082 90000E", CardFamily.CPS3),
            ("3B9B188001001225006480040100009044", CardFamily.CPS4),
            ("3B9B188001001225006480000401009044", CardFamily.CPS4),
            ("3BDC18FF00001225006480000401009000", CardFamily.CPS4),
            *((f"3B75130000{x:02X}09EA9000", CardFamily.VITALE_2) for x in (*range(0x43, 0x4A), 0x4B, 0x4C)),
            ("3B751300004509FA9000", CardFamily.VITALE_2),
            ("3F652500220969 9000", CardFamily.VITALE_1),
            ("3F6525002C09F99000", CardFamily.VITALE_1),
            ("3F65250052096A9000", CardFamily.VITALE_1),
            ("3F652500A4096A9000", CardFamily.VITALE_1),
            ("3B6500002063CB6800", None),
            ("", None),
        ],
    )
    def test_families(self, atr: str, family: CardFamily | None) -> None:
        assert family_of(bytes.fromhex(atr)) is family


def _exchange(card: VirtualVitale2):
    def transmit(command: bytes | bytearray) -> tuple[bytes, int]:
        answer = card.transmit(bytes(command))
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    return standard_chain(transmit, T0)


class TestVitale:
    @pytest.mark.parametrize("size", [128, 255, 256, 257, 384, 512, 513, MAX_FILE_BYTES - 1])
    def test_files_of_every_size(self, size: int) -> None:
        card = VirtualVitale2(FAMILY if size > 200 else (DOMINIQUE,), file_bytes=size)
        assert read_vitale(_exchange(card)).beneficiaries[0].birth_date is not None

    def test_a_file_is_bounded(self) -> None:
        read_vitale(_exchange(VirtualVitale2((DOMINIQUE,), file_bytes=MAX_FILE_BYTES)))
        with pytest.raises(MalformedError):
            read_vitale(_exchange(VirtualVitale2((DOMINIQUE,), file_bytes=MAX_FILE_BYTES + 1)))

    def test_beneficiaries_are_bounded(self) -> None:
        many = (DOMINIQUE,) * MAX_BENEFICIARIES
        assert len(read_vitale(_exchange(VirtualVitale2(many))).beneficiaries) == MAX_BENEFICIARIES
        with pytest.raises(MalformedError):
            read_vitale(_exchange(VirtualVitale2((*many, DOMINIQUE))))

    def test_accents_and_lunar_dates(self) -> None:
        people = read_vitale(_exchange(VirtualVitale2(FAMILY))).beneficiaries
        assert people[3].given_name == "INÈS-MAÏA"
        assert str(people[2].birth_date) == "00/00/2015"
        assert people[2].warnings == (CardWarning.BIRTH_DATE_LUNAR,)

    @pytest.mark.parametrize(
        ("nir", "birth_date", "warning"),
        [
            ("297022A02077879", "19970226", CardWarning.NIR_KEY),
            ("29702", "19970226", CardWarning.NIR_MISSING),
            ("297022A02077878", "1997", CardWarning.BIRTH_DATE_UNREADABLE),
        ],
    )
    def test_what_is_odd_warns_and_loses_nothing(
        self, nir: str, birth_date: str, warning: CardWarning
    ) -> None:
        person = read_vitale(
            _exchange(VirtualVitale2((Insured("ADRTROIS", "DOMINIQUE", birth_date, nir),)))
        ).beneficiaries[0]
        assert person.family_name == "ADRTROIS"
        assert person.warnings == (warning,)

    def test_lists_of_two_lengths_are_not_joined(self) -> None:
        card = VirtualVitale2(FAMILY)
        other = VirtualVitale2(FAMILY[:2])

        def transmit(command: bytes | bytearray) -> tuple[bytes, int]:
            answers = [each.transmit(bytes(command)) for each in (card, other)]
            identity = b"ANTHONY" in answers[0]
            answer = answers[0] if identity or len(answers[0]) == 2 else answers[1]
            return answer[:-2], int.from_bytes(answer[-2:], "big")

        read = read_vitale(standard_chain(transmit, T0))
        assert read.warnings == (CardWarning.NIRS_NOT_JOINED,)
        assert [person.nir for person in read.beneficiaries] == [None] * 4

    @pytest.mark.parametrize(
        ("nir", "right"),
        [
            ("297022A02077878", True),
            ("160012B02077713", True),
            ("189127512501282", True),
            ("189127512501283", False),
            ("555555555555555", False),
            ("29702", False),
        ],
    )
    def test_keys(self, nir: str, right: bool) -> None:
        assert nir_key_is_right(nir) is right

    @pytest.mark.parametrize("digits", ["1997022", "199702266", "1997022A", "１９９７０２２６"])
    def test_a_birth_date_is_eight_digits(self, digits: str) -> None:
        with pytest.raises(ValueError, match="eight digits"):
            CardBirthDate(digits)


@pytest.fixture(scope="module")
def igc() -> TestIgc:
    return TestIgc(datetime.now(UTC))


class TestCertificates:
    def test_names_share_one_rdn(self, igc: TestIgc) -> None:
        certificate = igc.issue(CAROLE, signature=True).certificate
        assert max(len(list(rdn)) for rdn in certificate.subject.rdns) == 3
        facts = facts_of(certificate)
        assert (facts.family_name, facts.given_name) == (CAROLE.family_name, CAROLE.given_name)
        assert (facts.kind, facts.profession_code, facts.card_number) == (
            CardKind.CPS,
            21,
            CAROLE.card_number,
        )
        assert facts.purpose is CertificatePurpose.SIGNATURE
        assert facts.rpps == CAROLE.national_id[1:]
        assert facts.is_test

    def test_verdicts(self, igc: TestIgc) -> None:
        now = datetime.now(UTC)
        certificate = igc.issue(CAROLE, signature=False).certificate
        trust = TrustStore(igc.authorities)
        assert trust.verdict(certificate, now) is ChainVerdict.TEST
        assert trust.verdict(certificate, now - timedelta(days=30)) is ChainVerdict.NOT_YET_VALID
        assert trust.verdict(certificate, now + timedelta(days=4000)) is ChainVerdict.EXPIRED
        assert TrustStore().verdict(certificate, now) is ChainVerdict.NO_ROOTS
        # Another authority of the same name does not do, nor does an intermediate without its root.
        assert TrustStore(TestIgc(now).authorities).verdict(certificate, now) is ChainVerdict.UNTRUSTED
        assert TrustStore(igc.authorities[1:]).verdict(certificate, now) is ChainVerdict.UNTRUSTED

    def test_a_holder_s_certificate_signs_nobody(self, igc: TestIgc) -> None:
        """A card's own certificate put among the authorities does not vouch for another."""
        now = datetime.now(UTC)
        certificate = igc.issue(CAROLE, signature=True).certificate
        store = TrustStore((certificate,))
        assert store.verdict(certificate, now) is ChainVerdict.UNTRUSTED

    def test_a_folder_of_authorities(self, igc: TestIgc, tmp_path: Path) -> None:
        (tmp_path / "root.pem").write_bytes(igc.authorities[0].public_bytes(Encoding.PEM))
        (tmp_path / "persons.cer").write_bytes(igc.authorities[1].public_bytes(Encoding.DER))
        (tmp_path / "README").write_text("not a certificate")
        assert len(TrustStore.from_folder(tmp_path).authorities) == 2
        (tmp_path / "broken.crt").write_bytes(b"nonsense")
        with pytest.raises(TrustFolderError, match=r"broken\.crt"):
            TrustStore.from_folder(tmp_path)

    def test_a_real_test_card(self) -> None:
        """The certificate of a public assertion, signed with a CPS3 test card."""
        sample = Path(__file__).parents[3] / "shared" / "tlsi" / "samples" / "assertion_ps_cps_test_card.xml"
        if not sample.is_file():
            pytest.skip("the public TLSi samples are not here")
        text = sample.read_text()
        encoded = text.split("X509Certificate>")[1].split("<")[0]
        facts = facts_of(load_certificate(base64.b64decode(encoded)))
        assert (facts.family_name, facts.given_name) == ("INFIRMCS ADELI8751", "OLIVIER")
        assert (facts.national_id, facts.rpps) == ("00B6087510", None)
        assert (facts.profession, facts.profession_code) == ("Infirmier", 60)
        assert (facts.kind, facts.card_number) == (CardKind.CPS, "2800636234")
        assert facts.purpose is CertificatePurpose.SIGNATURE
        assert facts.is_test

    @pytest.mark.parametrize("der", [b"", b"\x30", b"\x30\x82\xff\xff", b"\x30\x82\x00\x02\x05\x00"])
    def test_what_is_no_certificate(self, der: bytes) -> None:
        with pytest.raises(MalformedError):
            load_certificate(der)

    def test_a_name_of_an_unusual_string_type(self, igc: TestIgc) -> None:
        der = igc.issue(CAROLE, signature=True).certificate.public_bytes(Encoding.DER)
        printable, bits = b"\x13\x02FR", b"\x03\x02\x00R"
        assert printable in der
        with pytest.raises(MalformedError):
            load_certificate(der.replace(printable, bits))

    @pytest.mark.parametrize(
        ("content", "digits"),
        [("5A0A80250000012800636226", "2800636226"), ("5A0A8025000001280063622F", "280063622")],
    )
    def test_card_numbers(self, content: str, digits: str) -> None:
        assert read_card_number(bytes.fromhex(content)) == digits

    def test_a_card_of_another_issuer(self) -> None:
        with pytest.raises(UnknownCardError):
            read_card_number(bytes.fromhex("5A0A80250000022800636226"))


class TestPinPad:
    def test_found_among_features(self) -> None:
        assert find_pinpad(bytes.fromhex("120442330012 060442330006")) == PinPad(0x42330006)
        assert find_pinpad(bytes.fromhex("120442330012")) is None
        assert find_pinpad(b"") is None
        with pytest.raises(MalformedError):
            find_pinpad(b"\x06\x04\x00")

    def test_request(self) -> None:
        request = PinPad(1).request((0, 0x20, 0, 1), PinEntry("", 1, 4, 4, 4))
        assert request.hex() == "1e1e820400040402010c0400000000090000000020000104ffffffff"

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            ("6400", PinPadCancelledError),
            ("6401", PinPadCancelledError),
            ("63C2", PinRefusedError),
            ("63C0", PinBlockedError),
            ("6983", PinBlockedError),
            ("6F00", StatusError),
            ("90", MalformedError),
        ],
    )
    def test_answers(self, answer: str, error: type[Exception]) -> None:
        check_pinpad_answer(b"\x90\x00")
        with pytest.raises(error):
            check_pinpad_answer(bytes.fromhex(answer))


def test_every_code_of_the_service_is_an_error_of_ours() -> None:
    codes = {
        name: getattr(scard, name)
        for name in dir(scard)
        if name.startswith(("SCARD_E_", "SCARD_F_", "SCARD_W_"))
    }
    assert len(codes) > 40
    for name, code in codes.items():
        error = error_of(code, "call")
        assert isinstance(error, TransportError), name
    assert isinstance(error_of(0x80109999, "call"), PcscError)


def test_find() -> None:
    objects = parse(bytes.fromhex("8001AA8001BB"))
    assert find(objects, 0x80) == Tlv(0x80, b"\xaa")
    assert find(objects, 0x81) is None
