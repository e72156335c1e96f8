"""A Pro Santé Connect of the demonstration and the tests: real TLS, real tokens, keys made at its start."""
