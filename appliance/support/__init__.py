"""The support bundle: what the editor needs to help from afar, and nothing that names anybody."""
