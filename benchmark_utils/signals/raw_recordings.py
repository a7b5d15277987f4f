"""Read a recording of any format that MNE-Python reads, with clear errors."""

import warnings

import mne

USUAL = ("naming convention", "'boundary' events")  # harmless warnings of MNE-Python
FORMATS = (
    "from_file reads recordings that MNE-Python reads (.fif, .edf, .bdf, .vhdr, .set "
    "…) and arrays (.npy, .npz, .mat, .csv, .tsv, .txt)"
)


def read_raw(path):
    """Open a recording, without reading its data. Warnings name the file.

    Parameters
    ----------
    path : path

    Returns
    -------
    raw : mne.io.BaseRaw

    Raises
    ------
    ValueError
        If MNE-Python cannot read it. The message has the file, the reason and the
        remedy.
    """
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            raw = mne.io.read_raw(path, verbose="WARNING")
    except Exception as error:  # each reader has errors of its own
        raise ValueError(_unreadable(path, error)) from error
    for note in told:
        words = str(note.message)
        if "Deprecat" in note.category.__name__ or any(x in words for x in USUAL):
            continue
        if "Invalid tag" in words:
            words += ": is the file truncated?"
        warnings.warn(f"{path}: MNE-Python says: {words}", stacklevel=3)
    return raw


def _unreadable(path, error):
    what = f"{path} cannot be read as a recording"
    # For these two, the words of MNE-Python are about something else.
    if path.is_dir():
        return f"{what}. It is a folder: give the path of a file in it."
    if not path.stat().st_size:
        return f"{what}. It is empty: copy or record it again."
    why = " ".join(str(error).split()) or type(error).__name__
    if "epoch" in why.lower() or "trials" in why.lower() or "-epo" in path.name:
        remedy = (
            "It holds epochs: save them as an array, "
            "numpy.save('X.npy', epochs.get_data()), and give that."
        )
    else:
        remedy = f"{FORMATS}: is it damaged, or of another format? Convert it."
    return f"{what} ({why[:300]}). {remedy}"
