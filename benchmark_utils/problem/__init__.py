"""The problem that all solvers get: checked signals, λ and the initial dictionary."""
