"""A record has the machine, and a sentence tells it."""

import json

from reporting import machine

MACHINE = {
    "cpu": "a CPU", "cores": 2, "memory_gb": 8, "gpu": None, "threads": 1,
    "torch": "2.4", "benchopt": "1.6",
}  # fmt: skip


def test_a_description_has_all_that_a_sentence_tells():
    found = machine.describe(3)
    assert found.keys() == MACHINE.keys()
    assert json.loads(json.dumps(found)) == found
    assert ", 3 threads a run, torch " in machine.sentence(found)


def test_a_sentence_tells_of_a_gpu_and_of_other_machines():
    plain = "a CPU, 2 cores, 8 GB of memory, 1 thread a run, torch 2.4"
    assert machine.sentence(MACHINE) == plain
    gpu = machine.sentence({**MACHINE, "gpu": "a card"})
    assert gpu == f"**GPU: a card**, {plain}"
    spread = machine.sentence({**MACHINE, "spread": "dask", "cores": 1})
    assert spread.startswith("spread by dask, started on a CPU, 1 core, ")
