"""The decoders in a process of their own: one that dies on a hostile picture costs that frame only.

`IsolatedReader` stands where a `Reader` does. Behind it a *nursery* process has imported every decoder once
and forks *workers*; frames go over in shared memory, readings come back as validated messages. When a worker
dies, the nursery notes what it was trying on which picture, forks the next within milliseconds, and that one
passes over the same attempt on a picture that looks the same.
"""

from appliance.decode.isolation.reader import IsolatedReader

__all__ = ["IsolatedReader"]
