"""Outputs that are not HTTPS: each follows the journal as a client of its own, and hands events to a sink."""
