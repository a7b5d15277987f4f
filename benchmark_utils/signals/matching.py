"""The same channels in several recordings, in the same order."""

import warnings


def match_channels(raws, paths, same_rate=True):
    """Keep the channels that all recordings have, in the order of the first one.

    Parameters
    ----------
    raws : list of mne.io.BaseRaw
        Changed in place.
    paths : sequence of path
        For messages.
    same_rate : bool
        Whether they must have the same sampling rate.

    Raises
    ------
    ValueError
        If they have no channel in common, if a channel has different types, or if the
        sampling rates differ.
    """
    if same_rate:
        _check_rates(raws, paths)
    names = [set(raw.ch_names) for raw in raws]
    common = set.intersection(*names)
    if not common:
        other = next(i for i in range(len(raws)) if not names[0] & names[i] or i)
        raise ValueError(
            "The recordings have no channel in common: "
            f"{paths[0]} has {_listed(raws[0].ch_names)}, and {paths[other]} has "
            f"{_listed(raws[other].ch_names)}. Rename channels, or choose other files."
        )
    kept = [name for name in raws[0].ch_names if name in common]
    _tell(names, common, paths)
    for raw in raws:
        raw.reorder_channels(kept)
    _check_types(raws, paths)


def _tell(names, common, paths):
    """Warn of channels that some recordings lack or mark as bad."""
    left_out = set.union(*names) - common
    if not left_out:
        return
    lacking = [
        f"{path} lacks {_listed(sorted(left_out - own))}"
        for path, own in zip(paths, names, strict=True)
        if left_out - own
    ]
    warnings.warn(
        f"Only the {len(common)} channels that all {len(paths)} recordings have, and "
        f"none of them marks as bad, are used: {'; '.join(lacking)}.",
        stacklevel=4,
    )


def _check_rates(raws, paths):
    rates = [raw.info["sfreq"] for raw in raws]
    for rate, path in zip(rates, paths, strict=True):
        if rate != rates[0]:
            raise ValueError(
                f"{paths[0]} has {rates[0]:g} samples a second, and {path} has "
                f"{rate:g}: use resample with a rate that both have."
            )


def _check_types(raws, paths):
    types = [raw.get_channel_types() for raw in raws]
    for found, path in zip(types, paths, strict=True):
        for name, mine, first in zip(raws[0].ch_names, found, types[0], strict=True):
            if mine != first:
                raise ValueError(
                    f"Channel {name} is of type {first} in {paths[0]}, and of type "
                    f"{mine} in {path}: set its type in the files."
                )


def _listed(names, most=10):
    names = list(names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
