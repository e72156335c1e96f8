"""What a code says: pure parsers from raw bytes to typed payloads."""
