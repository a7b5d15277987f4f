"""Recordings that MNE-Python distributes: how to find and download them."""

from dataclasses import dataclass
from pathlib import Path

import mne


@dataclass(frozen=True)
class Source:
    """A recording that MNE-Python distributes, and facts about it.

    Parameters
    ----------
    name : str
        Name of the data set in `mne.datasets`.
    file : str
        Path of the recording in the folder of that data set.
    power_line : float
        Frequency of the mains where it was recorded, in Hz.
    bads : tuple of str
        Channels that are known to be bad, even if the file does not mark them.
    size : str
        Size of the download.
    """

    name: str
    file: str
    power_line: float
    bads: tuple
    size: str

    def fetch(self):
        """Download the data set, unless the recording exists."""
        try:
            self.locate()
        except FileNotFoundError:
            # Forced: otherwise MNE-Python accepts a folder without the recording.
            self._module.data_path(force_update=True, update_path=False)

    def locate(self):
        """Path of the recording. Nothing is downloaded.

        Raises
        ------
        FileNotFoundError
            If it does not exist. The message has the command that downloads it, and its
            size.
        """
        # `update_path=False` does not change the user's settings of MNE-Python.
        folder = self._module.data_path(
            download=False, update_path=False, verbose="ERROR"
        )
        if folder != Path() and (folder / self.file).is_file():
            return folder / self.file
        where = "" if folder == Path() else f" ({self.file} is not in {folder})"
        raise FileNotFoundError(
            f"The recording of mne.datasets.{self.name} is not on this machine{where}. "
            f"`benchopt prepare . -d meg_{self.name}` downloads it ({self.size}) to "
            f"the folder that MNE_DATASETS_{self.name.upper()}_PATH or MNE_DATA names, "
            "or to ~/mne_data; add --force where benchopt takes it for done (cached)."
        )

    @property
    def _module(self):
        return getattr(mne.datasets, self.name)


# MEG 2443 is marked as bad in the file that MNE-Python distributes, not in excerpts.
SAMPLE = Source(
    "sample", "MEG/sample/sample_audvis_raw.fif", 60, ("MEG 2443",), "about 1.6 GB"
)
SOMATO = Source(
    "somato", "sub-01/meg/sub-01_task-somato_meg.fif", 50, (), "about 0.6 GB"
)
