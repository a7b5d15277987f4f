"""What results keep of the ``info`` of a recording, for topographies and for export."""

RECORDING_INFO = (
    "sfreq",
    "ch_names",
    "ch_types",
    "ch_pos",
    "ch_loc",
    "ch_scale",
    "filter",
    "resample",
)
