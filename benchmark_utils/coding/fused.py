"""All layers of a tile of signals in one kernel, where there is a GPU for it.

The layers of a dense dictionary are products with G, of which float32 and up to 128
atoms fit on the chip together with the codes of some signals: instead of three kernels
a layer, and codes that go to memory and back between them, one kernel takes a tile
through all layers (`fused_kernels`). `Trajectory`, in torch, is the reference and what
everything else gets.

Nothing here has the host wait for the GPU.
"""

import os
import warnings
from functools import cache
from importlib import import_module
from importlib.util import find_spec

import torch

from benchmark_utils.coding.loops import trajectory_class
from benchmark_utils.coding.trajectory import Trajectory
from benchmark_utils.dictionaries.dense import DenseGram

# Environment variable: 1 to fuse. Not by default, as long as no GPU has run a kernel.
SWITCH = "FUSED_LAYERS"
MAX_ATOMS = 128
MIN_WIDTH = 16
KERNELS = "benchmark_utils.coding.fused_kernels"
# Signals of a tile, and warps, by which 128 atoms fit into the registers.
TILE, N_WARPS = 16, 8

failures = []  # what went wrong in this process, after which no kernel is tried


def make_trajectory(network, gram, b, steps, depth):
    """The :class:`Trajectory` of signals, fused where that is wanted and possible."""
    fused = network.fused and obstacle(gram, b) is None
    kind = FusedTrajectory if fused else trajectory_class(gram)
    return kind(network, gram, b, steps, depth)


def obstacle(gram, b):
    """Why layers are not fused for these codes, or None if they are.

    Parameters
    ----------
    gram : Gram
    b : Tensor, shape (n_signals, n_atoms, ...)

    Returns
    -------
    reason : str or None
    """
    reasons = {
        f"{SWITCH}=1 is not in the environment": os.environ.get(SWITCH) != "1",
        "only for dense dictionaries": not isinstance(gram, DenseGram),
        "only on CUDA": not b.is_cuda and not interpreted(),
        "only in float32": b.dtype != torch.float32,
        f"only up to {MAX_ATOMS} atoms": b.shape[1] > MAX_ATOMS,
        "triton is not installed": not installed(),
        "".join(failures): bool(failures),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


@cache
def installed():
    """Whether there is a Triton to import, which takes long and is left for later."""
    return find_spec("triton") is not None


def interpreted():
    """Whether Triton runs kernels on the CPU, slowly, which is for tests."""
    return os.environ.get("TRITON_INTERPRET") == "1"


def precision():
    """How products round: as those of torch are asked to."""
    return "ieee" if torch.get_float32_matmul_precision() == "highest" else "tf32"


def width(n_atoms):
    """Atoms and padding: a power of two."""
    return max(MIN_WIDTH, 1 << (n_atoms - 1).bit_length())


def n_at_once(device, n_atoms):
    """How many programs of the way back to run, each of which keeps a part of M.

    One a multiprocessor, or as many narrow ones as keep no more.
    """
    n_processors = 1
    if device.type == "cuda":
        n_processors = torch.cuda.get_device_properties(device).multi_processor_count
    return n_processors * (MAX_ATOMS // width(n_atoms))


class FusedTrajectory(Trajectory):
    """A :class:`Trajectory` that goes from code to code on the chip.

    If a kernel does not compile or start, a warning says so once and torch goes on.
    """

    def __init__(self, network, gram, b, steps, depth):
        super().__init__(network, gram, b.contiguous(), steps, depth)
        self.n_tiles = -(-len(b) // TILE)
        rows = [[*steps, 0.0], [0.0, *network.momenta]]
        # Pinned, for the host not to wait until it has been copied.
        layers = torch.tensor(rows, dtype=b.dtype, pin_memory=b.is_cuda)
        self.layers = layers.to(b.device, non_blocking=True)

    def _make_ring(self, length):
        n_signals, n_atoms = self.b.shape
        like = self.b[:1].expand(length * n_signals, n_atoms)
        (ring,) = self.network.workspace.buffers("fused ring", like, 1)
        return ring.view(length, n_signals, n_atoms)

    def _advance(self, start, stop):
        if start == stop:
            return
        options = {"lmbd": self.network.lmbd, "POSITIVE": self.network.positive}
        if not self._launch("advance", self.n_tiles, start, stop, b=self.b, **options):
            super()._advance(start, stop)

    def _retreat(self, start, stop, at):
        b, n_atoms = self.b, self.b.shape[1]
        n_programs = min(self.n_tiles, n_at_once(b.device, n_atoms))
        side = width(n_atoms)
        arrays = {
            "A": at.A,
            "x_bar": at.x_bar,
            "z_bar_next": at.z_bar_next,
            "statistics": b.new_empty(n_programs, side, side),
            "step_grads": b.new_empty(self.n_tiles, self.n_layers),
        }
        options = {"with_steps": int(at.with_steps)}
        if not self._launch("retreat", n_programs, start, stop, **arrays, **options):
            return super()._retreat(start, stop, at)
        at.M.add_(arrays["statistics"].sum(0)[:n_atoms, :n_atoms])
        if at.with_steps:
            found = arrays["step_grads"][:, start:stop]
            at.step_grads[start:stop] = found.sum(0, dtype=torch.float64)

    def _launch(self, name, n_programs, start, stop, **arguments):
        """Run a kernel from ``start`` to ``stop``; whether that was possible."""
        if failures:
            return False
        n_signals, n_atoms = self.b.shape
        try:
            kernel = getattr(import_module(KERNELS), name)
            with torch.cuda.device_of(self.b):
                kernel[(n_programs,)](
                    ring=self.ring, G=self.gram.matrix, layers=self.layers,
                    n_signals=n_signals, n_atoms=n_atoms, n_layers=self.n_layers,
                    start=start, stop=stop, length=len(self.ring), **arguments,
                    PRECISION=precision(), TILE=TILE, WIDTH=width(n_atoms),
                    num_warps=N_WARPS, enable_fp_fusion=True,
                )  # fmt: skip
        except Exception as error:  # of Triton, its compiler or the driver: many kinds
            give_up(error)
        return not failures


def give_up(error):
    """Tell that layers are run by torch from now on, and why."""
    failures.append(f"a kernel failed: {type(error).__name__}: {error}")
    warnings.warn(
        f"Layers are not fused in this process, for {failures[0]}\nResults are the "
        f"same, by torch alone; without {SWITCH}=1 no kernel is tried.",
        RuntimeWarning,
        stacklevel=2,
    )
