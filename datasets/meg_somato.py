from benchmark_utils.meg_dataset import MEGDataset
from benchmark_utils.signals.recordings import SOMATO


class Dataset(MEGDataset):
    """MEG during stimulation of the median nerve, `mne.datasets.somato`, one subject.

    alphacsc finds the mu rhythm in it. The signals are those of gradiometers at 150 Hz,
    without bad channels, power line (50 Hz) and drift (below 2 Hz). They are divided by
    the standard deviation of all channels together. ``duration`` is in seconds from the
    start, and None takes all. The last ``test_fraction`` of it is held out.
    ``atom_duration`` is in seconds. Spans annotated as ``BAD_…`` are left out, and do
    not count. X then has several signals of one length, and ``info["starts"]`` has the
    first sample of each.

    `benchopt prepare . -d meg_somato` downloads the recording (about 0.6 GB).

    T. Dupré la Tour, T. Moreau, M. Jas and A. Gramfort, "Multivariate convolutional
    sparse coding for electromagnetic brain signals", NeurIPS 2018.
    """

    name = "meg_somato"
    requirements = ["pip::mne"]
    source = SOMATO
