"""French health identifiers as values that cannot be built wrong."""
