"""Run files in a tiny form, with all of their components: about a second each.

    python tests/helpers/tiny_configs.py BENCHMARK FOLDER CONFIG ...

runs each config in its tiny form, draws every plot of the benchmark from the results,
and writes what came of it to FOLDER/<config>.json. One process does a benchmark's,
because starting takes longer than running. Configs that have the same tiny form, such
as those of a figure and of its small version, are run once. All solvers are drawn as
the page opens. If the results have columns that no earlier ones have, some solvers are
drawn with each value of the options, too.
"""

import json
import sys
import traceback
from pathlib import Path

import yaml
from benchopt.benchmark import Benchmark
from benchopt.cli.main import run
from benchopt.results import read_results
from page_plots import few_page_data

ROOT = Path(__file__).resolve().parents[2]
# The largest values of a tiny run, by the name of the parameter.
LARGEST = {
    "n_signals": 40, "n_test": 10, "n_features": 6, "n_atoms": 4, "n_patches": 20,
    "size": 16, "patch_side": 4, "atom_side": 3, "duration": 4, "atom_duration": 0.1,
    "n_channels": 6, "test_duration": 2, "n_times": 20, "n_times_atom": 4,
    "n_layers": 4, "backprop_depth": 2, "batch_size": 8, "window": 100,
    "step_growth": 2, "n_nonzero": 2,
}  # fmt: skip
# A recording that is not everywhere, and the one that stands in for it.
RECORDINGS, SIMULATED = {"meg_sample", "meg_somato"}, "simulated_meg"
MOST_SOLVERS = 3  # in images, and with other choices than those of the opening page


def shrink(config, benchmark):
    """Return a config's tiny form: every component, small data, two evaluations.

    Of several numbers the first is kept, of several names or switches all.

    Parameters
    ----------
    config : dict
        As read from a run file.
    benchmark : Benchmark
    """
    kinds = {
        "objective": benchmark.check_objective_filters(config.get("objective", [])),
        "dataset": benchmark.check_dataset_patterns(config["dataset"]),
        "solver": benchmark.check_solver_patterns(config["solver"]),
    }
    return {
        "seed": config["seed"],
        "no-cache": True,  # or a second test would be given what the first one found
        **{kind: [_tiny(*chosen) for chosen in found] for kind, found in kinds.items()},
        "n-repetitions": min(2, config.get("n-repetitions", 1)),
        "max-runs": 2,
        "timeout": 60,
    }


def _tiny(component, parameters):
    name, known = component.name, parameters
    if name in RECORDINGS:
        name, known = SIMULATED, dict.fromkeys(("duration", "atom_duration"), 1e3)
        known |= {"n_atoms": 4, "n_channels": 6}
    if name == "superposition":
        known = {"n_nonzero": 2} | known  # below the number of atoms
    return {name: {key: _least(key, value) for key, value in known.items()}}


def _least(key, value):
    """Return the values of a parameter that a tiny run takes."""
    if "," in key:  # parameters that are chosen together
        return _least_groups(key.split(","), value)
    values = list(value) if isinstance(value, list | tuple) else [value]
    if not any(_is_number(v) for v in values):
        return values
    largest = LARGEST.get(key, float("inf"))
    return [min(v, largest) if _is_number(v) else v for v in values[:1]]


def _least_groups(keys, groups):
    """Return groups of values without large numbers, each of them once."""
    found = [
        [min(v, LARGEST.get(k.strip(), v)) if _is_number(v) else v
         for k, v in zip(keys, group, strict=True)]
        for group in groups
    ]  # fmt: skip
    return [group for n, group in enumerate(found) if group not in found[:n]]


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def run_tiny(config, benchmark, folder, name, kinds):
    """Run a tiny form, draw the plots, and return a summary.

    `kinds` are the kinds of the results until now, to which this one is added.
    """
    tiny = folder / f"{name}.yml"
    tiny.write_text(yaml.safe_dump(config), encoding="utf-8")
    result = folder / f"{name}.parquet"
    where = [str(benchmark.benchmark_dir), "--config", str(tiny)]
    quiet = ["--output", str(result), "--no-plot", "--no-display"]
    run.main([*where, *quiet], standalone_mode=False)
    df = read_results(result)
    plots, opening = own_plots(benchmark), kind_of(df) in kinds
    kinds.add(kind_of(df))
    return {
        "result": str(result),
        "rows": len(df),
        "solvers": sorted(set(df["solver_name"].str.split("[").str[0])),
        "expected": sorted({name for solver in config["solver"] for name in solver}),
        "plots": {plot._get_name(): draw(plot, df, opening) for plot in plots},
    }


def own_plots(benchmark):
    """Return the plots of a benchmark, without those of benchopt."""
    own = {path.stem for path in (benchmark.benchmark_dir / "plots").glob("*.py")}
    return [plot for plot in benchmark.get_plots() if plot._get_name() in own]


def kind_of(df):
    """Return what was measured and kept, whatever the values and parameters are."""
    measured = [c for c in df if df[c].notna().any() and not c.startswith("p_")]
    kept = [final for final in df.get("final_results", []) if isinstance(final, dict)]
    keys = {key for final in kept for key, value in final.items() if value is not None}
    return frozenset(measured), frozenset(keys)


def draw(plot, df, opening):
    """Return how many of the plots show something: the opening one, or some choices."""
    name, names = plot._get_name(), df["solver_name"].unique()
    some = df[df["solver_name"].isin(names[:MOST_SOLVERS])]
    # Images have a card for each solver, and take a second to draw.
    figures = few_page_data(plot, name, some if plot.type == "image" else df, slice(1))
    if not opening:
        figures += few_page_data(plot, name, some, slice(1, None))
    return sum(bool(figure["data"]) for figure in figures)


def main(benchmark, folder, *configs):
    """Run configs of one benchmark; what raises is noted, and the next one is run."""
    benchmark, folder = Benchmark(Path(benchmark)), Path(folder)
    found, kinds = {}, set()
    for path in map(Path, configs):
        try:
            config = shrink(yaml.safe_load(path.read_text("utf-8")), benchmark)
            form = json.dumps(config, sort_keys=True)
            if form not in found:
                found[form] = run_tiny(config, benchmark, folder, path.stem, kinds)
            summary = found[form]
        except (Exception, SystemExit):
            summary = {"error": traceback.format_exc()}
        (folder / f"{path.stem}.json").write_text(json.dumps(summary))


if __name__ == "__main__":
    main(*sys.argv[1:])
