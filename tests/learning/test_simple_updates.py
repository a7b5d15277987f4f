"""MOD and ITKrM, against the same by hand."""

import numpy as np
import torch
from problems import dense_problem

from benchmark_utils.coding.thresholding import Thresholding
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import Dense
from benchmark_utils.learning.updates.least_squares import LeastSquares
from benchmark_utils.learning.updates.residual_means import ResidualMeans

X, D_TRUE, D_INIT = dense_problem(n_signals=80)
SIGNALS = torch.as_tensor(X)


def unit(D):
    return D / np.linalg.norm(D, axis=1, keepdims=True)


def test_mod_is_least_squares():
    dictionary, network = Dense.from_array(D_INIT), Unrolled(50, 0.1)
    done = LeastSquares().advance(dictionary, network, SIGNALS, 0)
    Z = network.codes(dictionary, SIGNALS).numpy()
    expected = unit(np.linalg.lstsq(Z, X, rcond=None)[0])
    np.testing.assert_allclose(done.dictionary.to_array(), expected, atol=1e-3)


def test_itkrm_by_hand():
    dictionary = Dense.from_array(D_INIT)
    done = ResidualMeans().advance(dictionary, Thresholding(3, 0.1), SIGNALS, 0)
    sums, usage = np.zeros_like(D_INIT), np.zeros(len(D_INIT))
    for x in X:
        products = D_INIT @ x
        support = np.argsort(-np.abs(products))[:3]
        atoms = D_INIT[support]
        residual = x - np.linalg.lstsq(atoms.T, x, rcond=None)[0] @ atoms
        for k in support:
            sums[k] += np.sign(products[k]) * (residual + products[k] * D_INIT[k])
            usage[k] += 1
    assert usage.min() > 0
    np.testing.assert_array_equal(done.usage, usage)
    np.testing.assert_allclose(done.dictionary.to_array(), unit(sums), atol=1e-4)


def test_atoms_without_use_stay():
    for update, encoder in (
        (LeastSquares(), Unrolled(5, 1e3)),
        (ResidualMeans(), Thresholding(3, 0.1)),
    ):
        nothing = torch.zeros_like(SIGNALS)
        dictionary = Dense.from_array(D_INIT)
        done = update.advance(dictionary, encoder, nothing, 0)
        np.testing.assert_allclose(done.dictionary.to_array(), D_INIT, atol=1e-12)


def test_thresholding_gives_the_projection_as_codes():
    dictionary = Dense.from_array(D_INIT)
    for positive in (False, True):
        Z = Thresholding(3, 0.1, positive).full_codes(dictionary, SIGNALS)
        assert ((Z != 0).sum(1) <= 3).all() and (Z.abs().sum(1) > 0).all()
        assert not positive or (Z >= 0).all()
