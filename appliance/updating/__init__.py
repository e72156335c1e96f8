"""Puts another version of the package in place, and takes the one before back where it does not do."""
