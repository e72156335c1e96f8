"""Every bound of the bridge, by name: what a client may send, how long it may take, how many may come."""

from __future__ import annotations

__all__ = [
    "DEFAULT_EVENTS",
    "HEARTBEAT_S",
    "MAX_ACK_IDS",
    "MAX_ADDRESSES",
    "MAX_BODY_BYTES",
    "MAX_CHUNKS",
    "MAX_CHUNK_LINE_BYTES",
    "MAX_EVENTS",
    "MAX_EVENT_ID",
    "MAX_HEADERS",
    "MAX_HEAD_BYTES",
    "MAX_JSON_DEPTH",
    "MAX_PATH_PART_CHARACTERS",
    "MAX_REQUEST_LINE_BYTES",
    "MAX_STREAM_S",
    "MAX_TOKEN_CHARACTERS",
    "MAX_WAITS",
    "MAX_WAITS_PER_CLIENT",
    "MAX_WAIT_S",
    "QUEUED_REQUESTS",
    "QUICK_WORKERS",
    "TOUCH_EVERY_S",
]

MAX_REQUEST_LINE_BYTES = 4096
"""Method, target and version. Our longest legitimate one is under 100."""

MAX_HEAD_BYTES = 16 * 1024
"""Request line and header fields together."""

MAX_HEADERS = 64
"""Header fields of a request; browsers send about twenty."""

MAX_BODY_BYTES = 16 * 1024
"""Body of a request, decoded. The longest legitimate one names MAX_ACK_IDS events."""

MAX_CHUNKS = 64
"""Chunks of a chunked body: .NET sends one or two, Java one per 4 KiB."""

MAX_CHUNK_LINE_BYTES = 256
"""A chunk's size line with its extensions."""

MAX_JSON_DEPTH = 8
"""Nesting of a request's JSON; ours needs two."""

MAX_EVENT_ID = 2**63 - 1
"""What SQLite can hold; also the greatest cursor."""

MAX_EVENTS = 100
"""Events of one answer (`limit`)."""

DEFAULT_EVENTS = 50
"""`limit` when it is not given."""

MAX_PATH_PART_CHARACTERS = 128
"""A variable part of a path, such as a prescription's number."""

MAX_ACK_IDS = 500
"""Events acknowledged one by one in one call; 500 ids of 19 digits fit MAX_BODY_BYTES."""

MAX_WAIT_S = 25
"""Longest long poll: under the 30 s after which proxies and old HTTP stacks give a connection up."""

MAX_STREAM_S = 3600
"""How long a stream of events lasts; its client then connects again, with the last id it had."""

HEARTBEAT_S = 10
"""How often a stream with nothing to say is heard: under the 15 s after which proxies may end it."""

MAX_WAITS = 8
"""Long polls and streams at the same time, over all clients."""

MAX_WAITS_PER_CLIENT = 1
"""A newer poll of the same client ends the older one."""

QUICK_WORKERS = 6
"""Threads beyond MAX_WAITS, which no long poll can occupy."""

QUEUED_REQUESTS = 32
"""Requests waiting for a thread; beyond, the answer is 503 with Retry-After."""

MAX_TOKEN_CHARACTERS = 256
"""A longer one is not looked up."""

TOUCH_EVERY_S = 1
"""How often at most it is noted that a client was heard of; the counter calls it absent after 10 s."""

MAX_ADDRESSES = 1024
"""Addresses and clients whose rate is remembered; beyond, the least recent is forgotten."""
