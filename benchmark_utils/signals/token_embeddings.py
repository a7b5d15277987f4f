"""Embeddings of tokens, and the tokens, from the package wordllama."""

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np

WEIGHTS = "weights/l2_supercat_256.safetensors"
TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
SPACE = "\u2581"  # stands for a blank before a word


def token_embeddings():
    """The embeddings, and their tokens.

    Returns
    -------
    E : ndarray, shape (32000, 256)
    tokens : list of str, length 32000

    Raises
    ------
    OSError
        If the package has no such file.
    """
    from safetensors.numpy import load_file  # here, because it may not be installed

    (folder,) = map(Path, find_spec("wordllama").submodule_search_locations)
    for path in (folder / WEIGHTS, folder / TOKENIZER):
        if not path.is_file():
            raise OSError(
                f"The package wordllama has no {path.name}: use wordllama==0.4.0.post1."
            )
    (E,) = load_file(folder / WEIGHTS).values()
    vocabulary = json.loads((folder / TOKENIZER).read_text("utf-8"))["model"]["vocab"]
    tokens = sorted(vocabulary, key=vocabulary.get)
    return E.astype(np.float64), [token.replace(SPACE, " ") for token in tokens]
