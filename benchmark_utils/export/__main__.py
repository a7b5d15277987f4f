"""Export a learned dictionary from a result file.

    python -m benchmark_utils.export outputs/my_run.parquet --solver AM --to atoms.npz

`--to` ends in `.npz` (everything, for numpy) or in `-ave.fif` (atoms of a recording,
for MNE-Python). `--signals` names a file: its signals are coded, and the codes are
added. If it is a recording, `--to` may also end in `-annot.fif` or `-eve.fif`.
"""

import argparse
from pathlib import Path

import mne

from benchmark_utils.export import maps, recordings
from benchmark_utils.export.runs import learned
from benchmark_utils.signals.files import held_out, open_signals

ENDINGS = (".npz", "-ave.fif", "-annot.fif", "-eve.fif")


def export(atoms, to, signals=None, picks="grad", scale="type"):
    """Write atoms, and the codes of the signals of a file, in the format of the ending.

    Parameters
    ----------
    atoms : Learned
    to : path
        File to write. Its ending is one of `ENDINGS`.
    signals : path or None
        File of signals to code.
    picks, scale : str
        Channels of a recording, and their scale, as for ``from_file``.

    Raises
    ------
    ValueError
        If the ending is not one of `ENDINGS`, or if it needs signals.
    """
    ending = next((end for end in ENDINGS if str(to).endswith(end)), None)
    if ending is None:
        raise ValueError(f"--to must end in {', '.join(ENDINGS)}; got {to}.")
    if ending == "-ave.fif":
        return mne.write_evokeds(to, maps.evokeds(atoms), overwrite=True)
    if ending == ".npz":
        return atoms.save(to, _codes(atoms, signals, picks, scale))
    if signals is None:
        raise ValueError(f"{to} is of activations: name a recording by --signals.")
    found = recordings.activations(atoms, signals, picks, scale)
    if ending == "-eve.fif":
        return mne.write_events(to, found.events(), overwrite=True)
    return found.annotations().save(to, overwrite=True)


def _codes(atoms, signals, picks, scale):
    if signals is None:
        return None
    if "ch_names" in atoms.info:
        return recordings.activations(atoms, signals, picks, scale).Z
    return atoms.transform(held_out(open_signals(signals, picks, scale), 0.0)[0])


def main(arguments=None):
    """Read the command line, write the file, and print what is in it."""
    summary, usage = __doc__.split("\n", 1)
    parser = argparse.ArgumentParser(
        prog="python -m benchmark_utils.export",
        description=summary,
        epilog=usage,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("result", type=Path, help="outputs/….parquet")
    for kind in ("solver", "dataset", "objective"):
        parser.add_argument(f"--{kind}", help="the start of its name")
    parser.add_argument("--repetition", type=int, default=0)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--signals", type=Path, help="a file to code")
    parser.add_argument("--picks", default="grad", help="channels, as for from_file")
    parser.add_argument("--scale", default="type", help="as for from_file")
    args = parser.parse_args(arguments)
    names = args.solver, args.dataset, args.objective
    try:
        atoms = learned(args.result, *names, args.repetition)
        export(atoms, args.to, args.signals, args.picks, args.scale)
    except (OSError, ValueError) as error:
        parser.exit(1, f"{error}\n")
    print(f"{args.to}: {len(atoms.D)} atoms of {atoms.names['solver']}")


if __name__ == "__main__":
    main()
