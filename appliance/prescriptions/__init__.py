"""The status of a prescription and the ports it comes through."""
