"""What can go wrong between the software and the device."""

from __future__ import annotations

from typing import Any

import httpx

__all__ = [
    "ComptoirError",
    "NotPairedError",
    "PairingFailedError",
    "ProblemError",
    "WrongKeyError",
    "checked",
]


class ComptoirError(Exception):
    """The device did not do what was asked; each subclass says why."""


class WrongKeyError(ComptoirError):
    """The device shows another key than the one of its pairing: another device, or somebody in between."""


class PairingFailedError(ComptoirError):
    """Nobody pressed OK on the device, or the digits were said to differ; begin again."""


class ProblemError(ComptoirError):
    """The device refused; decide by `code`, show `title` and `remedy` to people.

    Attributes:
        status: of HTTP.
        code: stable, for programs.
        title: French, for people.
        remedy: French, what to do.
        retry_after_s: how long to wait before asking again; None where it is not said.
        members: the whole problem document.
    """

    def __init__(self, status: int, members: dict[str, Any], retry_after_s: float | None) -> None:
        self.status = status
        self.code = str(members.get("code", ""))
        self.title = str(members.get("title", ""))
        self.remedy = str(members.get("remedy", ""))
        self.retry_after_s = retry_after_s
        self.members = members
        super().__init__(f"{status} {self.code}: {self.title}")


class NotPairedError(ProblemError):
    """The device does not know the token any more; pair again."""


def checked(answer: httpx.Response) -> httpx.Response:
    """The answer, unless it is a problem.

    Raises:
        ProblemError: it is.
    """
    if answer.status_code < 400:
        return answer
    try:
        members = answer.json()
    except ValueError:
        members = {}
    after = answer.headers.get("Retry-After", "")
    kind = NotPairedError if answer.status_code == 401 else ProblemError
    document = members if isinstance(members, dict) else {}
    raise kind(answer.status_code, document, int(after) if after.isdigit() else None)
