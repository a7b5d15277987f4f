"""Dictionary parametrisations: what ``D`` is made of, and nothing else.

Coding, gradients, line searches and scores are written once against the
interface of :class:`benchmark_utils.dictionaries.base.Dictionary`.
"""

from benchmark_utils.dictionaries.base import Dictionary
from benchmark_utils.dictionaries.convolutional import Convolutional
from benchmark_utils.dictionaries.dense import Dense
from benchmark_utils.dictionaries.rank_one import RankOne

PARAMETRISATIONS = {"dense": Dense, "conv": Convolutional, "rank1": RankOne}


def make_dictionary(model, D, **options):
    """The dictionary of a data model.

    Parameters
    ----------
    model : {"dense", "conv", "rank1"}
        Data model of the dataset.
    D : array or tensor, shape of the model's ``D``
        Initial atoms.
    **options
        ``dtype`` and ``device`` of the parameters; for rank 1, ``window``.

    Returns
    -------
    dictionary : Dictionary

    Raises
    ------
    ValueError
        If no parametrisation is known for ``model``.
    """
    if model not in PARAMETRISATIONS:
        raise ValueError(
            f"Unknown model {model!r}: use one of {sorted(PARAMETRISATIONS)}."
        )
    return PARAMETRISATIONS[model].from_array(D, **options)


__all__ = [
    "PARAMETRISATIONS",
    "Convolutional",
    "Dense",
    "Dictionary",
    "RankOne",
    "make_dictionary",
]
