"""Who logged in: what the userinfo says, and whether that is a pharmacist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from appliance.identifiers.errors import IdentifierError
from appliance.identifiers.rpps import Rpps
from appliance.prescriptions.pro_sante_connect.errors import (
    BadAnswerError,
    BadTokenError,
    NotPharmacistError,
    OtherPersonError,
)

__all__ = ["PHARMACIST", "Professional", "professional"]

PHARMACIST = "21"
"""Nomenclature G15 (TRE_G15-ProfessionSante), OID 1.2.250.1.213.1.1.5.5 in `SubjectRole`."""

_RPPS_PREFIX = "8"
"""A national id of a person is `8` and the RPPS."""

_Text = Annotated[str, Field(max_length=300)]
_MAX_LISTED = 64


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class _Practice(_Part):
    profession: _Text = Field(default="", alias="codeProfession")


class _Practices(_Part):
    practices: Annotated[tuple[_Practice, ...], Field(max_length=_MAX_LISTED)] = Field(
        default=(), alias="exercices"
    )


class _OtherId(_Part):
    identifier: _Text = Field(default="", alias="identifiant")
    origin: _Text = Field(default="", alias="origine")


class _Userinfo(_Part):
    subject: _Text = Field(alias="sub", min_length=1)
    family_name: _Text = ""
    given_name: _Text = ""
    national_id: _Text = Field(default="", alias="SubjectNameID")
    references: _Practices = Field(default=_Practices(), alias="SubjectRefPro")
    roles: Annotated[tuple[_Text, ...], Field(max_length=_MAX_LISTED)] = Field(
        default=(), alias="SubjectRole"
    )
    other_ids: Annotated[tuple[_OtherId, ...], Field(max_length=_MAX_LISTED)] = Field(
        default=(), alias="otherIds"
    )


@dataclass(frozen=True, slots=True, repr=False)
class Professional:
    """A pharmacist who is logged in.

    Attributes:
        national_id: as in a CPS: `8` and the RPPS.
        rpps: 11 digits, where the identity has them.
        family_name, given_name: as the service writes them.
        profession_code: PHARMACIST.
    """

    national_id: str
    rpps: str | None
    family_name: str
    given_name: str
    profession_code: str

    def to_json(self) -> dict[str, object]:
        """As it goes to the LGO, in an event's sealed payload only."""
        return {
            "national_id": self.national_id,
            "rpps": self.rpps,
            "family_name": self.family_name,
            "given_name": self.given_name,
            "profession_code": self.profession_code,
        }

    def __repr__(self) -> str:
        """Nobody's identity."""
        return "<Professional>"


def professional(content: Mapping[str, Any], *, subject: str, national_id: str) -> Professional:
    """The person of a userinfo answer.

    Args:
        content: the answer.
        subject: `sub` of the ID token, which this must be of (OpenID Connect Core §5.3.2).
        national_id: who was asked to log in.

    Raises:
        BadAnswerError: it is not of this form.
        BadTokenError: of another subject than the ID token.
        OtherPersonError: another person than the one asked for.
        NotPharmacistError: no pharmacist.
    """
    try:
        who = _Userinfo.model_validate(dict(content))
    except ValidationError:
        raise BadAnswerError("no userinfo") from None
    if who.subject != subject:
        raise BadTokenError("userinfo of another subject than the ID token")
    if national_id not in {who.national_id, *(other.identifier for other in who.other_ids)}:
        raise OtherPersonError("another person than the one asked for")
    if PHARMACIST not in _professions(who):
        raise NotPharmacistError("not a pharmacist")
    return Professional(national_id, _rpps(who, national_id), who.family_name, who.given_name, PHARMACIST)


def _professions(who: _Userinfo) -> set[str]:
    """Codes of the professions; `SubjectRole` (`code^OID`) counts only where no practice is told."""
    told = {practice.profession for practice in who.references.practices if practice.profession}
    return told or {role.split("^", 1)[0] for role in who.roles}


def _rpps(who: _Userinfo, national_id: str) -> str | None:
    told = [other.identifier for other in who.other_ids if other.origin.upper() == "RPPS"]
    for text in (*told, national_id):
        digits = text[1:] if len(text) == 12 and text.startswith(_RPPS_PREFIX) else text
        try:
            return Rpps(digits).value
        except IdentifierError:
            continue
    return None
