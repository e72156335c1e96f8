"""A simulated counter behind the same seams as the real devices."""
