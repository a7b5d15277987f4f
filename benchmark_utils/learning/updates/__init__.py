"""How parameters move at a step: the learner's third choice, a file each."""
