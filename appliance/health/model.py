"""What a check is, and what it answers: frozen values, with the sentences of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Protocol

from appliance.health.registry import REGISTRY
from appliance.texts.health import SAID, SAID_OF_ALL, WHAT, Said

__all__ = ["MAX_VALUES", "MAX_VALUE_CHARS", "Answer", "Check", "Level", "Verdict", "worst"]

MAX_VALUES = 8
MAX_VALUE_CHARS = 100

_NAME = re.compile(r"[a-z][a-z_]{0,31}")


@unique
class Level(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    UNKNOWN = "unknown"
    """It could not be asked here, or its program says nothing."""
    UNUSED = "unused"
    """The settings do without what it is about."""


_SEVERITY: Mapping[Level, int] = MappingProxyType(
    {Level.UNUSED: 0, Level.OK: 1, Level.UNKNOWN: 2, Level.WARNING: 3, Level.FAULT: 4}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check found.

    Attributes:
        level: how bad it is.
        code: the word of the catalogue for it; stable, for programs.
        values: what the sentences are filled with: numbers and names of things, never of people.
    """

    level: Level
    code: str
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse what does not come from a check: answers are handed from one program to another."""
        if not _NAME.fullmatch(self.code) or len(self.values) > MAX_VALUES:
            raise ValueError("an answer is a word and a few values")
        for name, value in self.values.items():
            if not _NAME.fullmatch(name) or len(value) > MAX_VALUE_CHARS or not value.isprintable():
                raise ValueError(f"a value is a line of at most {MAX_VALUE_CHARS} characters")

    @classmethod
    def ok(cls, code: str = "ok", **values: object) -> Answer:
        """All is well."""
        return cls(Level.OK, code, _texts(values))

    @classmethod
    def warning(cls, code: str, **values: object) -> Answer:
        """It works, but somebody should look after it."""
        return cls(Level.WARNING, code, _texts(values))

    @classmethod
    def fault(cls, code: str, **values: object) -> Answer:
        """It does not work."""
        return cls(Level.FAULT, code, _texts(values))

    @classmethod
    def unknown(cls, code: str, **values: object) -> Answer:
        """Nobody can say here."""
        return cls(Level.UNKNOWN, code, _texts(values))

    @classmethod
    def unused(cls) -> Answer:
        """The settings do without it."""
        return cls(Level.UNUSED, "unused")


def _texts(values: Mapping[str, object]) -> Mapping[str, str]:
    """Values as they are printed; what is longer than a line may be is cut, never refused."""
    shown = {name: str(value)[:MAX_VALUE_CHARS] for name, value in values.items()}
    return MappingProxyType({name: text if text.isprintable() else "?" for name, text in shown.items()})


class Check(Protocol):
    """Something that can be asked of the device.

    Attributes:
        id: its row of the registry.
    """

    @property
    def id(self) -> str:
        """Its row of the registry."""
        ...

    def ask(self) -> Answer:
        """Look; may take its deadline (`run.DEADLINE_S`), and may raise whatever it likes."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer with the name of its check, as people and programs are told it."""

    id: str
    answer: Answer

    def __post_init__(self) -> None:
        """Refuse a check that is not registered, and an answer without words."""
        if self.id not in REGISTRY:
            raise ValueError("no such check")
        _ = self.cause, self.remedy

    @property
    def level(self) -> Level:
        """How bad it is."""
        return self.answer.level

    @property
    def code(self) -> str:
        """The stable word for it."""
        return self.answer.code

    @property
    def what(self) -> str:
        """What was checked, in French."""
        return WHAT[self.id]

    @property
    def word(self) -> str:
        """How it is, short enough for the OLED, in French."""
        return self._filled(self._said.word)

    @property
    def cause(self) -> str:
        """Why, one French sentence; empty where there is nothing to say."""
        return self._filled(self._said.cause)

    @property
    def remedy(self) -> str:
        """What to do, in French; empty where nothing is to be done."""
        return self._filled(self._said.remedy)

    @property
    def _said(self) -> Said:
        said = SAID[self.id].get(self.code) or SAID_OF_ALL.get(self.code)
        if said is None:
            raise ValueError("no words for this answer")
        return said

    def _filled(self, text: str) -> str:
        try:
            return text.format_map(self.answer.values)
        except KeyError as error:
            raise ValueError(f"the words want {error}") from None


def worst(verdicts: tuple[Verdict, ...]) -> Level:
    """The level of the whole device; nothing asked is nothing known."""
    return max((verdict.level for verdict in verdicts), key=_SEVERITY.__getitem__, default=Level.UNKNOWN)
