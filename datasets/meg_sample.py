from benchmark_utils.meg_dataset import MEGDataset
from benchmark_utils.signals.recordings import SAMPLE
from benchmark_utils.signals.reference_atoms import prepare_reference, read_reference


class Dataset(MEGDataset):
    """MEG during tones and flashes, `mne.datasets.sample` (paper, §4, A.6, Figure 7).

    The signals are those of gradiometers at 150 Hz, without bad channels, power line
    (60 Hz) and drift (below 2 Hz). They are divided by the standard deviation of all
    channels together. ``duration`` is in seconds from the start, and None takes all.
    The last ``test_fraction`` of it is held out. ``atom_duration`` is in seconds. Spans
    annotated as ``BAD_…`` are left out, and do not count. X then has several signals of
    one length, and ``info["starts"]`` has the first sample of each.

    `benchopt prepare . -d meg_sample` downloads the recording (about 1.6 GB), cleans
    it, and learns the reference atoms of Table 1 by alphacsc. This takes about two
    minutes on a core for 24 s, and hours for the whole recording. Prepare with the
    parameters of the run, for example ``-d "meg_sample[duration=60]"``. Otherwise
    `info["reference"]` is None.

    A. Gramfort et al., "MEG and EEG data analysis with MNE-Python", Frontiers in
    Neuroscience 7, 2013.
    """

    name = "meg_sample"
    requirements = ["pip::mne", "pip::alphacsc==0.4.1"]
    source = SAMPLE
    prepare_cache_ignore = ("n_atoms", "base_seed")

    def prepare(self):
        """Download and clean the recording, then learn its reference atoms."""
        super().prepare()
        prepare_reference(super().get_data()["X"], self.n_times_atom, self.folder)

    def get_data(self):
        data = super().get_data()
        reference = read_reference(data["X"], self.n_times_atom, self.folder)
        data["info"]["reference"] = reference
        return data
