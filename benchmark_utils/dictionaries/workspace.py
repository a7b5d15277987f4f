"""Buffers that outlive a call."""

import torch


class Workspace:
    """Named buffers, allocated anew only for larger blocks or another kind of codes.

    Fresh memory of the size of a block of codes is mapped by the system at every
    call, page by page, which costs as much as the arithmetic done in it.
    """

    def __init__(self):
        self._held = {}

    def buffers(self, name, like, n):
        """``n`` uninitialised tensors of the shape, dtype and device of ``like``."""
        kind = (like.shape[1:], like.dtype, like.device, n)
        held_kind, held = self._held.get(name, (None, ()))
        if held_kind != kind or any(len(buffer) < len(like) for buffer in held):
            held = [torch.empty_like(like) for _ in range(n)]
            self._held[name] = (kind, held)
        return [buffer[: len(like)] for buffer in held]

    def entries(self):
        """How many numbers the buffers hold."""
        return sum(buffer.numel() for _, held in self._held.values() for buffer in held)
