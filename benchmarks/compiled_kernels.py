"""What the fused kernels need of a GPU, compiled here without one.

    python benchmarks/compiled_kernels.py
    python benchmarks/compiled_kernels.py --targets 80 --n_atoms 100 --precision tf32

The calls of a gradient are compiled as they are, for a driver that only names a GPU,
and nothing is run. Needs Triton, which has the assembler with it.
"""

import argparse
import os
import re
import subprocess
import tempfile
from unittest import mock

import measure  # noqa: F401  (makes benchmark_utils importable)
import torch

from benchmark_utils.coding import fused
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import Dense

TARGETS = [80, 86, 90]
N_ATOMS = [16, 32, 64, 100, 128]
TF32 = {"ieee": "highest", "tf32": "high"}


class Driver:
    """Stands for a GPU of a compute capability, such as 90 for 9.0."""

    def __init__(self, capability):
        self.capability = capability

    def get_current_device(self):
        return self.capability  # kernels are kept by device

    def get_current_stream(self, device):
        return 0

    def get_current_target(self):
        from triton.backends.compiler import GPUTarget

        return GPUTarget("cuda", self.capability, 32)


def compiled(capability, n_atoms):
    """The kernels of one gradient, compiled: dict of name -> CompiledKernel."""
    from triton.runtime import driver
    from triton.runtime.jit import JITFunction

    found, run = {}, JITFunction.run

    def compile_only(self, *args, grid, warmup, **options):
        found[self.__name__] = run(self, *args, grid=grid, warmup=True, **options)

    driver.set_active(Driver(capability))
    X, D = torch.ones(20, 3), torch.ones(n_atoms, 3)
    with mock.patch.object(JITFunction, "run", compile_only):
        with (
            mock.patch.object(fused, "interpreted", lambda: True),
            mock.patch.dict(os.environ, {fused.SWITCH: "1"}),
        ):
            Unrolled(2, 1.0).gradient(Dense([D]), X)
    if fused.failures:
        raise RuntimeError(fused.failures[0])
    return found


def resources(kernel):
    """Of a kernel: bytes of shared memory, threads; registers and stack of each;
    whether products are of float32 (``fma``) or, on tensor cores, of TF32.
    """
    from triton import knobs

    with tempfile.NamedTemporaryFile(suffix=".cubin") as file:
        file.write(kernel.asm["cubin"])
        file.flush()
        command = [knobs.nvidia.cuobjdump.path, "-res-usage", file.name]
        listed = subprocess.run(command, capture_output=True, text=True, check=True)
    registers, stack = re.search(r"REG:(\d+) STACK:(\d+)", listed.stdout).groups()
    threads = 32 * kernel.metadata.num_warps
    products = "tf32" if "tf32" in kernel.asm["ptx"] else "fma"
    return kernel.metadata.shared, threads, int(registers), int(stack), products


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--targets", type=int, nargs="+", default=TARGETS)
    parser.add_argument("--n_atoms", type=int, nargs="+", default=N_ATOMS)
    parser.add_argument("--precision", choices=TF32, default="ieee")
    args = parser.parse_args()
    torch.set_float32_matmul_precision(TF32[args.precision])
    print("kernel   target  n_atoms   shared  threads  registers  stack  products")
    for capability in args.targets:
        for n_atoms in args.n_atoms:
            for name, kernel in compiled(capability, n_atoms).items():
                shared, threads, registers, stack, products = resources(kernel)
                print(
                    f"{name:8} {capability:6} {n_atoms:8} {shared:8} {threads:8} "
                    f"{registers:10} {stack:6} {products:>9}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
