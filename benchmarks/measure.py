"""Shared by the scripts of this folder: clocks, memory, the rates of the machine."""

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests/helpers")]

N_FFTS = 100  # a single one would be timed with cold caches


def in_turn(functions, n_rounds, n_warm_up=2):
    """Seconds of each function, taken in turn for all to have the same neighbours.

    Parameters
    ----------
    functions : dict of str -> callable
    n_rounds : int
    n_warm_up : int
        Rounds before, which are not counted.

    Returns
    -------
    seconds : dict of str -> ndarray, shape (n_rounds,)
    """
    found = {name: [] for name in functions}
    for _ in range(n_warm_up + n_rounds):
        for name, function in functions.items():
            start = now()
            function()
            found[name].append(now() - start)
    return {name: np.array(t[n_warm_up:]) for name, t in found.items()}


def now():
    """Seconds, read once a GPU in use has done all that it was asked."""
    if torch.cuda.is_initialized():
        torch.cuda.synchronize()
    return time.perf_counter()


def spread(values, scale=1.0, digits=2):
    """Median and, in brackets, first and last decile."""
    low, mid, high = scale * np.quantile(values, [0.1, 0.5, 0.9])
    return f"{mid:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def resident():
    """Peak resident set of this process, in MiB (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def growth_of_peak(function):
    """MiB by which one call raises the peak of this process, or that of its GPU."""
    if torch.cuda.is_initialized():
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        function()
        return (torch.cuda.max_memory_allocated() - before) / 2**20
    before = resident()
    function()
    return resident() - before


def in_fresh_process(script, *options):
    """What a script prints, in a process of its own."""
    command = [sys.executable, script, *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout


def machine():
    """One line: processor, threads, load, versions."""
    cpu = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            cpu = line.split(":")[1].strip()
            break
    return (
        f"{cpu}, {torch.get_num_threads()} threads, load {os.getloadavg()[0]:.1f}, "
        f"torch {torch.__version__}, "
        + (torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU")
    )


class Machine:
    """The rates of this machine, float32: the floor of what an algorithm can cost.

    As rates change with what else the machine does, they are measured in turn with the
    methods: give :meth:`functions` to :func:`in_turn` with them.

    Parameters
    ----------
    n : int
        Size of the square product; large enough for its rate to be the best.
    n_copied : int
        Numbers copied; more than caches hold.
    """

    def __init__(self, n=1024, n_copied=2**24):
        self.n, self.n_copied = n, n_copied
        self.a, self.c = torch.randn(n, n), torch.empty(n, n)
        self.source, self.target = torch.ones(n_copied), torch.ones(n_copied)
        self.signals = torch.randn(100, 1536)

    def to(self, device):
        """Measure another device; returns itself."""
        for name in ("a", "c", "source", "target", "signals"):
            setattr(self, name, getattr(self, name).to(device))
        return self

    def functions(self):
        return {
            "gemm": lambda: torch.mm(self.a, self.a, out=self.c),
            "copy": lambda: self.target.copy_(self.source),
            "fft": self._ffts,
        }

    def _ffts(self):
        for _ in range(N_FFTS):
            torch.fft.rfft(self.signals)

    def fft_share(self, seconds):
        """Rate of real FFTs over that of products, which no FFT attains."""
        n_signals, n = self.signals.shape
        work = N_FFTS * 2.5 * n_signals * n * np.log2(n)
        return work / seconds["fft"] / self.rates(seconds)[0]

    def rates(self, seconds):
        """Operations, and bytes read or written, a second (medians)."""
        flops = 2 * self.n**3 / np.median(seconds["gemm"])
        return flops, 8 * self.n_copied / np.median(seconds["copy"])

    def floor(self, work, seconds):
        """Seconds that ``work``, (operations, bytes), takes at these rates."""
        return sum(w / r for w, r in zip(work, self.rates(seconds), strict=True))
