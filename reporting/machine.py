"""What the numbers were measured on."""

import os
from importlib.metadata import version

import torch
from benchopt.utils.sys_info import get_sys_info


def describe(threads):
    """Return what a reader needs to judge a time, as a dict that JSON can hold.

    Parameters
    ----------
    threads : int
        Threads that the methods were given.
    """
    info = get_sys_info()
    has_gpu = torch.cuda.is_available()
    return {
        "cpu": info["system-processor"] or "unknown CPU",
        "cores": os.cpu_count(),
        "memory_gb": info["system-ram (GB)"],
        "gpu": torch.cuda.get_device_name() if has_gpu else None,
        "threads": threads,
        "torch": version("torch"),
        "benchopt": version("benchopt"),
    }


def sentence(machine):
    """Return the description of a machine in words."""
    gpu = f"**GPU: {machine['gpu']}**, " if machine["gpu"] else ""
    spread = machine.get("spread")
    where = f"spread by {spread}, started on " if spread else ""
    return (
        f"{where}{gpu}{machine['cpu']}, {_count(machine['cores'], 'core')}, "
        f"{machine['memory_gb']} GB of memory, {_count(machine['threads'], 'thread')} "
        f"a run, torch {machine['torch']}"
    )


def _count(n, noun):
    return f"{n} {noun}{'' if n == 1 else 's'}"
