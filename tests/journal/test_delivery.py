"""Reading, acknowledging, pairing: who is given what, and until when."""

from __future__ import annotations

import pytest

from appliance.journal import (
    EventState,
    InvalidRequestError,
    Journal,
    NewEvent,
    TooManyClientsError,
    UnknownClientError,
)
from appliance.journal.deliveries import ACK_MEMORY
from appliance.journal.model import (
    MAX_ACK_IDS,
    MAX_CLIENTS,
    MAX_EVENT_ID,
    MAX_NAME_CHARS,
    MAX_PAYLOAD_BYTES,
    MAX_READ_EVENTS,
    MAX_SCOPES,
)
from appliance.journal.pairings import MAX_TOKEN_CHARS, SEEN_ON_DISK
from appliance.journal.reading import MAX_READ_BYTES
from tests.journal.world import NEXT_BOOT, World, pair, payload, token_hash


def _ids(journal: Journal, client_id: str, after: int = 0, limit: int = 100) -> list[int]:
    return [event.id for event in journal.read(client_id, after, limit)]


def _append(journal: Journal, count: int) -> list[int]:
    return [
        one.event_id for one in journal.append_many([NewEvent("code.read", payload(i)) for i in range(count)])
    ]


def test_each_client_is_given_what_it_has_not_acknowledged(journal: Journal) -> None:
    first, second = pair(journal, "first"), pair(journal, "second")
    _append(journal, 5)
    assert journal.acknowledge(first.id, [4, 2]).newly == (4, 2)
    assert _ids(journal, first.id) == [1, 3, 5]
    assert _ids(journal, second.id) == [1, 2, 3, 4, 5]
    assert _ids(journal, first.id, after=1) == [3, 5]
    assert _ids(journal, first.id, after=5) == []
    assert _ids(journal, second.id, limit=2) == [1, 2]


def test_an_event_is_given_again_until_it_is_acknowledged(world: World, journal: Journal) -> None:
    lgo = pair(journal)
    _append(journal, 2)
    for _ in range(3):
        assert _ids(journal, lgo.id) == [1, 2]
    journal.close()
    journal = world.open()
    assert _ids(journal, lgo.id) == [1, 2]
    journal.acknowledge(lgo.id, through=1)
    assert _ids(journal, lgo.id) == [2]


def test_what_an_acknowledgement_answers(journal: Journal) -> None:
    first, second = pair(journal, "first"), pair(journal, "second")
    _append(journal, 3)
    result = journal.acknowledge(first.id, [2, 2, 99, 0, -1, MAX_EVENT_ID, 2**70])
    assert result.newly == (2,)
    assert result.unknown == (99, 0, -1, MAX_EVENT_ID, 2**70)
    assert journal.acknowledge(first.id, [2]) == type(result)((), ())
    assert journal.acknowledge(first.id, through=2**70).newly == (1, 3)
    assert journal.acknowledge(first.id, through=0).newly == ()
    assert journal.acknowledge(second.id, [3], through=1).newly == (1, 3)


def test_an_event_acknowledged_by_all_is_erased_and_its_head_stays(journal: Journal) -> None:
    first, second = pair(journal, "first"), pair(journal, "second")
    _append(journal, 1)
    journal.acknowledge(first.id, [1])
    assert journal.history(0, 10)[0].state is EventState.PENDING
    journal.acknowledge(second.id, [1])
    (head,) = journal.history(0, 10)
    assert (head.id, head.kind, head.state, head.visit, head.payload) == (
        1,
        "code.read",
        EventState.ERASED,
        None,
        None,
    )
    assert journal.status().waiting == 0


def test_without_a_client_events_wait_and_a_later_client_is_given_them(journal: Journal) -> None:
    _append(journal, 2)
    journal.sweep()
    assert journal.status().waiting == 2
    assert _ids(journal, pair(journal).id) == [1, 2]


def test_the_acknowledgements_can_be_followed(world: World, journal: Journal) -> None:
    first, second = pair(journal, "first"), pair(journal, "second")
    _append(journal, 3)
    assert journal.last_ack() == 0
    journal.acknowledge(first.id, [3, 1])
    journal.acknowledge(second.id, [3])
    acks = journal.acks_after(0)
    assert [(ack.event_id, ack.client_id) for ack in acks] == [(3, first.id), (1, first.id), (3, second.id)]
    assert [ack.sequence for ack in acks] == [1, 2, 3]
    assert journal.acks_after(2) == acks[2:]
    assert journal.acks_after(0, limit=1) == acks[:1]
    journal.close()
    assert world.open().last_ack() == 3


def test_old_acknowledgements_are_forgotten_and_the_sequence_grows_on(world: World, journal: Journal) -> None:
    lgo = pair(journal)
    world.sqlite().execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'ack'", (ACK_MEMORY,))
    world.sqlite().execute("INSERT INTO ack VALUES (1, 1, 'old'), (2, 1, 'old')")
    _append(journal, 1)
    journal.acknowledge(lgo.id, [1])
    assert [ack.sequence for ack in journal.acks_after(0)] == [2, ACK_MEMORY + 1]


def test_a_client_without_the_scope_events_holds_nothing_back(journal: Journal) -> None:
    lgo, technician = pair(journal, "LGO"), pair(journal, "technician", "technician", "status")
    _append(journal, 1)
    for ask in (
        lambda: journal.read(technician.id, 0, 1),
        lambda: journal.acknowledge(technician.id, [1]),
    ):
        with pytest.raises(UnknownClientError):
            ask()
    journal.acknowledge(lgo.id, [1])
    assert journal.history(0, 1)[0].state is EventState.ERASED


def test_revoking_the_last_who_waits_erases(journal: Journal) -> None:
    first, second = pair(journal, "first"), pair(journal, "second")
    _append(journal, 2)
    journal.acknowledge(first.id, [1])
    assert journal.revoke(second.id)
    assert [event.state for event in journal.history(0, 10)] == [EventState.ERASED, EventState.PENDING]
    assert not journal.revoke(second.id)
    with pytest.raises(UnknownClientError):
        journal.read(second.id, 0, 1)


def test_revoking_the_only_client_lets_events_wait(journal: Journal) -> None:
    lgo = pair(journal)
    _append(journal, 2)
    journal.revoke(lgo.id)
    assert [event.state for event in journal.history(0, 10)] == [EventState.PENDING] * 2
    assert _ids(journal, pair(journal, "next").id) == [1, 2]


def test_a_client_is_found_by_its_token(world: World, journal: Journal) -> None:
    clients = [pair(journal, f"LGO {number}") for number in range(MAX_CLIENTS)]
    assert journal.clients() == clients
    for client in clients:
        assert journal.client_by_token(f"token of {client.name}") == client
    for wrong in ("", "token of LGO", "\udc80", "x" * (MAX_TOKEN_CHARS + 1)):
        assert journal.client_by_token(wrong) is None
    assert len({client.id for client in clients}) == MAX_CLIENTS
    journal.close()
    assert world.open().clients() == clients


def test_bound_of_a_token(journal: Journal) -> None:
    longest = "t" * MAX_TOKEN_CHARS
    client = journal.add_client("LGO", token_hash(longest), ["events"])
    too_long = journal.add_client("too long", token_hash(longest + "t"), ["events"])
    assert journal.client_by_token(longest) == client
    assert journal.client_by_token(longest + "t") is None
    assert too_long in journal.clients()


def test_bound_of_the_clients(journal: Journal) -> None:
    clients = [pair(journal, f"LGO {number}") for number in range(MAX_CLIENTS)]
    with pytest.raises(TooManyClientsError):
        pair(journal, "one more")
    journal.revoke(clients[3].id)
    assert pair(journal, "one more").receives_events


def test_bounds_of_a_pairing(journal: Journal) -> None:
    widest = [chr(ord("a") + number) for number in range(MAX_SCOPES)]
    client = journal.add_client("é" * MAX_NAME_CHARS, token_hash("a"), widest)
    assert client.scopes == frozenset(widest)
    assert not client.receives_events
    for name, digest, scopes in (
        ("", token_hash("b"), ["events"]),
        ("n" * (MAX_NAME_CHARS + 1), token_hash("b"), ["events"]),
        ("a\x1b[2J", token_hash("b"), ["events"]),
        ("n", token_hash("b")[1:], ["events"]),
        ("n", token_hash("b") + b"x", ["events"]),
        ("n", token_hash("b"), []),
        ("n", token_hash("b"), ["Events"]),
        ("n", token_hash("b"), ["two words"]),
        ("n", token_hash("b"), [*widest, "z"]),
        ("token in use", token_hash("a"), ["events"]),
    ):
        with pytest.raises(InvalidRequestError):
            journal.add_client(name, digest, scopes)
    assert journal.clients() == [client]


def test_a_client_that_says_statuses_is_known_by_it_until_it_is_revoked(
    world: World, journal: Journal
) -> None:
    teller = journal.add_client("LGO A", b"a" * 32, ["events", "status"]).id
    journal.add_client("LGO B", b"b" * 32, ["events", "status"])
    for _ in range(2):
        journal.note_says_statuses(teller)
    assert [client.says_statuses for client in journal.clients()] == [True, False]
    assert journal.revoke(teller)
    with pytest.raises(UnknownClientError):
        journal.note_says_statuses(teller)
    assert [client.says_statuses for client in journal.clients()] == [False]


def test_when_a_client_was_seen(world: World, journal: Journal) -> None:
    lgo = pair(journal)
    assert (lgo.last_seen, lgo.last_seen_ns) == (None, None)
    world.clock.advance(5)
    journal.touch(lgo.id)
    world.clock.advance(7)
    journal.touch(lgo.id)
    (seen,) = journal.clients()
    assert (seen.last_seen, seen.last_seen_ns) == (world.clock.now(), world.clock.monotonic_ns())
    assert journal.client_by_token("token of LGO") == seen
    with pytest.raises(UnknownClientError):
        journal.touch("nobody")
    # Asking often costs no disk: only the first request was written there.
    assert world.sqlite().execute(
        "SELECT (last_seen_us - paired_at_us) / 1000000 FROM client"
    ).fetchone() == (5,)
    world.clock.advance(SEEN_ON_DISK.total_seconds())
    journal.touch(lgo.id)
    journal.close()
    for path in (world.volatile / "clients").iterdir():
        path.unlink()
    world.boot = NEXT_BOOT
    (seen,) = world.open().clients()
    assert (seen.last_seen, seen.last_seen_ns) == (world.clock.now(), None)


def test_bounds_of_a_read(journal: Journal) -> None:
    lgo = pair(journal)
    for _ in range(MAX_READ_EVENTS // 100):
        _append(journal, 100)
    _append(journal, 1)
    assert len(journal.read(lgo.id, 0, MAX_READ_EVENTS)) == MAX_READ_EVENTS
    assert len(journal.history(0, MAX_READ_EVENTS)) == MAX_READ_EVENTS
    assert journal.read(lgo.id, 2**80, 1) == []
    for after, limit in ((0, 0), (0, MAX_READ_EVENTS + 1), (-1, 1)):
        for ask in (
            lambda after=after, limit=limit: journal.read(lgo.id, after, limit),
            lambda after=after, limit=limit: journal.history(after, limit),
            lambda after=after, limit=limit: journal.acks_after(after, limit),
        ):
            with pytest.raises(InvalidRequestError):
                ask()


def test_bounds_of_an_acknowledgement(journal: Journal) -> None:
    lgo = pair(journal)
    assert len(journal.acknowledge(lgo.id, range(1, MAX_ACK_IDS + 1)).unknown) == MAX_ACK_IDS
    with pytest.raises(InvalidRequestError):
        journal.acknowledge(lgo.id, range(1, MAX_ACK_IDS + 2))
    with pytest.raises(InvalidRequestError):
        journal.acknowledge(lgo.id, through=-1)


def test_a_read_of_large_events_is_bounded_and_can_be_continued(journal: Journal) -> None:
    lgo = pair(journal)
    count = MAX_READ_BYTES // MAX_PAYLOAD_BYTES + 5
    for _ in range(count):
        journal.append("code.read", {"text": "x" * (MAX_PAYLOAD_BYTES - 20)})
    first = _ids(journal, lgo.id)
    assert len(first) < count
    assert first + _ids(journal, lgo.id, after=first[-1]) == list(range(1, count + 1))


def test_what_a_client_declines_is_not_given_to_it_again_and_told_to_nobody(journal: Journal) -> None:
    lgo, keyboard = pair(journal), pair(journal, "keyboard")
    _append(journal, 3)
    journal.decline(keyboard.id, [1, 3, 99])
    assert _ids(journal, keyboard.id) == [2]
    assert _ids(journal, lgo.id) == [1, 2, 3]
    assert journal.acks_after(0) == []


def test_what_somebody_else_has_is_erased_once_it_is_declined(journal: Journal) -> None:
    lgo, keyboard = pair(journal), pair(journal, "keyboard")
    _append(journal, 2)
    journal.decline(keyboard.id, [1])
    journal.acknowledge(lgo.id, [1, 2])
    states = [event.state for event in journal.history(0, 10)]
    assert states == [EventState.ERASED, EventState.PENDING]
    journal.decline(keyboard.id, [2])
    assert [event.state for event in journal.history(0, 10)] == [EventState.ERASED] * 2


def test_what_everybody_declined_waits_for_a_client_to_come(journal: Journal) -> None:
    keyboard = pair(journal, "keyboard")
    _append(journal, 1)
    journal.decline(keyboard.id, [1])
    assert _ids(journal, pair(journal).id) == [1]


def test_a_client_of_copies_says_nothing_of_what_the_lgo_has(journal: Journal) -> None:
    copies = pair(journal, "broker", "events", "copy")
    _append(journal, 2)
    assert journal.acknowledge(copies.id, [1]).newly == (1,)
    assert _ids(journal, copies.id) == [2]
    assert journal.acks_after(0) == []
    lgo = pair(journal)
    assert _ids(journal, lgo.id) == [1, 2]
    journal.acknowledge(lgo.id, [1, 2])
    assert [ack.client_id for ack in journal.acks_after(0)] == [lgo.id, lgo.id]
    assert [event.state for event in journal.history(0, 10)] == [EventState.ERASED, EventState.PENDING]
    journal.acknowledge(copies.id, [2])
    assert [event.state for event in journal.history(0, 10)] == [EventState.ERASED] * 2


def test_only_clients_at_the_counter_stand_for_the_lgo(journal: Journal) -> None:
    made = [pair(journal, "LGO"), pair(journal, "broker", "events", "copy"), pair(journal, "probe", "status")]
    assert [client.is_at_the_counter for client in made] == [True, False, False]


def test_declining_is_bounded_and_for_receivers_only(journal: Journal) -> None:
    keyboard = pair(journal, "keyboard")
    journal.decline(keyboard.id, range(1, MAX_ACK_IDS + 1))
    with pytest.raises(InvalidRequestError):
        journal.decline(keyboard.id, range(1, MAX_ACK_IDS + 2))
    with pytest.raises(UnknownClientError):
        journal.decline("nobody", [1])


def test_an_event_says_its_age_within_a_boot(world: World, journal: Journal) -> None:
    lgo = pair(journal)
    _append(journal, 1)
    journal.append("code.read", payload(1), secret=True)
    world.clock.advance(2.5)
    assert [event.age_ns for event in journal.read(lgo.id, 0, 10)] == [2_500_000_000] * 2
    journal.close()
    world.boot = NEXT_BOOT
    assert world.open().read(lgo.id, 0, 1)[0].age_ns is None
