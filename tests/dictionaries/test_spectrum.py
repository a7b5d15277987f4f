"""What convolutions share: bounds of the norm, and certificates of the codes."""

import numpy as np
import pytest
import torch

from benchmark_utils.coding.certificate import duality_gap
from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.coding.restricted import Restricted
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.convolutional import ChannelGram
from benchmark_utils.dictionaries.eigenvalues import (
    eigenvalue_bounds,
    largest_eigenvalue,
)
from benchmark_utils.dictionaries.spectrum import PaddedFFT
from benchmark_utils.dictionaries.unit_norm import unit_atoms


def problem(model, n_atoms, n_channels, n_times_atom, n_times, seed=0):
    rng = np.random.default_rng(seed)
    u = unit_atoms(rng.standard_normal((n_atoms, n_channels)))
    v = unit_atoms(rng.standard_normal((n_atoms, n_times_atom)))
    X = torch.as_tensor(rng.standard_normal((2, n_channels, n_times)))
    return make_dictionary(model, u[:, :, None] * v[:, None]), X


def largest(matrices):
    return largest_eigenvalue(eigenvalue_bounds(matrices), matrices.__getitem__)


@pytest.mark.parametrize("k, n_matrices", [(1, 5), (7, 200), (40, 90)])
def test_largest_eigenvalue_of_many_matrices(k, n_matrices):
    generator = torch.Generator().manual_seed(k)
    options = {"generator": generator, "dtype": torch.complex128}
    half = torch.randn(n_matrices, k, k, **options)
    half *= torch.rand(n_matrices, 1, 1, generator=generator, dtype=torch.float64)
    matrices = half @ half.mH
    expected = torch.linalg.eigvalsh(matrices).max().item()
    assert largest(matrices) == pytest.approx(expected, rel=1e-12)
    assert largest(torch.zeros(n_matrices, k, k)) == 0


def test_a_small_bound_may_hide_the_largest_eigenvalue():
    # Projections have far larger sums of rows and Frobenius norms than eigenvalues.
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randn(60, 40, 20, generator=generator, dtype=torch.float64)
    basis = torch.linalg.qr(drawn).Q
    projections = 0.9 * basis @ basis.mT
    single = torch.zeros(1, 40, 40, dtype=torch.float64)
    single[0, 0, 0] = 1
    assert largest(torch.cat([projections, single])) == pytest.approx(1)


def test_most_eigenvalues_are_not_computed(monkeypatch):
    spectra = torch.linspace(1, 0, 400)[:, None, None] * torch.eye(9)
    computed, eigvalsh = [], torch.linalg.eigvalsh
    monkeypatch.setattr(
        torch.linalg, "eigvalsh", lambda M: computed.append(len(M)) or eigvalsh(M)
    )
    assert largest(spectra) == 1
    assert 0 < sum(computed) < 300


@pytest.mark.slow
@pytest.mark.parametrize("model", ["rank1", "conv"])
@pytest.mark.parametrize("n_channels", [2, 30])
def test_norm_is_bounded_within_five_per_cent(model, n_channels):
    dictionary, X = problem(model, 8, n_channels, 20, 250)
    gram = dictionary.gram(X)
    b = dictionary.correlate(X)
    basis = torch.eye(b[0].numel(), dtype=b.dtype).reshape(-1, *b.shape[1:])
    true = torch.linalg.eigvalsh(gram.apply(basis).flatten(1))[-1].item()
    assert true <= gram.norm() <= 1.05 * true


def test_bounds_of_rank_one_are_those_of_its_matrices():
    dictionary, X = problem("rank1", 8, 30, 20, 250)
    gram = dictionary.gram(X)
    torch.testing.assert_close(gram.bounds(), eigenvalue_bounds(gram.matrices()))


def test_products_of_channels_are_built_once():
    dictionary, X = problem("conv", 8, 2, 20, 250)
    gram = dictionary.gram(X)
    assert type(gram) is ChannelGram
    expected = [x.clone() for x in (gram.matrices(), gram.bounds())]
    built = gram.matrices().data_ptr()
    gram.norm()
    assert gram.matrices().data_ptr() == built
    few = torch.tensor([3, 0])
    torch.testing.assert_close(gram.matrices(few), expected[0][few], rtol=0, atol=0)
    torch.testing.assert_close(eigenvalue_bounds(expected[0]), expected[1])


def test_padded_lengths_are_even_fast_and_long_enough():
    for n in (1, 2, 7, 1499, 1500, 1501):
        (length,) = PaddedFFT((n,)).shape
        assert length >= n and length % 2 == 0 and length <= 1.1 * n + 1
    assert PaddedFFT((1500,)).shape == (1536,)  # 3 · 2⁹ is faster than 12 · 5³


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("model", ["rank1", "conv"])
def test_optimum_lies_within_the_gap_however_early_the_coder_stops(
    model, positive, monkeypatch
):
    dictionary, X = problem(model, 6, 3, 10, 80)
    options = {"lmbd": 0.5, "positive": positive}
    best = certified_codes(dictionary, X, tol=1e-11, **options).values
    monkeypatch.setattr(Restricted, "solve", lambda self, z, b: z)
    for n_iterations in (0, 20, 40, 80):
        early = certified_codes(dictionary, X, max_iter=n_iterations, **options)
        assert (early.values - early.gaps <= best).all()
        assert (early.values >= best * (1 - 1e-11)).all()
    assert early.relative_gap > 1e-11


def test_gap_of_codes_that_are_zero():
    # There r = x, so that the dual point is s x with s = λ / λ_max.
    dictionary, X = problem("rank1", 6, 3, 10, 80)
    Z, energy = torch.zeros(2, 6, 71).double(), (X**2).sum((1, 2)) / 2
    peaks = dictionary.correlate(X).abs().amax((1, 2))
    lmbd = peaks.min().item() / 4
    values, gaps = duality_gap(dictionary, X, Z, lmbd)
    torch.testing.assert_close(values, energy)
    torch.testing.assert_close(gaps, energy * (1 - lmbd / peaks) ** 2)
    assert duality_gap(dictionary, X, Z, peaks.max().item())[1].abs().max() < 1e-10
