"""What all solvers are given: checked signals, λ and the initial dictionary."""
