"""Any sequence of calls, of two programs at one journal, against a model of a few lines."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from appliance.journal import EventState, Journal, Sighting
from tests.journal.world import DIGEST, IDENTITY, Disk, World, pair

SECRET_S = 60.0
DAY_S = 24 * 3600.0
LIVE = (EventState.PENDING, EventState.SECRET)

programs = st.integers(0, 1)
some = st.integers(0, 10**6)


@dataclass
class ModelEvent:
    kind: str
    payload: dict[str, object]
    born_s: float
    state: EventState


class JournalMachine(RuleBasedStateMachine):
    """The counter's and the bridge's journal on one path."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self.folder.name))
        self.disk = Disk(self.world.state)
        self.journals: list[Journal] = []
        self.now_s = 0.0
        self.events: dict[int, ModelEvent] = {}
        self.owed: dict[str, set[int]] = {}
        self.in_view: dict[str, int] = {}
        self.sightings: dict[str, int] = {}
        self.wrapped: dict[int, bytes] = {}
        self.names = 0
        self.acks = 0
        self.somebody_has: set[int] = set()

    @initialize()
    def start(self) -> None:
        self.journals = [self.world.open(), self.world.open()]

    def teardown(self) -> None:
        self.world.closing.close()
        self.disk.close()
        self.folder.cleanup()

    # What happens

    @rule(program=programs, number=some, secret=st.booleans(), size=st.sampled_from([1, 30, 900]))
    def append(self, program: int, number: int, secret: bool, size: int) -> None:
        payload: dict[str, object] = {"text": IDENTITY * size, "number": number}
        appended = self.journals[program].append("code.read", payload, secret=secret)
        assert appended.is_new
        self._born(appended.event_id, "code.read", payload, secret)

    @rule(program=programs, number=st.integers(0, 5), secret=st.booleans())
    def present(self, program: int, number: int, secret: bool) -> None:
        name = f"s-{number}"
        payload: dict[str, object] = {"text": IDENTITY, "sighting": name}
        appended = self.journals[program].append(
            "code.read", payload, sighting=Sighting(name, DIGEST), secret=secret
        )
        assert appended.is_new is (name not in self.sightings)
        if appended.is_new:
            self._born(appended.event_id, "code.read", payload, secret)
            self.sightings[name] = self.in_view[name] = appended.event_id
        assert appended.event_id == self.sightings[name]

    @rule(program=programs, number=st.integers(0, 5))
    def take_away(self, program: int, number: int) -> None:
        self.journals[program].presentation_gone(f"s-{number}")
        self.in_view.pop(f"s-{number}", None)

    @precondition(lambda self: len(self.owed) < 4)
    @rule(program=programs)
    def pair(self, program: int) -> None:
        self.names += 1
        client = pair(self.journals[program], f"LGO {self.names}")
        self.owed[client.id] = {event_id for event_id, event in self.events.items() if event.state in LIVE}

    @precondition(lambda self: self.owed)
    @rule(program=programs, which=some, keep=st.lists(st.booleans(), max_size=12), stray=some)
    def acknowledge(self, program: int, which: int, keep: list[bool], stray: int) -> None:
        client_id = self._client(which)
        ids = [event_id for event_id, kept in zip(self.events, keep, strict=False) if kept]
        result = self.journals[program].acknowledge(client_id, [*ids, stray])
        expected = [event_id for event_id in dict.fromkeys([*ids, stray]) if event_id in self.owed[client_id]]
        assert result.newly == tuple(expected)
        assert result.unknown == (() if stray in self.events else (stray,))
        self._acknowledged(client_id, expected)

    @precondition(lambda self: self.owed)
    @rule(program=programs, which=some, share=st.floats(0, 1))
    def acknowledge_through(self, program: int, which: int, share: float) -> None:
        client_id = self._client(which)
        through = int(share * max(self.events, default=0))
        expected = sorted(event_id for event_id in self.owed[client_id] if event_id <= through)
        assert self.journals[program].acknowledge(client_id, through=through).newly == tuple(expected)
        self._acknowledged(client_id, expected)

    @precondition(lambda self: self.owed)
    @rule(program=programs, which=some, keep=st.lists(st.booleans(), max_size=12), stray=some)
    def decline(self, program: int, which: int, keep: list[bool], stray: int) -> None:
        client_id = self._client(which)
        ids = [event_id for event_id, kept in zip(self.events, keep, strict=False) if kept]
        self.journals[program].decline(client_id, [*ids, stray])
        declined = self.owed[client_id] & {*ids, stray}
        self.owed[client_id] -= declined
        self._settle(declined & self.somebody_has)

    @precondition(lambda self: self.owed)
    @rule(program=programs, which=some)
    def revoke(self, program: int, which: int) -> None:
        client_id = self._client(which)
        assert self.journals[program].revoke(client_id)
        waited = self.owed.pop(client_id)
        if self.owed:
            self._settle(waited & self.somebody_has)

    @rule(seconds=st.sampled_from([1.0, 59.0, 61.0, DAY_S / 3, DAY_S]))
    def wait(self, seconds: float) -> None:
        self.world.clock.advance(seconds)
        self.now_s += seconds

    @rule(program=programs)
    def sweep(self, program: int) -> None:
        expired = sorted(event_id for event_id in self.events if self._is_overdue(event_id))
        assert self.journals[program].sweep() == expired
        for event_id in expired:
            self._ended(event_id, EventState.EXPIRED)
        named = [event_id for event_id in expired if self.events[event_id].kind != "events.expired"]
        if named:
            kinds = [self.events[event_id].kind for event_id in named]
            notice = self.journals[program].last_id()
            assert notice == max(self.events) + 1
            self._born(notice, "events.expired", {"ids": named, "kinds": kinds}, secret=False)
        gone_for_an_hour = set(self.sightings) - set(self.in_view)
        for name in gone_for_an_hour:
            if self.journals[program].find_sighting(name) is None:
                del self.sightings[name]

    @rule(program=programs)
    def reopen(self, program: int) -> None:
        self.journals[program].close()
        self.journals[program] = self.world.open()

    @rule()
    def restart_both(self) -> None:
        for journal in self.journals:
            journal.close()
        self.journals = [self.world.open(), self.world.open()]

    # What must hold at any time

    @invariant()
    def every_client_is_given_what_it_is_owed(self) -> None:
        for number, (client_id, owed) in enumerate(self.owed.items()):
            given = {
                event.id: (event.kind, event.payload, event.state)
                for event in self.journals[number % 2].read(client_id, 0, 1000)
            }
            assert given == {
                event_id: (event.kind, event.payload, event.state)
                for event_id, event in self.events.items()
                if event_id in owed and not (event.state is EventState.SECRET and self._is_overdue(event_id))
            }
            assert list(given) == sorted(given)

    @invariant()
    def the_rest_agrees(self) -> None:
        if not self.journals:
            return
        journal = self.journals[0]
        assert {head.id: head.state for head in journal.history(0, 1000)} == {
            event_id: event.state for event_id, event in self.events.items()
        }
        assert journal.last_id() == max(self.events, default=0)
        assert journal.last_ack() == self.acks
        assert {p.sighting_id: p.event_id for p in journal.presentations()} == self.in_view
        assert {client.id for client in journal.clients()} == set(self.owed)
        assert journal.status().waiting == sum(event.state in LIVE for event in self.events.values())
        assert self.world.losses == []

    @invariant()
    def no_erased_key_and_no_identity_is_in_any_file(self) -> None:
        everything = b"".join(self.disk.files().values())
        assert IDENTITY.encode() not in everything
        for event_id, wrapped in self.wrapped.items():
            assert (wrapped in everything) is (self.events[event_id].state is EventState.PENDING), event_id

    # The model

    def _client(self, which: int) -> str:
        return sorted(self.owed)[which % len(self.owed)]

    def _is_overdue(self, event_id: int) -> bool:
        event = self.events[event_id]
        lifetime = {EventState.PENDING: DAY_S, EventState.SECRET: SECRET_S}.get(event.state)
        return lifetime is not None and self.now_s - event.born_s >= lifetime

    def _born(self, event_id: int, kind: str, payload: dict[str, object], secret: bool) -> None:
        assert event_id == max(self.events, default=0) + 1
        state = EventState.SECRET if secret else EventState.PENDING
        self.events[event_id] = ModelEvent(kind, payload, self.now_s, state)
        for owed in self.owed.values():
            owed.add(event_id)
        if not secret:
            self.wrapped[event_id] = self.world.wrapped_key(event_id)

    def _ended(self, event_id: int, state: EventState) -> None:
        self.events[event_id].state = state
        for owed in self.owed.values():
            owed.discard(event_id)

    def _acknowledged(self, client_id: str, event_ids: list[int]) -> None:
        self.acks += len(event_ids)
        self.somebody_has |= set(event_ids)
        self.owed[client_id] -= set(event_ids)
        self._settle(set(event_ids))

    def _settle(self, event_ids: set[int]) -> None:
        for event_id in event_ids:
            if not any(event_id in owed for owed in self.owed.values()):
                self._ended(event_id, EventState.ERASED)


JournalMachine.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
test_any_sequence_of_calls = JournalMachine.TestCase
