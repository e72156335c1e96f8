"""The person's telephone: which number it shows, what the person answers; files of page and provider.

The page writes what the person wants, the provider what the telephone shows: two files, each with one writer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from appliance.base.files import replace_volatile

__all__ = ["MAX_PHONE_BYTES", "Decision", "Phone", "PhoneAnswer", "PhoneFolder", "PhoneScreen"]

MAX_PHONE_BYTES = 1024

_Request = Annotated[str, Field(max_length=64)]


@unique
class Decision(StrEnum):
    """What the person does."""

    APPROVE = "approve"
    REFUSE = "refuse"


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PhoneScreen(_Message):
    """What the telephone shows: a number to compare, or nothing (`request` is then empty)."""

    request: _Request = ""
    number: Annotated[str, Field(max_length=2)] = ""


class PhoneAnswer(_Message):
    """What the person answered, and to which request."""

    request: _Request = ""
    decision: Decision | None = None


_Model = TypeVar("_Model", bound=_Message)


@dataclass(frozen=True, slots=True)
class PhoneFolder:
    """Where the two files are."""

    path: Path

    def screen(self) -> PhoneScreen:
        """What the telephone shows; nothing where there is none."""
        return _read(self.path / "screen.json", PhoneScreen)

    def show(self, screen: PhoneScreen) -> None:
        """Have the telephone show this."""
        replace_volatile(self.path / "screen.json", screen.model_dump_json().encode())

    def answer(self) -> PhoneAnswer:
        """What the person answered last."""
        return _read(self.path / "answer.json", PhoneAnswer)

    def decide(self, answer: PhoneAnswer) -> None:
        """Answer."""
        replace_volatile(self.path / "answer.json", answer.model_dump_json().encode())


class Phone:
    """The telephone as the provider uses it; without a folder, tests answer by `decide`."""

    def __init__(self, folder: PhoneFolder | None = None) -> None:
        self._folder = folder
        self._decided: dict[str, Decision] = {}
        self.shown = PhoneScreen()

    def show(self, request: str, number: str) -> None:
        """Show the number of a request."""
        self.shown = PhoneScreen(request=request, number=number)
        if self._folder is not None:
            self._folder.show(self.shown)

    def clear(self) -> None:
        """Show nothing."""
        self.show("", "")

    def decide(self, decision: Decision) -> None:
        """Answer the request that is shown."""
        self._decided[self.shown.request] = decision

    def decision(self, request: str) -> Decision | None:
        """What the person answered to that request; None while there is no answer."""
        if self._folder is not None:
            answer = self._folder.answer()
            if answer.request == request and answer.decision is not None:
                return answer.decision
        return self._decided.get(request)


def _read(path: Path, model: type[_Model]) -> _Model:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_PHONE_BYTES + 1)
        return model.model_validate_json(content) if len(content) <= MAX_PHONE_BYTES else model()
    except (OSError, ValidationError):
        return model()
