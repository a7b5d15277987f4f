"""Buffers that outlive a call."""

import torch


class Workspace:
    """Named buffers, allocated anew only when what they must hold changes shape.

    Fresh memory of the size of a block of codes is mapped by the system at every
    call, page by page, which costs as much as the arithmetic done in it.
    """

    def __init__(self):
        self._held = {}

    def buffers(self, name, like, n):
        """``n`` uninitialised tensors of the shape, dtype and device of ``like``."""
        key = (like.shape, like.dtype, like.device, n)
        if self._held.get(name, (None,))[0] != key:
            self._held[name] = (key, [torch.empty_like(like) for _ in range(n)])
        return self._held[name][1]
