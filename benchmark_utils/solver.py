"""The base of solvers that learn a dictionary: steps, times of evaluations, results."""

import numpy as np

from benchmark_utils.reading.on_disk import fits_in_memory, free_memory, in_memory
from benchmark_utils.stepped import PacedSolver


class DictionarySolver(PacedSolver):
    """A method that takes steps. Subclasses write ``start``, ``step`` and ``atoms``.

    ``start()`` prepares the method at ``self.D_init``. Its time counts. ``step()`` does
    one step, and returns False when the method has ended. ``atoms()`` returns D.
    ``set_objective`` sets the attributes that ``Objective.get_objective`` returns: ``X,
    model, n_atoms, atom_shape, lmbd, D_init, positive``.

    Attributes
    ----------
    models : tuple of str
        Data models that the method can do.
    signed, nonnegative : bool
        Whether it can do signed codes, and codes constrained to z >= 0.
    reads_parts : bool
        Whether it reads X part by part. Then X may stay on disk. Other methods get all
        of X in memory, in float64 and C order, or are skipped.
    code_counts : tuple of str
        Parameters that are a number of non-zero codes of a signal. They are None, or at
        most the number of atoms.
    """

    models = ("dense",)
    signed = nonnegative = True
    reads_parts = False
    code_counts = ()

    def skip(self, X, model, positive, **objective):
        reason = self._unfit(model, positive, objective)
        reason = reason or self._too_large(X, **objective)
        return reason is not None, reason

    def _unfit(self, model, positive, objective):
        """Why the method does not do this problem, or None."""
        for name in self.code_counts:
            count, n_atoms = getattr(self, name), objective["n_atoms"]
            if count is not None and count > n_atoms:
                return (
                    f"{name}={count} is more than n_atoms={n_atoms}: use "
                    f"{name}={n_atoms} or less"
                )
        if model not in self.models:
            known = ", ".join(self.models)
            return f"{self.name} does {known} data only, not {model}"
        if positive and not self.nonnegative:
            return f"{self.name} cannot constrain codes to z >= 0"
        if not positive and not self.signed:
            return f'{self.name} needs z >= 0: use -o "*[positive=True]"'
        return None

    def _too_large(self, X, **objective):
        """Why the signals, or what a step needs, are too large for memory, or None."""
        fits, needed = fits_in_memory(X)
        if not (self.reads_parts or fits):
            return (
                f"{self.name} needs all of X in memory, {needed / 1e9:.1f} GB here: "
                "use -s Block-AM or -s Stochastic-DDL, which read it part by part"
            )
        needed, free = self.memory(X=X, **objective), free_memory()
        if needed > free:
            return (
                f"{self.name} would need {needed / 1e9:.1f} GB for {len(X)} signals "
                f"and {objective['n_atoms']} atoms, and {free / 1e9:.1f} GB are free: "
                "use fewer signals or atoms, or -s Block-AM"
            )
        return None

    def memory(self, X, n_atoms, **objective):
        """Bytes of the largest arrays of a step, beside X. 0 if they are small.

        Methods with an array of all codes, or of all atoms by all atoms, override it.
        """
        return 0

    def set_objective(self, **objective):
        super().set_objective(**objective)
        if not self.reads_parts:
            self.X = in_memory(self.X)
        self._warm_up_once()

    def _warm_up_once(self):
        """Warm up for problems of this kind, if this was not done.

        benchopt would warm up once for all problems, and within the timeout of the run:
        it sets the deadline between ``set_objective`` and ``warm_up``.
        """
        kind = self.model, tuple(self.atom_shape), tuple(self.X.shape), self.positive
        if getattr(self, "_warmed_up_for", None) != kind:
            self.warm_up()
        self._warmed_up_for, self._warmup_done = kind, True

    def run(self, cb):
        self.n_steps, going = 0, True
        self.begin(cb)
        self.start()
        # Also after the last step, whose result may not have been evaluated.
        while self.call(cb) and going:
            going = self.step()
            self.n_steps += 1
        self.end(cb)

    def rng(self):
        """Random numbers: the same for all solvers, and new for each repetition."""
        return np.random.default_rng(self.get_seed(use_repetition=True))

    def get_result(self):
        return {
            "D": self.atoms(),
            "n_steps": self.n_steps,
            "solver": str(self),
            **self.extra_results(),
        }

    def extra_results(self):
        """Further results, for methods that have them: ``Z``, ``n_evaluations`` …"""
        return {}
