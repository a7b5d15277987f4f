"""A short stretch of a recording: signal, reconstruction and activations."""

import numpy as np

SECONDS = 10.0
MOST_SAMPLES = 1500
N_ATOMS = 4  # with activations
LOUD = 10  # a channel is broken if its deviation is this many times the median


def stretch_length(sfreq=None):
    """Samples of a stretch: ten seconds, and `MOST_SAMPLES` at most.

    Parameters
    ----------
    sfreq : float or None
        Sampling rate in Hz.
    """
    if not sfreq:
        return MOST_SAMPLES
    return int(np.clip(round(SECONDS * sfreq), 2, MOST_SAMPLES))


def stretch(dictionary, X, Z, n_samples):
    """Cut the start of the first signal, in the loudest channel that is not broken.

    The energy is that of all signals. So the stretch depends on the data alone, and is
    the same for all solvers.

    Parameters
    ----------
    dictionary : Dictionary
        Of atoms of shape (n_channels, n_times_atom).
    X : Tensor, shape (n_signals, n_channels, n_times)
    Z : Tensor, shape (n_signals, n_atoms, n_times - n_times_atom + 1)
        Codes of these signals.
    n_samples : int
        At most.

    Returns
    -------
    dict
        ``channel``, its index; ``signal`` and ``reconstruction``, shape (n,);
        ``atoms``, the indices of the `N_ATOMS` atoms with the largest sum of |codes| in
        the stretch; and their ``activations``, shape (n_atoms, n). All are float32.
        ``activations[k, t]`` is the code of an occurrence that starts at sample t.
    """
    channel = shown_channel(X)
    rebuilt = dictionary.reconstruct(Z[:1])[0, channel, :n_samples]
    codes = Z[0, :, :n_samples].numpy()
    atoms = np.argsort(-np.abs(codes).sum(axis=1), kind="stable")[:N_ATOMS]
    missing = len(rebuilt) - codes.shape[1]  # no atom starts at the very end
    return {
        "channel": channel,
        "signal": X[0, channel, :n_samples].numpy().astype(np.float32),
        "reconstruction": rebuilt.numpy().astype(np.float32),
        "atoms": atoms,
        "activations": np.pad(codes[atoms], ((0, 0), (0, missing))).astype(np.float32),
    }


def shown_channel(X):
    """The channel of the largest energy, without those that look broken (int).

    Parameters
    ----------
    X : Tensor, shape (n_signals, n_channels, n_times)
    """
    energy = X.square().sum(dim=(0, 2))
    whole = energy <= LOUD**2 * energy.quantile(0.5, interpolation="higher")
    return int(energy.where(whole, -1).argmax())
