"""Checks: what the device knows of its own state, and says in the same words everywhere.

A check answers with a code; its sentences are the catalogue's. `registry` says which checks there are and
which program may answer each, `run` asks them, `published` hands the answers from one program to the others.
"""
