"""Devices of tensors: the ``device`` parameter of all torch solvers."""

import torch


def resolve_device(name):
    """The torch device of a name.

    Parameters
    ----------
    name : {"auto", "cpu", "cuda", "cuda:1", ...}
        ``auto`` is CUDA if there is a device, and the CPU otherwise.

    Returns
    -------
    device : torch.device

    Raises
    ------
    ValueError
        If the device does not exist, or the name is not that of a device.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    kind, _, index = str(name).partition(":")
    if kind not in ("cpu", "cuda") or (index and not index.isdigit()):
        raise ValueError(f"device must be auto, cpu, cuda or 'cuda:1', got {name!r}.")
    n_devices = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if kind == "cuda" and int(index or 0) >= n_devices:
        raise ValueError(
            f"device={name!r} was asked for and torch sees {n_devices} CUDA devices "
            "here: use device=cpu or device=auto."
        )
    return torch.device(name)


def synchronize(device):
    """Wait until the device has finished, so that clocks are right."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def host_tensor(X, dtype, device="cpu"):
    """Copy X, which may be read-only or on disk, to a new tensor on the host.

    Parameters
    ----------
    X : array-like with a shape
        With any real dtype and byte order.
    dtype : torch.dtype
    device : torch.device or str
        Device that the tensor will be copied to. For a GPU, the memory is pinned.

    Returns
    -------
    tensor : Tensor
    """
    pinned = torch.device(device).type == "cuda"
    tensor = torch.empty(X.shape, dtype=dtype, pin_memory=pinned)
    tensor.numpy()[...] = X
    return tensor
