"""The decoders, each behind the same seam: a grey picture in, symbols with raw bytes and corners out."""

from appliance.decode.engines.engine import Engine, EngineError
from appliance.decode.engines.zxing import Binarizer, ZxingEngine

__all__ = ["Binarizer", "Engine", "EngineError", "ZxingEngine"]
