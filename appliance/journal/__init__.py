"""The durable event store: encryption, delivery, acknowledgement and erasure."""
