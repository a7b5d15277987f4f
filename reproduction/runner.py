"""Run what is not finished, one run file after the other."""

import os
import time
from datetime import UTC, datetime

import yaml
from tqdm import tqdm

from reporting import machine, records
from reporting.commits import describe_commit
from reporting.results import is_table
from reproduction import calls, pieces
from reproduction.budget import HOURS
from reproduction.parts import measured_by
from reproduction.pieces import Pieces


def run_all(parts, threads, spread=None, again=False):
    """Run what parts need, with a progress bar; finished ones are left as they are.

    Runs that several parts share are run once. Runs that fail are recorded with the
    reason, and the next ones are run.

    Parameters
    ----------
    parts : list of Part
    threads : int
        `OMP_NUM_THREADS` of the runs.
    spread : path or None
        benchopt's file on how to spread the runs of a run file; None is one by one.
    again : bool
        Run finished parts as well. An interruption does not end that: the next call
        runs what was not run again yet.

    Returns
    -------
    list of str
        Names of the runs that failed.
    """
    if again:
        for part in parts:
            part.runs.again.parent.mkdir(parents=True, exist_ok=True)
            part.runs.again.touch()
    failed = []
    waiting = _waiting(parts)
    with tqdm(waiting, unit="run file", disable=not waiting) as bar:
        for runs in bar:
            bar.set_description(runs.name)
            if not run(runs, threads, spread):
                failed.append(runs.name)
    return failed


def _waiting(parts):
    """Return the runs that parts need, each once; print what is done with each part."""
    waiting = {}
    for part in parts:
        reason = part.reason_to_run()
        if reason is None:
            print(f"{part.name}: kept, measured by {measured_by(part.known())}")
        else:
            print(f"{part.name}: runs {part.runs.config.name} ({reason})")
            waiting[part.runs.name] = part.runs
    return list(waiting.values())


def run(runs, threads, spread=None):
    """Run a run file and record it; return whether it succeeded.

    The table comes to its place whole, after the run, and the record after it:
    whatever interrupts this leaves either finished runs or ones to run again. A run
    that fails costs no earlier results, and one that succeeds sets earlier ones aside.
    """
    runs.table.parent.mkdir(parents=True, exist_ok=True)
    runs.unfinished.unlink(missing_ok=True)
    record = _circumstances(runs, threads, spread)  # code may be edited while it runs
    status = _prepare(runs, threads) if runs.needs_preparing() else 0
    if status == 0 and runs.name in HOURS and not spread:
        return _run_in_pieces(runs, threads, record)
    start = time.perf_counter()
    status = status or _run(runs, threads, spread)
    record["seconds"] = round(time.perf_counter() - start, 1)
    if status == 0 and is_table(runs.unfinished):
        _put_into_place(runs, record)
        return True
    _note_failure(runs, record, calls.last_words(runs))
    return False


def _run_in_pieces(runs, threads, record):
    """Run a run file repetition by repetition; return whether there are results."""
    if runs.again.exists():
        pieces.forget(runs)
    found = Pieces(runs)
    while found.fits:
        runs.unfinished.unlink(missing_ok=True)
        start, status = time.perf_counter(), None
        try:
            status = _run_piece(found, threads)
        finally:  # also on Ctrl-C: the time counts
            finished = status == 0 and is_table(runs.unfinished)
            found.add(time.perf_counter() - start, finished)
        if not finished:
            reason = f"its {HOURS[runs.name]:g} hours were spent"
            failure = calls.last_words(runs) if status is not None else reason
            _note_failure(runs, record, failure)
            break
        _put_into_place(runs, record | found.told(), aside=found.done == 1)
        found.show()
    if found.done == found.asked:
        found.clear()
    return runs.is_finished()


def _run_piece(found, threads):
    """Return the status of one more repetition, None where the hours were spent."""
    options = ["--output", found.runs.unfinished.resolve(), "--no-plot", "--no-display"]
    return calls.benchopt(
        found.runs, threads, "run", *options, config=found.config(),
        timeout=max(found.left, 1), **found.environment,
    )  # fmt: skip


def _note_failure(runs, record, reason):
    if not runs.is_complete():
        records.write(runs.record, record | {"sha256": None, "reason": reason})


def _put_into_place(runs, record, aside=True):
    earlier = runs.set_aside() if aside else None
    if earlier is not None:
        tqdm.write(f"{runs.name}: the earlier table of runs is now {earlier}")
    os.replace(runs.unfinished, runs.table)
    records.write(runs.record, record | {"sha256": records.sha256(runs.table)})
    runs.again.unlink(missing_ok=True)


def _circumstances(runs, threads, spread):
    return {
        "run_file": runs.config.name,
        "version": runs.version(),
        "commit": describe_commit(runs.root),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine.describe(threads) | {"spread": _backend(spread)},
    }


def _backend(spread):
    """Name of what spreads the runs, None for one after the other."""
    return spread and yaml.safe_load(spread.read_text(encoding="utf-8"))["backend"]


def _prepare(runs, threads):
    """Fetch and prepare the data of runs; return the status of `benchopt prepare`."""
    return calls.benchopt(runs, threads, "prepare")


def _run(runs, threads, spread):
    """Return the status of `benchopt run`.

    Pages are left to `benchopt plot`: a plot that fails must not cost the results.
    """
    options = ["--output", runs.unfinished.resolve(), "--no-plot", "--no-display"]
    if spread:
        options += ["--parallel-config", spread.resolve()]
    return calls.benchopt(runs, threads, "run", *options)
