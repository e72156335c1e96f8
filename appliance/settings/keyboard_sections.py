"""The sections of the settings for the USB keyboard, and for the form in which events go out by a cable."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from appliance.settings.fields import Section, StatePath, printable
from appliance.texts import settings as texts

__all__ = [
    "FORMS",
    "MAX_AFFIX_CHARS",
    "MAX_TEMPLATE_CHARS",
    "MAX_TEMPLATE_FIELDS",
    "TEMPLATE_FIELDS",
    "KeyboardSettings",
    "ProfileSettings",
    "is_template",
    "template_fields",
]

MAX_TEMPLATE_CHARS = 200
MAX_TEMPLATE_FIELDS = 16
MAX_AFFIX_CHARS = 16

_PERSON: Final = ("family_name", "given_name", "birth_date")

TEMPLATE_FIELDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "ordonnance": frozenset(
            {"text", "prescription_id", "rpps", "am", "finess", "substitute_rpps", *_PERSON}
        ),
        "ins": frozenset(
            {"text", "matricule", "oid", "given_names", "birth_name", "sex", "birth_date", "birth_place"}
        ),
        "medicine": frozenset({"text", "gtin", "cip13", "lot", "expiry", "serial"}),
        "prescriber": frozenset({"text", "number"}),
        "opaque": frozenset({"text"}),
        "card": frozenset({"nir", "rpps", "card_number", "national_id", *_PERSON}),
    }
)
"""What a template may name, by the kind of event."""

FORMS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "ordonnance": frozenset({"none", "raw", "number"}),
        "ins": frozenset({"none", "raw", "ins", "number"}),
        "medicine": frozenset({"none", "raw", "cip13", "gtin"}),
        "prescriber": frozenset({"none", "raw", "number"}),
        "opaque": frozenset({"none", "raw"}),
        "card": frozenset({"none", "number"}),
    }
)
"""The forms that have a name, by the kind of event."""


def is_template(form: str) -> bool:
    """Whether the form is no word but a text with fields in braces."""
    return "{" in form


def template_fields(template: str) -> tuple[str, ...]:
    """The names in braces, in order.

    Raises:
        ValueError: a brace without its partner, or something else than a name in one; said in French.
    """
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        raise ValueError(texts.TEMPLATE_BRACES) from None
    if any(specification or conversion for _, _, specification, conversion in parts):
        raise ValueError(texts.TEMPLATE_PLAIN)
    return tuple(name for _, name, _, _ in parts if name is not None)


def _form_of(kind: str) -> AfterValidator:
    def check(form: str) -> str:
        if form in FORMS[kind]:
            return form
        names = ", ".join(sorted(FORMS[kind]))
        if not is_template(form):
            raise ValueError(texts.UNKNOWN_FORM.format(names=names))
        fields = template_fields(form)
        if len(fields) > MAX_TEMPLATE_FIELDS:
            raise ValueError(texts.TEMPLATE_TOO_MANY.format(maximum=MAX_TEMPLATE_FIELDS))
        unknown = [name for name in fields if name not in TEMPLATE_FIELDS[kind]]
        if unknown:
            known = ", ".join(sorted(TEMPLATE_FIELDS[kind]))
            raise ValueError(texts.TEMPLATE_UNKNOWN.format(name=unknown[0][:32], names=known))
        return form

    return AfterValidator(check)


_Template = Annotated[str, Field(max_length=MAX_TEMPLATE_CHARS), AfterValidator(printable)]
_Affix = Annotated[str, Field(max_length=MAX_AFFIX_CHARS), AfterValidator(printable)]


class ProfileSettings(Section):
    """Which events go to an output, and in what form; the bridge gives all of them, whatever stands here."""

    ordonnance: Annotated[_Template, _form_of("ordonnance")] = Field(
        default="raw",
        description="`none`, `raw`, `number`, or a template such as `{prescription_id};{rpps}`.",
    )
    ins: Annotated[_Template, _form_of("ins")] = Field(
        default="raw",
        description="`none`, `raw`, `ins` (rebuilt by the specification), `number`, or a template.",
    )
    medicine: Annotated[_Template, _form_of("medicine")] = Field(
        default="cip13", description="`none`, `raw`, `cip13`, `gtin`, or a template."
    )
    prescriber: Annotated[_Template, _form_of("prescriber")] = Field(
        default="none", description="`none`, `raw`, `number`, or a template."
    )
    opaque: Annotated[_Template, _form_of("opaque")] = Field(
        default="none",
        description="Any other code, the appli carte Vitale's included: `none`, `raw`, a template.",
    )
    card: Annotated[_Template, _form_of("card")] = Field(
        default="none",
        description="What a card says of its holder: `none`, `number` (NIR or RPPS), a template.",
    )
    aim: bool = Field(default=False, description="Put the AIM symbology identifier (`]Q1`) before a code.")
    prefix: _Affix = Field(default="", description="Before everything.")
    suffix: _Affix = Field(default="", description="After everything, before the terminator.")
    terminator: Literal["none", "enter", "tab"] = Field(default="enter", description="The key that ends it.")


class KeyboardSettings(Section):
    """The USB keyboard that types events into the PC, as a barcode scanner does."""

    driver: Literal["none", "gadget"] = Field(
        default="none", description="`gadget` types through the USB device port."
    )
    device: StatePath = Field(
        default=Path("/dev/hidg0"),
        strict=False,
        description="The keyboard's gadget device.",
    )
    layout: Literal["fr", "fr-oss", "be", "ca-fr", "us"] = Field(
        default="fr",
        description="Layout that the PC has set; a wrong one garbles, so try `comptoir wedge test`.",
    )
    system: Literal["windows", "linux"] = Field(
        default="windows", description="What runs on the PC; layouts of one name differ between the two."
    )
    report_ms: int = Field(
        default=5,
        ge=1,
        le=200,
        description="Milliseconds between two reports; two and a bit make a character.",
    )
    accents: Literal["exact", "plain"] = Field(
        default="exact",
        description="`exact`: by key, dead key, on Windows Alt and a number, or refuse; `plain`: none typed.",
    )
    controls: Literal["name", "ctrl", "alt", "space", "drop", "refuse"] = Field(
        default="name",
        description=(
            "GS and other control characters: `name` types `<GS>`, `ctrl` presses Ctrl+], `alt` Alt and 0029 "
            "(both Windows), `space`, `drop`, or `refuse`."
        ),
    )
    caps_lock: Literal["compensate", "switch"] = Field(
        default="compensate",
        description="Where it is on: type so that it does not show, or switch it off and on again.",
    )
    lamps: Literal["required", "assumed_off"] = Field(
        default="required",
        description="`required` types nothing on a PC that never tells Caps Lock; `assumed_off` dares to.",
    )
    profile: ProfileSettings = Field(
        default_factory=ProfileSettings, description="Which events are typed, and in what form."
    )

    @model_validator(mode="after")
    def _exists_on_the_system(self) -> Self:
        if self.system == "linux" and self.controls in {"ctrl", "alt"}:
            raise ValueError(texts.CONTROLS_WINDOWS)
        if self.system == "windows" and self.layout == "fr-oss":
            raise ValueError(texts.LAYOUT_LINUX)
        return self
