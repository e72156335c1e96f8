"""What reading and sweeping cost does not depend on how many events there ever were."""

from __future__ import annotations

import pytest

from appliance.journal import store, sweeping
from tests.journal.world import World

QUERIES = {
    "owed to a client": (store.OWED, ("client", 0)),
    "one event": (store._ONE, (1,)),
    "is it owed to anybody": ("SELECT 1 FROM owed WHERE event_id = ? LIMIT 1", (1,)),
    "overdue of this boot": (sweeping._OVERDUE_THIS_BOOT, (b"", 0)),
    "overdue of other boots": (sweeping._OVERDUE_OTHER_BOOTS, (b"", b"", 0, 0)),
    "live secrets": ("SELECT id FROM event WHERE state = 1 ORDER BY id", ()),
    "free slot": ("SELECT slot FROM key_slot WHERE used = 0 LIMIT 1", ()),
    "known sighting": ("SELECT event_id FROM sighting WHERE id = ?", ("s",)),
    "in view": ("SELECT id FROM sighting WHERE boot = ? AND digest IS NOT NULL", (b"",)),
    "gone": ("DELETE FROM sighting WHERE gone_ns <= ?", (0,)),
    "acknowledgements": ("SELECT sequence FROM ack WHERE sequence > ? ORDER BY sequence LIMIT ?", (0, 1)),
    "history": ("SELECT id FROM event WHERE id > ? ORDER BY id LIMIT ?", (0, 1)),
}


@pytest.mark.parametrize("name", QUERIES)
def test_every_frequent_query_is_a_search_in_an_index(world: World, name: str) -> None:
    world.open()
    query, values = QUERIES[name]
    plan = [row[3] for row in world.sqlite().execute(f"EXPLAIN QUERY PLAN {query}", values)]
    assert plan
    for step in plan:
        # A partial index holds the few rows in question only: scanning it is not scanning the table.
        assert (
            step.startswith(("SEARCH", "MULTI-INDEX OR", "INDEX"))
            or "INDEX live_secret" in step
            or ("INDEX free_slot" in step)
        ), plan
        assert "TEMP B-TREE" not in step, plan


def test_reading_steps_over_no_old_event(world: World) -> None:
    """Counted, not timed: SQLite's own virtual machine steps for one read, with 10 and 20,000 old events."""
    journal = world.open()
    client = journal.add_client("LGO", bytes(32), ["events"])
    steps = []
    for old in (10, 20_000):
        other = world.sqlite()
        other.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO event (at_us, kind, state) SELECT 0, 'code.read', 2 FROM n",
            (old,),
        )
        event_id = journal.append("code.read", {}).event_id
        count = 0

        def step() -> int:
            nonlocal count
            count += 1
            return 0

        other.set_progress_handler(step, 1)
        assert len(other.execute(store.OWED, (client.id, 0)).fetchall()) == 1
        steps.append(count)
        journal.acknowledge(client.id, [event_id])
    assert steps[0] == steps[1] > 0
