"""INSi against its published contract and samples, and against a SOAP client that is not ours (zeep)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
import requests
import zeep
from lxml import etree
from zeep.helpers import serialize_object
from zeep.wsa import WsAddressingPlugin

from appliance.cards.identities import Beneficiary, CardBirthDate, ChainVerdict
from appliance.cards.trust import TrustStore
from appliance.decode.payloads import InsIdentity, interpret
from appliance.decode.symbol import Symbology
from appliance.prescriptions.ins_search import InsiOutcome, InsiTraits, InsiVitale, traits_of, vitale_of
from appliance.prescriptions.port import NotAuthorisedError
from appliance.prescriptions.tlsi.assertion import (
    AssertionRefusedError,
    make_assertion,
    subject_name,
    verify_assertion,
)
from appliance.prescriptions.tlsi.envelope import Heading, read_answer, read_request, write_request
from appliance.prescriptions.tlsi.insi import (
    INSI_RESULT,
    INSI_VITALE,
    TRAITS_ACTION,
    VITALE_ACTION,
    InsiClient,
    insi_body,
    read_result,
)
from appliance.prescriptions.tlsi.names import (
    SAML,
    SIRAM,
    SOAP,
    SOAP_MEDIA_TYPE,
    WSA,
    WSSE,
    qualified,
)
from appliance.prescriptions.tlsi.transport import tls_context
from appliance.prescriptions.tlsi.xml import XmlRefusedError, parse
from appliance.simulation.national_base.whims import Whim

from .stand import PRACTICE, SAMPLES_AT, SOFTWARE, Stand, shared

TRAITS = InsiTraits("ADRTROIS", "DOMINIQUE", "F", "1997-02-26", "2A020")
VITALE = InsiVitale("297022A02077878", "1997-02-26", "DOMINIQUE")
ANSWERS = ("REP_CR01.xml", "TEST_2.04_cas2.xml", "TEST_2.05.xml", "TEST_2.08_cas1.xml", "TEST_2.08_cas2.xml")
NOT_AS_ITS_SCHEMA = "TEST_2.04_cas2.xml"
"""Published with the dates of a former number before the number; the schema has them after."""

# The two elements of WS-Addressing that the contract uses; it imports its schema from the web.
ADDRESSING = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{WSA}"
  elementFormDefault="qualified">
  <xs:element name="MessageID"><xs:complexType><xs:simpleContent><xs:extension base="xs:anyURI">
  <xs:anyAttribute namespace="##other" processContents="lax"/>
  </xs:extension></xs:simpleContent></xs:complexType></xs:element>
</xs:schema>"""


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The WSDL beside its schemas, the import of WS-Addressing turned to a local file."""
    folder = tmp_path_factory.mktemp("contract")
    (folder / "ws-addr.xsd").write_text(ADDRESSING)
    (folder / "xsd").symlink_to(shared("xsd").resolve())
    text = shared("insi.wsdl").read_text()
    (folder / "insi.wsdl").write_text(
        text.replace("http://www.w3.org/2006/03/addressing/ws-addr.xsd", "ws-addr.xsd")
    )
    return folder / "insi.wsdl"


@pytest.fixture(scope="module")
def schema(contract: Path) -> etree.XMLSchema:
    """All types of the contract, as one schema."""
    wsdl = etree.parse(contract)
    types = wsdl.find(".//{http://www.w3.org/2001/XMLSchema}schema")
    assert types is not None
    path = contract.with_name("types.xsd")
    path.write_bytes(etree.tostring(types))
    return etree.XMLSchema(etree.parse(path))


def validate(schema: etree.XMLSchema, element: etree._Element) -> None:
    alone = etree.fromstring(etree.tostring(element))
    schema.assertValid(alone)


def request(stand: Stand, action: str, what: InsiTraits | InsiVitale) -> bytes:
    now = datetime.now(UTC)
    ids = (str(uuid.uuid4()) for _ in range(4))
    assertion = make_assertion(stand.cards.nurse, PRACTICE, f"_{next(ids)}", now)
    heading = Heading(
        action, stand.server.url, f"uuid:{next(ids)}", next(ids), next(ids), now, "00B6087510", SOFTWARE
    )
    return write_request(heading, assertion, insi_body(what))


# The published material


def test_the_published_assertion_verifies() -> None:
    sample = parse(shared("samples", "assertion_ps_cps_test_card.xml").read_bytes())
    verified = verify_assertion(sample, SAMPLES_AT)
    assert verified.facts.profession_code == 60
    assert verified.practice.sector == "SA05"
    assert verified.issued_at == datetime(2022, 4, 12, 15, 7, 10, 65000, tzinfo=UTC)


def test_the_assertion_in_the_published_request_verifies_there() -> None:
    asked = read_request(shared("samples", "request_recherche_traits.xml").read_bytes())
    assert asked.assertion is not None
    assert asked.action == TRAITS_ACTION
    verify_assertion(asked.assertion, SAMPLES_AT)


def test_our_issuer_is_written_as_the_published_one() -> None:
    sample = parse(shared("samples", "assertion_ps_cps_test_card.xml").read_bytes())
    verified = verify_assertion(sample, SAMPLES_AT)
    assert subject_name(verified.certificate) == sample.findtext(qualified(SAML, "Issuer"))


@pytest.mark.parametrize("when", [datetime(2020, 9, 15, tzinfo=UTC), datetime(2023, 9, 16, tzinfo=UTC)])
def test_the_published_assertion_outside_its_certificate(when: datetime) -> None:
    sample = parse(shared("samples", "assertion_ps_cps_test_card.xml").read_bytes())
    with pytest.raises(AssertionRefusedError, match="certificate_period"):
        verify_assertion(sample, when)


def changed(data: bytes, at: int) -> bytes:
    """One character of a value changed for another of its kind."""
    old = data[at : at + 1]
    new = b"1" if old != b"1" else b"2"
    return data[:at] + new + data[at + 1 :]


@pytest.mark.parametrize(
    "place",
    [
        rb"OLIVIER",
        rb"00B6087510</NameID>",
        rb"123456789",
        rb"SA05",
        rb"2022-04-12T15",
        rb"my7wv1",
        rb"nkqntx",
        rb"MIIIfj",
    ],
)
def test_one_changed_byte_of_the_published_assertion_fails(place: bytes) -> None:
    data = shared("samples", "assertion_ps_cps_test_card.xml").read_bytes()
    lied = parse(changed(data, data.index(place)))
    with pytest.raises(AssertionRefusedError):
        verify_assertion(lied, SAMPLES_AT)


# A changed serial number may become negative, of which the library warns before we refuse it.
@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_every_changed_value_of_our_assertion_fails(stand: Stand) -> None:
    now = datetime.now(UTC)
    made = make_assertion(stand.cards.pharmacist, PRACTICE, "_0", now)
    trust = TrustStore(stand.cards.igc.authorities)
    assert trust.verdict(verify_assertion(parse(made), now).certificate, now) is ChainVerdict.TEST
    letters = [match.start() for match in re.finditer(rb"[A-Za-z0-9]", made)]
    accepted = 0
    for at in letters[:: max(1, len(letters) // 120)]:
        try:
            verified = verify_assertion(parse(changed(made, at)), now)
        except (AssertionRefusedError, XmlRefusedError):
            continue
        # A certificate is not part of what is signed: its own signature, by the authority, tells.
        accepted += trust.verdict(verified.certificate, now) is not ChainVerdict.UNTRUSTED
    assert accepted == 0


def test_a_certificate_that_is_no_text_of_its_kind(stand: Stand) -> None:
    now = datetime.now(UTC)
    made = make_assertion(stand.cards.pharmacist, PRACTICE, "_0", now)
    for odd in ("é", "!", "="):
        lied = made.replace(b"MII", f"MI{odd}I".encode(), 1)
        with pytest.raises(AssertionRefusedError, match="malformed"):
            verify_assertion(parse(lied), now)


@pytest.mark.parametrize("name", ANSWERS)
def test_published_answers_parse(name: str, schema: etree.XMLSchema) -> None:
    answer = read_answer(shared("samples", name).read_bytes())
    assert answer.body is not None
    if name != NOT_AS_ITS_SCHEMA:
        validate(schema, answer.body)
    told = read_result(answer.body)
    assert (told.identity is None) == (name == "REP_CR01.xml")


def test_what_the_published_answers_say() -> None:
    def told(name: str) -> dict[str, object]:
        body = read_answer(shared("samples", name).read_bytes()).body
        assert body is not None
        identity = read_result(body).identity
        assert identity is not None
        return identity.to_json()

    pierre = told("TEST_2.04_cas2.xml")
    assert [number["matricule"] for number in pierre["former"]] == ["209076322083439", "209066322012355"]  # type: ignore[attr-defined]
    assert pierre["given_name"] == ""
    assert told("TEST_2.05.xml")["active"]["oid"] == "1.2.250.1.213.1.4.9"  # type: ignore[index]
    assert told("TEST_2.08_cas1.xml")["birth_place"] == "2B020"
    hermann = told("TEST_2.08_cas2.xml")
    # Its published key is wrong; the identity is told all the same, and that is said.
    assert hermann["active"]["key_is_right"] is False  # type: ignore[index]


# Our requests and answers against the contract


@pytest.mark.parametrize(("action", "what"), [(TRAITS_ACTION, TRAITS), (VITALE_ACTION, VITALE)])
def test_our_requests_are_as_the_contract_has_them(
    stand: Stand, schema: etree.XMLSchema, action: str, what: InsiTraits | InsiVitale
) -> None:
    envelope = parse(request(stand, action, what))
    header = envelope.find(qualified(SOAP, "Header"))
    body = envelope.find(qualified(SOAP, "Body"))
    assert header is not None
    assert body is not None
    parts = {etree.QName(part).localname: part for part in header}
    for name in ("Security", "ContexteLPS", "ContexteBAM", "MessageID"):
        validate(schema, parts[name])
    validate(schema, body[0])


def test_the_answers_of_our_base_are_as_the_contract_has_them(stand: Stand, schema: etree.XMLSchema) -> None:
    for what in (
        TRAITS,
        InsiTraits("HOMONYME", "CLAUDE", "M", "1985-05-08"),
        InsiTraits("X", "Y", "M", "1900-01-01"),
    ):
        answer = post(stand, request(stand, TRAITS_ACTION, what))
        body = read_answer(answer.content).body
        assert body is not None
        validate(schema, body)


def test_the_faults_of_our_base_are_as_the_contract_has_them(stand: Stand, schema: etree.XMLSchema) -> None:
    answer = post(stand, b"<nothing/>")
    assert answer.status_code == 400
    error = next(parse(answer.content).iter(qualified(SIRAM, "Erreur")))
    validate(schema, error)


def post(stand: Stand, content: bytes) -> httpx.Response:
    with httpx.Client(verify=tls_context(stand.keys.authority)) as client:
        return client.post(stand.server.url, content=content, headers={"Content-Type": SOAP_MEDIA_TYPE})


# zeep


@pytest.fixture
def zeep_call(stand: Stand, contract: Path) -> Iterator[Callable[..., object]]:
    """`call(operation, **body)` by zeep, with the headers that the contract asks for."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(stand.keys.authority)
        client = zeep.Client(
            str(contract),
            transport=zeep.Transport(session=session),
            wsse=SignedByTheCard(stand),
            plugins=[WsAddressingPlugin()],
        )
        yield caller(client, stand)


class SignedByTheCard:
    """zeep's hook for WS-Security: it adds the one header that zeep has no values for."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def apply(self, envelope: etree._Element, headers: object) -> tuple[etree._Element, object]:
        assertion = make_assertion(self._stand.cards.nurse, PRACTICE, f"_{uuid.uuid4()}", datetime.now(UTC))
        header = envelope.find(qualified(SOAP, "Header"))
        assert header is not None
        etree.SubElement(header, qualified(WSSE, "Security"), nsmap={"wsse": WSSE}).append(parse(assertion))
        return envelope, headers

    def verify(self, envelope: etree._Element) -> None:
        pass


def caller(client: zeep.Client, stand: Stand) -> Callable[..., object]:
    service = client.create_service("{http://www.cnamts.fr/webservice}ICIRServiceBinding", stand.server.url)

    def call(operation: str, **body: object) -> object:
        now = datetime.now(UTC)
        lps = {"IDAM": {"_value_1": SOFTWARE.idam, "R": "4"}, "Version": "1", "Instance": "i", "Nom": "zeep"}
        headers = {
            "NO1_ContexteLPS": {"Id": "1", "Temps": now, "LPS": lps, "Nature": "CTXLPS", "Version": "01_00"},
            "NO1_ContexteBAM": {"Id": "1", "Temps": now, "COUVERTURE": {}, "Version": "01_02"},
        }
        return getattr(service, operation)(_soapheaders=headers, **body)

    return call


ADRTROIS = {
    "NomNaissance": "ADRTROIS",
    "Prenom": "DOMINIQUE",
    "ListePrenom": "DOMINIQUE",
    "Sexe": "F",
    "DateNaissance": "1997-02-26",
    "LieuNaissance": "2A020",
}


def test_zeep_asks_our_base_by_traits(zeep_call: Callable[..., object]) -> None:
    traits = {name: ADRTROIS[name] for name in ("NomNaissance", "Prenom", "Sexe", "DateNaissance")}
    told = serialize_object(
        zeep_call("rechercherInsAvecTraitsIdentite", **{**traits, "Prenom": ["DOMINIQUE"]})
    )
    assert told["CR"]["CodeCR"] == "00"  # type: ignore[index]
    assert told["INDIVIDU"]["TIQ"] == ADRTROIS  # type: ignore[index]
    assert told["INDIVIDU"]["INSACTIF"]["IdIndividu"]["NumIdentifiant"] == "297022A020778"  # type: ignore[index]


def test_zeep_asks_our_base_by_vitale(zeep_call: Callable[..., object]) -> None:
    insured = {"NumIdentifiant": "180032B020401", "Cle": "23"}
    told = serialize_object(
        zeep_call("rechercherInsAvecCarteVitale", MatriculeOD=insured, DateNaissance="2012-05-14")
    )
    assert told["INDIVIDU"]["TIQ"]["Prenom"] == "ZOE"  # type: ignore[index]


def test_zeep_understands_our_faults(zeep_call: Callable[..., object], stand: Stand) -> None:
    stand.behave(Whim.FAULT)
    with pytest.raises(zeep.exceptions.Fault) as fault:
        zeep_call("rechercherInsAvecTraitsIdentite", NomNaissance="ADRTROIS")
    assert fault.value.subcodes[0].localname == "siram_40"


def test_zeep_writes_an_answer_and_we_read_it(contract: Path) -> None:
    client = zeep.Client(str(contract))
    kind = client.get_element(qualified(INSI_RESULT, "RESULTAT"))
    number = {"IdIndividu": {"NumIdentifiant": "297022A020778", "Cle": "78"}, "OID": "1.2.250.1.213.1.4.8"}
    value = kind(
        CR={"CodeCR": "00", "LibelleCR": "OK"},
        INDIVIDU={"INSACTIF": number, "INSHISTO": [{**number, "DateDeb": date(2019, 3, 1)}], "TIQ": ADRTROIS},
    )
    parent = etree.Element("parent")
    kind.render(parent, value)
    told = read_result(parse(etree.tostring(parent[0])))
    assert told.identity is not None
    assert told.identity.birth_place == "2A020"
    assert told.identity.former[0].valid_from == date(2019, 3, 1)


def test_zeep_reads_our_request_as_we_meant_it(stand: Stand, contract: Path) -> None:
    client = zeep.Client(str(contract))
    body = parse(request(stand, VITALE_ACTION, VITALE)).find(qualified(SOAP, "Body"))
    assert body is not None
    read = client.get_element(qualified(INSI_VITALE, "RECVITALE")).parse(body[0], client.wsdl.types)
    assert (read.MatriculeOD.NumIdentifiant, read.MatriculeOD.Cle) == ("297022A020778", "78")
    assert read.DateNaissance == "1997-02-26"


# The searches


def insi_code() -> InsIdentity:
    content = (
        "IS010000000000000000000000S1297022A02077878S21.2.250.1.213.1.4.10"
        "S3DOMINIQUE\x1dS4ADRTROIS\x1dS5FS626-02-1997S72A020"
    )
    payload = interpret(Symbology.DATA_MATRIX, content.encode()).payload
    assert isinstance(payload, InsIdentity)
    return payload


def test_from_an_ins_code_to_the_qualified_identity(stand: Stand) -> None:
    told = stand.insi().search(traits_of(insi_code()), deadline=stand.deadline())
    assert told.outcome is InsiOutcome.FOUND
    assert told.identity is not None
    assert told.identity.active.value == "297022A02077878"


def test_from_a_card_to_the_qualified_identity(stand: Stand) -> None:
    child = Beneficiary("CORSE", "ZOÉ", CardBirthDate("20120514"), "180032B02040123")
    asked = vitale_of(child)
    assert asked is not None
    told = stand.insi().search(asked, deadline=stand.deadline())
    assert told.identity is not None
    assert told.identity.given_name == "ZOE"


@pytest.mark.parametrize(
    ("traits", "outcome"),
    [
        (InsiTraits("HOMONYME", "CLAUDE", "M", "1985-05-08"), InsiOutcome.SEVERAL),
        (InsiTraits("PERSONNE", "CLAUDE", "M", "1985-05-08"), InsiOutcome.NOBODY),
    ],
)
def test_several_and_nobody(stand: Stand, traits: InsiTraits, outcome: InsiOutcome) -> None:
    told = stand.insi().search(traits, deadline=stand.deadline())
    assert (told.outcome, told.identity) == (outcome, None)


def test_a_card_that_does_not_say_enough() -> None:
    assert vitale_of(Beneficiary("CORSE", "ZOÉ", None, "180032B02040123")) is None
    assert vitale_of(Beneficiary("CORSE", "ZOÉ", CardBirthDate("20120514"), None)) is None


def test_insi_by_the_certificate_of_the_software(stand: Stand) -> None:
    """The mutual TLS variant: no card, no assertion."""
    told = InsiClient(stand.client(None, mutual=True), stand.server.url).search(
        TRAITS, deadline=stand.deadline()
    )
    assert told.outcome is InsiOutcome.FOUND
    with pytest.raises(NotAuthorisedError, match="demo_assertion"):
        InsiClient(stand.client(None), stand.server.url).search(TRAITS, deadline=stand.deadline())
