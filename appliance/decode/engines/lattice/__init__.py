"""Our own samplers: they know the symbol's fixed modules, learn its blur, and give up what is damaged."""

from appliance.decode.engines.lattice.engine import LatticeEngine
from appliance.decode.engines.lattice.outline_engine import OutlineEngine

__all__ = ["LatticeEngine", "OutlineEngine"]
