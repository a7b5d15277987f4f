"""What is used of alphacsc, without numba's warnings about it.

alphacsc compiles its loops while it is imported. numba then warns about their speed, in
the first lines that a new user sees.
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from alphacsc.convolutional_dictionary_learning import (
        ConvolutionalDictionaryLearning,
    )
    from alphacsc.utils.dictionary import tukey_window
    from alphacsc.utils.signal import split_signal

__all__ = ["ConvolutionalDictionaryLearning", "split_signal", "tukey_window"]
