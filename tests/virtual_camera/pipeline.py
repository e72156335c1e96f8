"""The real picamera2 where there is no Pi: stand-ins for the hardware that is missing.

Three things are replaced, none of them in the path of a frame: picamera2's import of a display's interface,
its allocator (there is no /dev/dma_heap: memory files instead) and its list of raw modes (no sensor).
"""

from __future__ import annotations

import mmap
import os
import sys
import types
from pathlib import Path
from typing import Any

__all__ = ["CONFIGURATION", "SIZES", "list_cameras", "picamera2_class"]

CONFIGURATION = Path("/usr/share/libcamera/pipeline/virtual/virtual.yaml")
"""Where the virtual pipeline's cameras are listed; the path is compiled into libcamera."""

SIZES = ((2304, 1296), (1280, 720), (640, 360))
"""What the cameras give; the pipeline takes the nearest of these for each stream."""


def list_cameras(frames: dict[str, Path]) -> None:
    """Plug in a camera a folder of JPEG files named 0.jpg, 1.jpg..."""
    lines = []
    for name, folder in frames.items():
        lines += [f'"{name}":', "  supported_formats:"]
        for width, height in SIZES:
            lines += [f"  - width: {width}", f"    height: {height}", "    frame_rates: [30, 60]"]
        lines += [
            "  frames:",
            f'    path: "{folder}/"',
            f'  model: "{name}"',
        ]
    CONFIGURATION.parent.mkdir(parents=True, exist_ok=True)
    CONFIGURATION.write_text("\n".join(lines) + "\n")


class _AnyName:
    def __getattr__(self, name: str) -> str:
        return name


def picamera2_class() -> Any:
    """The real Picamera2, made to work without a Pi."""
    for name in ("kms", "pykms"):
        module = types.ModuleType(name)
        module.PixelFormat = module.PixelFormats = _AnyName()  # type: ignore[attr-defined]
        sys.modules.setdefault(name, module)
    import picamera2.picamera2 as library  # noqa: PLC0415 - needs the names above

    library.DmaAllocator = _memory_allocator()
    library.Picamera2._get_raw_modes = lambda camera: [{"format": "NV12", "size": (1280, 720)}]
    return library.Picamera2


def _memory_allocator() -> type:
    import libcamera  # noqa: PLC0415 - there in the tier alone
    from picamera2.allocators.allocator import Allocator  # noqa: PLC0415

    class Mapped:
        """One frame's memory while a request is looked at; its planes lie one after the other."""

        def __init__(self, allocator: object, buffer: Any, write: bool) -> None:
            del allocator, write
            self._planes = buffer.planes

        def __enter__(self) -> mmap.mmap:
            self._memory = mmap.mmap(self._planes[0].fd, sum(plane.length for plane in self._planes))
            return self._memory

        def __exit__(self, *_: object) -> None:
            self._memory.close()

    class MemoryAllocator(Allocator):  # type: ignore[misc]
        needs_sync = True

        def __init__(self) -> None:
            self.sync = Mapped
            self._buffers: dict[Any, list[Any]] = {}
            self._files: list[int] = []

        def allocate(self, configuration: Any, _use: object) -> None:
            self.close()
            for stream in configuration:
                self._buffers[stream.stream] = [self._buffer(stream) for _ in range(stream.buffer_count)]

        def _buffer(self, stream: Any) -> Any:
            luminance = stream.stride * stream.size.height
            file = os.memfd_create("frame")
            os.ftruncate(file, stream.frame_size)
            self._files.append(file)
            planes = []
            for offset, length in ((0, luminance), (luminance, stream.frame_size - luminance)):
                plane = libcamera.FrameBuffer.Plane()
                plane.fd, plane.offset, plane.length = file, offset, length
                planes.append(plane)
            return libcamera.FrameBuffer(planes)

        def buffers(self, stream: Any) -> list[Any]:
            return self._buffers[stream]

        def close(self) -> None:
            self._buffers = {}
            while self._files:
                os.close(self._files.pop())

    return MemoryAllocator
