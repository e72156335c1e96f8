"""A simulated national base: INSi by its public contract, ordonnances by our demonstration contract.

It checks what the real one checks (signature, chain, revocation, clock, replay, profession), and lies, stalls
and breaks on command. Its people and prescriptions are fictitious.
"""
