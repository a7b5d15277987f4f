"""One learner for every torch method: dictionary × encoder × update × sampling.

========================  =======================  ===================  ===========
method                    encoder                  update               sampling
========================  =======================  ===================  ===========
alternating minimisation  ``Unrolled``, K = 0      ``GradientUpdate``   all signals
deep dictionary learning  ``Unrolled``, K = N      ``GradientUpdate``,  all signals
                                                   ``StepSizes``
truncated DDL             ``Unrolled``, 0 < K < N  the same             all signals
stochastic DDL            ``Unrolled``,            the same             batches or
                          ``Growing``                                   windows
Block-AM                  ``Watched``,             ``BlockUpdate``      batches or
                          ``Deepening``                                 windows
the same, many atoms      ``CandidateDescent``     ``ResidualUpdate``   batches
sparse autoencoder        ``Autoencoder``          ``Adam``             batches
LISTA                     ``Lista``                ``Adam``             batches
========================  =======================  ===================  ===========

K is the ``backprop_depth`` of N layers. Candidates and learned encoders are for dense
dictionaries. Each other choice works with every dictionary.
"""

import numpy as np

from benchmark_utils.learning.inertia import Inertia


class Learner:
    """Steps of an update on the signals that a sampling draws.

    Parameters
    ----------
    dictionary : Dictionary
        The parametrisation, at its initial value.
    encoder : Encoder
        Computes codes.
    update : Update
        Moves the parameters.
    batches : FullBatch, MiniBatches or Windows
        Draws the signals of a step.
    n_epochs : int or None
        Epochs after which stochastic learning ends. None: it does not end. The second
        phase of an update starts after half of them.
    tol : float
        A phase has converged when a step decreases the loss of all signals by less than
        this fraction.
    replacement : Replacement or None
        Replaces atoms that an epoch has not used, in stochastic learning. None: they
        are kept.
    momentum, averaging : float
        See :class:`Inertia`.
    trimming : Trimming or None
        Leaves outliers out of the signals of a step. None: all signals count.

    Attributes
    ----------
    n_steps, n_evaluations : int
        Steps taken, and passes through the encoder (gradients, codes and trials).
    loss : float
        Mean loss per signal before the last step, if the update computes it.
    stuck : bool
        Whether the last step found no decrease of the loss.
    dictionary, learned : Dictionary
        The start of the next step, and the result of the method.

    Raises
    ------
    ValueError
        If momentum or averaging is not in [0, 1).
    """

    def __init__(
        self,
        dictionary,
        encoder,
        update,
        batches,
        n_epochs=None,
        tol=1e-7,
        replacement=None,
        momentum=0.0,
        averaging=0.0,
        trimming=None,
    ):
        self.encoder, self.update, self.batches = encoder, update, batches
        self.n_epochs, self.tol, self.replacement = n_epochs, tol, replacement
        self.trimming = trimming
        self.inertia = Inertia(dictionary, momentum, averaging)
        self.n_steps = self.n_evaluations = self._epoch = 0
        self.loss, self.stuck = np.nan, False

    @property
    def dictionary(self):
        return self.inertia.dictionary

    @property
    def learned(self):
        return self.inertia.learned

    def step(self):
        """One step of the update.

        Returns
        -------
        going : bool
            False when the method has ended.
        """
        X = self._signals()
        done = self.update.advance(self.dictionary, self.encoder, X, self.n_steps)
        self.encoder, self.loss = done.encoder, done.loss
        self.stuck = done.new_loss == done.loss
        self.inertia.go_on(done.dictionary, self.n_steps, not self.encoder.dense)
        self.n_evaluations += done.n_evaluations
        if self.batches.stochastic:
            going = self._end_of_batch(X, done.usage)
        else:
            gain = done.loss - done.new_loss
            going = gain > self.tol * abs(done.loss) or self.update.next_phase()
        self.n_steps += 1
        return going

    def _signals(self):
        """The signals of the step, without outliers."""
        X = self.batches.draw()
        if self.trimming is None:
            return X
        self.n_evaluations += 1
        network = self.encoder.at(self.n_steps)
        return self.trimming.trimmed(self.dictionary, network, X)

    def _end_of_batch(self, X, usage):
        if self.replacement:
            self.replacement.count(usage, self.batches.coverage)
        if self.batches.epoch == self._epoch:
            return True
        self._epoch = self.batches.epoch
        if self.replacement:
            self._replace(X)
        self.update.end_epoch()
        if self.n_epochs is None:
            return True
        if 2 * self._epoch >= self.n_epochs:
            self.update.next_phase()
        return self._epoch < self.n_epochs

    def _replace(self, X):
        network = self.encoder.at(self.n_steps)
        replaced = self.replacement.replace(self.dictionary, network, X)
        if replaced is not self.dictionary:
            self.inertia.start_at(replaced)
