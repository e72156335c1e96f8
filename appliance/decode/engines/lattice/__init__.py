"""Our own QR sampler: it bends its grid with the paper, where other readers lay a flat one."""

from appliance.decode.engines.lattice.engine import LatticeEngine

__all__ = ["LatticeEngine"]
