"""Comparison of gradients: the command line of the scripts that measure one.

Each line has the time of a method, this time over the floor, and the peak memory that
the method adds to a fresh process. ``--growth`` changes one size at a time.
"""

import argparse

import measure
import options

DEPTHS = {"am": 0, "loss": None}  # of the others, all layers
RATIOS = [("tape", "ddl"), ("ddl", "am"), ("checkpoint", "ddl")]


class Comparison:
    """Methods of one gradient, at given sizes.

    Parameters
    ----------
    script : str
        The file, to be run anew for its peak memory.
    methods : callable, **sizes and device -> dict of str -> callable
        ``ddl`` and others, each one gradient as a function of no arguments.
    work : callable, **sizes and depth -> (operations, bytes)
        What cannot be done without, see `floors`.
    sizes, quick, growth : dict
        The sizes; tiny ones; and the values that some of them grow through.
    apart : callable, like ``methods``
        Those too slow to be taken in turn; their peak memory can be asked for.
    """

    def __init__(
        self, script, methods, work, sizes, quick, growth, apart=lambda **options: {}
    ):
        self.script, self.methods, self.work = script, methods, work
        self.sizes, self.quick, self.growth, self.apart = sizes, quick, growth, apart
        self.rates, self.device = measure.Machine(), "cpu"

    def main(self, doc, n_rounds):
        """Do what the command line says; returns sizes and seconds of a comparison."""
        parser = self._parser(doc, n_rounds)
        args = parser.parse_args()
        given = {n: x for n, x in vars(args).items() if n in self.sizes and x}
        sizes = (self.quick if args.quick else self.sizes) | given
        self.device = options.device(parser, args.device)
        if args.memory:
            known = self._functions(sizes) | self.apart(**sizes, device=self.device)
            if args.memory not in known:
                parser.error(f"--memory must be one of {', '.join(known)}.")
            print(measure.growth_of_peak(known[args.memory]))
            return None
        self.rates.to(self.device)
        n_rounds = 2 if args.quick else args.rounds
        print(measure.machine(), flush=True)
        if args.growth is not None:
            return self._grow(args.growth or self.growth, sizes, n_rounds)
        return sizes, self._compare(sizes, n_rounds)

    def _parser(self, doc, n_rounds):
        parser = argparse.ArgumentParser(description=doc.split("\n")[0])
        parser.add_argument("--rounds", type=options.integer(), default=n_rounds)
        parser.add_argument(
            "--quick", action="store_true", help="tiny sizes, two rounds"
        )
        parser.add_argument(
            "--growth", nargs="*", choices=self.growth, help="all sizes by default"
        )
        parser.add_argument("--device", default="cpu", help="or cuda")
        parser.add_argument("--memory", help="print the peak memory of one method")
        for name in self.sizes:
            parser.add_argument(f"--{name}", type=options.integer())
        return parser

    def _functions(self, sizes):
        return self.methods(**sizes, device=self.device)

    def _compare(self, sizes, n_rounds):
        methods = self._functions(sizes)
        found = measure.in_turn(methods | self.rates.functions(), n_rounds)
        for name in methods:
            line = self._line(name, found, sizes)
            print(f"{name:10} {line}  peak {self.peak(name, sizes):7.1f} MiB")
        share = measure.spread(self.rates.fft_share(found))
        print(f"operations of an FFT run at {share} of the rate of products")
        for one, other in RATIOS:
            print(f"{one} / {other}: {measure.spread(found[one] / found[other])}")
        return found

    def _grow(self, names, sizes, n_rounds):
        for name in names:
            for value in self.growth[name]:
                grown = sizes | {name: value}
                ddl = {"ddl": self._functions(grown)["ddl"]}
                found = measure.in_turn(ddl | self.rates.functions(), n_rounds, 1)
                line = self._line("ddl", found, grown)
                print(f"{name:10} {value:7} {line}", flush=True)

    def _line(self, name, found, sizes):
        sizes = {"depth": sizes["n_layers"]} | sizes
        if name in DEPTHS:
            sizes["depth"] = DEPTHS[name]
        floor = self.rates.floor(self.work(**sizes), found)
        over = measure.spread(found[name] / floor)
        return f"{measure.spread(found[name], 1e3, 1):26} ms  over the floor {over:20}"

    def peak(self, method, sizes):
        """MiB by which one gradient raises the peak of a fresh process."""
        named = sizes | {"device": self.device}
        options = [f"--{name}={value}" for name, value in named.items()]
        return float(
            measure.in_fresh_process(self.script, "--memory", method, *options)
        )
