from benchmark_utils.meg_dataset import MEGDataset
from benchmark_utils.signals.recordings import SOMATO


class Dataset(MEGDataset):
    """MEG during stimulation of the median nerve, `mne.datasets.somato`, one subject.

    alphacsc finds the mu rhythm in it. Gradiometers at 150 Hz, without bad channels,
    power line (50 Hz) and drift (below 2 Hz), divided by the standard deviation of
    all of them. ``duration`` is in seconds from the start, None takes all;
    ``test_fraction`` of it, at the end, is held out; ``atom_duration`` is in seconds.
    Spans annotated as ``BAD_…`` are left out, and not counted: X then has several
    signals of one length, and ``info["starts"]`` says where each begins.

    `benchopt prepare . -d meg_somato` downloads the recording (about 0.6 GB).

    T. Dupré la Tour, T. Moreau, M. Jas and A. Gramfort, "Multivariate convolutional
    sparse coding for electromagnetic brain signals", NeurIPS 2018.
    """

    name = "meg_somato"
    requirements = ["pip::mne"]
    source = SOMATO
