"""Reading XML that came over a network: no DTD, no entity, no network, nothing huge; and taking values out.

A document is UTF-8, as every TLSi sends it. That makes the refusal of DTDs sound: the mark `<!DOCTYPE` can
then only be written in one way, and it is looked for before any parser sees the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from appliance.prescriptions.tlsi.names import qualified

__all__ = [
    "MAX_DOCUMENT_BYTES",
    "MAX_TEXT_CHARS",
    "XmlRefusedError",
    "children",
    "element",
    "only_child",
    "optional_child",
    "optional_text",
    "parse",
    "text_of",
    "to_bytes",
]

MAX_DOCUMENT_BYTES: Final = 256 * 1024
"""A hundred lines of a prescription, each dispensed two dozen times, are 200 KB in the widest form."""

MAX_TEXT_CHARS: Final = 1000
"""One value of an answer; a certificate is read elsewhere, with its own bound."""

_DTD_MARK: Final = b"<!DOCTYPE"
_BOM: Final = b"\xef\xbb\xbf"


class XmlRefusedError(ValueError):
    """What came is not a document we read; `rule` names what it breaks, and nothing of it is quoted.

    Attributes:
        rule: stable English name, such as `not_utf8`.
    """

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def parse(data: bytes) -> etree._Element:
    """The root of a document.

    Raises:
        XmlRefusedError: it is longer than MAX_DOCUMENT_BYTES, not UTF-8, has a DTD, or is not well-formed.
    """
    if len(data) > MAX_DOCUMENT_BYTES:
        raise XmlRefusedError("too_large")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise XmlRefusedError("not_utf8") from None
    if _DTD_MARK in data:
        raise XmlRefusedError("dtd")
    try:
        # A parser each: lxml's keep the last error, and one may be used by one thread at a time. Comments go,
        # so that none can split a value in two between the signature's reading and ours.
        root = etree.fromstring(data.removeprefix(_BOM), _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlRefusedError("not_well_formed") from error
    if root is None:
        raise XmlRefusedError("not_well_formed")
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def to_bytes(root: etree._Element) -> bytes:
    """A document with its declaration, UTF-8."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def element(
    namespace: str,
    name: str,
    content: str | Iterable[etree._Element | None] = (),
    *,
    prefix: str | None = None,
    attributes: dict[str, str] | None = None,
) -> etree._Element:
    """An element with a text, or with children (those that are None are left out)."""
    bound: dict[str | None, str] = {prefix: namespace}
    made = etree.Element(qualified(namespace, name), attributes or {}, nsmap=bound)  # type: ignore[arg-type]
    if isinstance(content, str):
        made.text = content
    else:
        made.extend([child for child in content if child is not None])
    return made


def children(parent: etree._Element, namespace: str, name: str, maximum: int) -> Iterator[etree._Element]:
    """The children of that name, in order.

    Raises:
        XmlRefusedError: there are more than `maximum`.
    """
    for count, child in enumerate(parent.iterchildren(qualified(namespace, name))):
        if count >= maximum:
            raise XmlRefusedError(f"too_many:{name}")
        yield child


def optional_child(parent: etree._Element, namespace: str, name: str) -> etree._Element | None:
    """The child of that name, None where there is none.

    Raises:
        XmlRefusedError: there are two: which one is meant must not depend on who reads.
    """
    return next(iter(tuple(children(parent, namespace, name, 1))), None)


def only_child(parent: etree._Element, namespace: str, name: str) -> etree._Element:
    """The one child of that name.

    Raises:
        XmlRefusedError: there is none, or there are several.
    """
    child = optional_child(parent, namespace, name)
    if child is None:
        raise XmlRefusedError(f"missing:{name}")
    return child


def text_of(leaf: etree._Element, maximum: int = MAX_TEXT_CHARS) -> str:
    """The text of an element that has no children, without surrounding space.

    Raises:
        XmlRefusedError: it has children, or is longer than `maximum` characters.
    """
    name = etree.QName(leaf).localname
    if len(leaf):
        raise XmlRefusedError(f"not_a_text:{name}")
    text = (leaf.text or "").strip()
    if len(text) > maximum:
        raise XmlRefusedError(f"too_long:{name}")
    return text


def optional_text(
    parent: etree._Element, namespace: str, name: str, maximum: int = MAX_TEXT_CHARS
) -> str | None:
    """The text of that child; None where it is absent or empty.

    Raises:
        XmlRefusedError: as `optional_child` and `text_of`.
    """
    child = optional_child(parent, namespace, name)
    return None if child is None else text_of(child, maximum) or None
