"""Buffers that are kept from call to call."""

from threading import get_ident

import torch


class Workspace:
    """Named buffers. They are allocated anew only for larger blocks or other shapes.

    Without them, the system would map new memory for a block of codes at every call,
    page by page. This takes as long as the arithmetic. Each thread has its own.
    """

    def __init__(self):
        self._held = {}

    def buffers(self, name, like, n):
        """``n`` uninitialised tensors of the shape, dtype and device of ``like``."""
        kind = (like.shape[1:], like.dtype, like.device, n)
        name = name, get_ident()
        held_kind, held = self._held.get(name, (None, ()))
        if held_kind != kind or any(len(buffer) < len(like) for buffer in held):
            held = [torch.empty_like(like) for _ in range(n)]
            self._held[name] = (kind, held)
        return [buffer[: len(like)] for buffer in held]

    def entries(self):
        """The number of values that the buffers hold."""
        kept = list(self._held.values())
        return sum(buffer.numel() for _, held in kept for buffer in held)
