"""Prescribers' Code 128, 2D-Doc, links, and all the rest, which is opaque."""

from __future__ import annotations

from datetime import date

import pytest

from appliance.decode.payloads import Kind, Link, PrescriberBarcode, TwoDoc, WarningCode, interpret
from appliance.decode.payloads.link import MAX_URL_LENGTH
from appliance.decode.symbol import Symbology
from tests.payloads.vectors import TWODOC_VACCINATION


class TestPrescriber:
    """RPPS or AM / FINESS number in a Code 128."""

    @pytest.mark.parametrize(
        ("text", "payload", "warnings"),
        [
            ("99900038441", {"rpps": "99900038441", "am_or_finess": None}, ()),
            ("99900038442", {"rpps": "99900038442", "am_or_finess": None}, (WarningCode.RPPS_KEY,)),
            (" 99900038441\r\n", {"rpps": "99900038441", "am_or_finess": None}, ()),
            ("991118019", {"rpps": None, "am_or_finess": "991118019"}, ()),
            ("991118018", {"rpps": None, "am_or_finess": "991118018"}, (WarningCode.AM_KEY,)),
            ("750712184", {"rpps": None, "am_or_finess": "750712184"}, ()),
            ("0B9990017", {"rpps": None, "am_or_finess": "0B9990017"}, ()),
            ("2B9990015", {"rpps": None, "am_or_finess": "2B9990015"}, ()),
            ("9DA005191", {"rpps": None, "am_or_finess": "9DA005191"}, ()),
        ],
    )
    def test_numbers(self, text: str, payload: dict[str, object], warnings: tuple[WarningCode, ...]) -> None:
        reading = interpret(Symbology.CODE_128, text.encode())
        assert isinstance(reading.payload, PrescriberBarcode)
        assert (reading.kind, reading.payload.to_json(), reading.warnings) == (
            Kind.PRESCRIBER,
            payload,
            warnings,
        )

    @pytest.mark.parametrize("text", ["99900038441", "0B9990017", "9DA005191"])
    def test_test_numbers_in_production(self, text: str) -> None:
        reading = interpret(Symbology.CODE_128, text.encode(), test_data_expected=False)
        assert reading.warnings == (WarningCode.TEST_IDENTITY,)

    @pytest.mark.parametrize("text", ["750712184", "10000000009"])
    def test_other_numbers_in_production(self, text: str) -> None:
        assert interpret(Symbology.CODE_128, text.encode(), test_data_expected=False).warnings == ()

    @pytest.mark.parametrize(
        "text", ["", "9990003844", "999000384411", "99111801", "ABCDEFGHI", "9J1118019", "９91118019"]
    )
    def test_other_texts(self, text: str) -> None:
        assert interpret(Symbology.CODE_128, text.encode()).kind is Kind.OPAQUE

    @pytest.mark.parametrize("symbology", [s for s in Symbology if s is not Symbology.CODE_128])
    def test_only_code_128_carries_prescribers(self, symbology: Symbology) -> None:
        for text in ("99900038441", "991118019"):
            assert interpret(symbology, text.encode()).kind is Kind.OPAQUE

    def test_a_barcode_holds_one_number(self) -> None:
        for numbers in ((None, None), ("99900038441", "991118019")):
            with pytest.raises(ValueError):
                PrescriberBarcode(*numbers)


class TestTwoDoc:
    """Recognised by its header, never a prescription."""

    def test_the_sample_of_the_specification(self) -> None:
        reading = interpret(Symbology.DATA_MATRIX, TWODOC_VACCINATION.encode())
        assert (reading.kind, reading.warnings) == (Kind.TWODOC, ())
        assert isinstance(reading.payload, TwoDoc)
        assert reading.payload.to_json() == {
            "version": 4,
            "document_type": "L1",
            "document_type_name": "Attestation de vaccination",
            "perimeter": "01",
            "country": "FR",
            "authority": "FR00",
            "certificate": "0001",
            "issued": "2021-04-29",
            "signed": "2021-04-29",
        }

    @pytest.mark.parametrize(
        ("header", "version", "perimeter", "country"),
        [
            ("DC01FR0000011E6D1E6DB2", 1, None, None),
            ("DC02FR0000011E6D1E6DB2", 2, None, None),
            ("DC03FR0000011E6D1E6DB201", 3, "01", None),
            ("DC04FR0000011E581E58B201FR", 4, "01", "FR"),
        ],
    )
    def test_every_version(
        self, header: str, version: int, perimeter: str | None, country: str | None
    ) -> None:
        for symbology in (Symbology.DATA_MATRIX, Symbology.QR_CODE):
            payload = interpret(symbology, f"{header}F0DEPOTHPRIM\x1d".encode()).payload
            assert isinstance(payload, TwoDoc)
            assert (payload.version, payload.perimeter, payload.country) == (version, perimeter, country)
            assert payload.document_type_name == "Résultat de test virologique"

    @pytest.mark.parametrize(
        ("code", "name"),
        [("A4", "Certificat de décès"), ("A2", "Carte mobilité inclusion"), ("ZZ", None)],
    )
    def test_names_of_types(self, code: str, name: str | None) -> None:
        payload = interpret(Symbology.DATA_MATRIX, f"DC04FR0000011E6D1E6D{code}01FR".encode()).payload
        assert isinstance(payload, TwoDoc)
        assert payload.document_type_name == name

    def test_a_type_of_another_perimeter_has_no_name(self) -> None:
        payload = interpret(Symbology.DATA_MATRIX, b"DC04FR0000011E6D1E6DL102FR").payload
        assert isinstance(payload, TwoDoc)
        assert payload.document_type_name is None

    def test_a_binary_signature_is_no_reason_to_warn(self) -> None:
        reading = interpret(Symbology.DATA_MATRIX, b"DC01FR0000011E6D1E6D01\x1f" + bytes(range(256)))
        assert (reading.kind, reading.warnings) == (Kind.TWODOC, ())

    @pytest.mark.parametrize(
        ("field", "day"), [("0000", date(2000, 1, 1)), ("FFFE", date(2179, 6, 5)), ("FFFF", None)]
    )
    def test_dates(self, field: str, day: date | None) -> None:
        payload = interpret(Symbology.DATA_MATRIX, f"DC02FR000001{field}{field}01".encode()).payload
        assert isinstance(payload, TwoDoc)
        assert payload.issued == payload.signed == day

    @pytest.mark.parametrize("text", ["DC05FR0000011E6D1E6DL101FR", "DC00FR0000011E6D1E6DL101FR"])
    def test_another_version_is_opaque_and_said(self, text: str) -> None:
        reading = interpret(Symbology.DATA_MATRIX, text.encode())
        assert (reading.kind, reading.payload) == (Kind.OPAQUE, None)
        assert reading.warnings == (WarningCode.UNKNOWN_VERSION,)

    @pytest.mark.parametrize(
        "text", ["DC03FR0000011E6D1E6DL1", "DC04FR0000011E6D1E6DL101", "DC04FR0000011E6D1E6DL1  FR"]
    )
    def test_a_cut_header_is_damaged(self, text: str) -> None:
        reading = interpret(Symbology.DATA_MATRIX, text.encode())
        assert (reading.kind, reading.payload, reading.warnings) == (
            Kind.TWODOC,
            None,
            (WarningCode.DAMAGED,),
        )

    @pytest.mark.parametrize(
        "text", ["DC", "DC04", "DC04FR", "DC 4FR0000011E6D1E6DL101FR", "DC04FR000001GGGG1E6DL101FR"]
    )
    def test_other_texts(self, text: str) -> None:
        reading = interpret(Symbology.DATA_MATRIX, text.encode())
        assert (reading.kind, reading.warnings) == (Kind.OPAQUE, ())


class TestLink:
    """Web addresses."""

    @pytest.mark.parametrize(
        ("url", "host"),
        [
            ("https://www.example.org/vaccination-grippe", "www.example.org"),
            ("http://example.org", "example.org"),
            ("HTTPS://EXAMPLE.ORG/A?b=c#d", "example.org"),
            ("https://ameli.fr@example.org:8443/", "example.org"),
            ("https://[2001:db8::1]/", "2001:db8::1"),
            ("https://élysée.example/", "xn--lyse-9oad.example"),
            ("https://example.org/é", "example.org"),
        ],
    )
    def test_hosts(self, url: str, host: str) -> None:
        reading = interpret(Symbology.QR_CODE, f"{url}\n".encode())
        assert reading.kind is Kind.LINK
        assert isinstance(reading.payload, Link)
        assert reading.payload.to_json() == {"url": url}
        assert reading.payload.host == host

    @pytest.mark.parametrize(
        "text",
        [
            "http://",
            "https:///path",
            "https://[",
            "https://[::1",
            "https://example.org/\x00b",
            "https://example.org/\u202egpj.exe",
            "https://example.org\\@ameli.fr/",
            "https://a b.example/",
            "https://<script>/",
            f"https://{'é' * 64}.example/",
            "ftp://example.org",
            "javascript:alert(1)",
            "www.example.org",
            "see https://example.org",
        ],
    )
    def test_what_is_no_plain_address_is_opaque(self, text: str) -> None:
        assert interpret(Symbology.QR_CODE, text.encode()).kind is Kind.OPAQUE

    @pytest.mark.parametrize(
        ("length", "kind"), [(MAX_URL_LENGTH, Kind.LINK), (MAX_URL_LENGTH + 1, Kind.OPAQUE)]
    )
    def test_length(self, length: int, kind: Kind) -> None:
        url = "https://example.org/".ljust(length, "a")
        assert interpret(Symbology.QR_CODE, url.encode()).kind is kind

    def test_it_cannot_be_built_wrong(self) -> None:
        with pytest.raises(ValueError) as caught:
            Link("https://[secret")
        assert "secret" not in str(caught.value)
        assert caught.value.__cause__ is None


class TestOpaque:
    """Anything else is forwarded as it is."""

    @pytest.mark.parametrize("symbology", list(Symbology))
    @pytest.mark.parametrize(
        "content", [b"", b"\x00", b"\xff\xfe", b"APCV.opaque-test-token", b"{", b"01", b"IS", b"DC"], ids=str
    )
    def test_the_content_is_kept_and_nothing_is_said(self, symbology: Symbology, content: bytes) -> None:
        reading = interpret(symbology, content)
        assert (reading.kind, reading.payload, reading.warnings) == (Kind.OPAQUE, None, ())
        assert reading.content == content

    @pytest.mark.parametrize(
        ("content", "text"),
        [
            ("Hélène D'Âge".encode(), "Hélène D'Âge"),
            ("Hélène D'Âge".encode("latin-1"), "Hélène D'Âge"),
            (b"\xef\xbb\xbfA", "A"),
            (b"A\x00\x1d\x1bB", "A\x00\x1d\x1bB"),
        ],
    )
    def test_its_text_for_people(self, content: bytes, text: str) -> None:
        assert interpret(Symbology.QR_CODE, content).text == text
