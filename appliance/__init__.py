"""Comptoir: a counter scanner for French pharmacies."""
