"""The largest eigenvalue of positive semidefinite matrices."""

import torch

AT_ONCE = 32  # matrices whose eigenvalues are computed together
# Size up to which the host is faster than its GPU: an H200 took 17 times as long for 32
# matrices of 40 x 40, and 1.5 times for one of 512 x 512.
SMALL = 512


def top_eigenvalue(matrices):
    """The largest eigenvalue of all matrices, shape (..., k, k), as a float.

    It is not negative: rounding alone could make it so.
    """
    if matrices.shape[-1] <= SMALL:
        matrices = matrices.cpu()
    return max(torch.linalg.eigvalsh(matrices)[..., -1].max().item(), 0.0)


def eigenvalue_bounds(matrices):
    """The smaller of Frobenius norm and largest row sum, shape (n_matrices,)."""
    rows = matrices.abs().sum(2).amax(1)
    return torch.minimum(rows, matrices.flatten(1).norm(dim=1))


def largest_eigenvalue(bounds, matrices):
    """The largest eigenvalue of many positive semidefinite matrices (float).

    The result is exact, although most matrices are skipped. The matrices are taken in
    the order of their upper bounds, until no bound exceeds the largest eigenvalue that
    was found.

    Parameters
    ----------
    bounds : Tensor, shape (n_matrices,)
    matrices : callable
        Takes indices of shape (n_indices,), and returns their matrices, of shape
        (n_indices, k, k).
    """
    bounds, order = bounds.sort(descending=True)
    found = 0.0
    for left, some in zip(bounds.split(AT_ONCE), order.split(AT_ONCE), strict=True):
        if left[0].item() <= found:
            break
        found = max(found, top_eigenvalue(matrices(some)))
    return found
