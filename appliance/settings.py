"""One typed schema of the device's TOML settings."""
