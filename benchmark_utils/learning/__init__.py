"""Learning of a dictionary: the learner, its updates, sampling and line searches."""
