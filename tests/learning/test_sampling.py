"""Windows of long signals, and the parts of them that an evaluation looks at."""

import numpy as np
import pytest

from benchmark_utils.learning.sampling import Windows
from benchmark_utils.scoring import subsets
from benchmark_utils.scoring.subsets import subset


def ramp(*shape):
    return np.arange(float(np.prod(shape))).reshape(shape)


def test_windows_are_pieces_of_the_signals_seeded_and_may_overlap():
    X = ramp(2, 3, 50)

    def draw(seed):
        return Windows(X, 10, 40, np.random.default_rng(seed)).draw().numpy()

    windows = draw(0)
    assert windows.shape == (40, 3, 10)
    np.testing.assert_array_equal(np.diff(windows, axis=2), 1)
    np.testing.assert_array_equal(np.diff(windows, axis=1), 50)
    assert windows[:, 0].min() >= 0 and windows[:, 0, -1].max() <= X[1, 0, -1]
    starts = windows[:, 0, 0] % 150
    assert len(set(starts)) < 40 and {0, 1} == set(windows[:, 0, 0] // 150)
    np.testing.assert_array_equal(windows, draw(0))
    assert (windows != draw(1)).any()


def test_windows_of_images_and_of_whole_signals():
    X = ramp(1, 1, 9, 8)
    rng = np.random.default_rng(0)
    assert Windows(X, (4, 3), 5, rng).draw().shape == (5, 1, 4, 3)
    np.testing.assert_array_equal(Windows(X, (9, 8), 1, rng).draw(), X)


def test_epochs_are_counted_in_draws():
    windows = Windows(ramp(1, 1, 9), 3, 1, np.random.default_rng(0), epoch_length=2)
    epochs = [(windows.draw(), windows.epoch)[1] for _ in range(5)]
    assert epochs == [0, 1, 1, 2, 2]


@pytest.mark.parametrize("window, n_windows", [(51, 1), (0, 1), (10, 0)])
def test_windows_that_cannot_be_had(window, n_windows):
    with pytest.raises(ValueError, match="window"):
        Windows(ramp(1, 3, 50), window, n_windows, np.random.default_rng(0))


def test_only_what_is_drawn_is_read(tmp_path):
    path = tmp_path / "X.npy"
    np.save(path, ramp(1, 2, 1000))

    class Counting:
        """An array that counts the samples it gives."""

        def __init__(self):
            self.X, self.read = np.load(path, mmap_mode="r"), 0
            self.shape = self.X.shape

        def __len__(self):
            return len(self.X)

        def __getitem__(self, key):
            piece = self.X[key]
            self.read += piece.size
            return piece

    X = Counting()
    Windows(X, 10, 3, np.random.default_rng(0)).draw()
    assert X.read == 3 * 2 * 10


def test_long_recordings_are_evaluated_on_segments_that_do_not_overlap(monkeypatch):
    monkeypatch.setattr(subsets, "MAX_SAMPLES", 100)
    X = ramp(2, 3, 205)
    with pytest.warns(UserWarning, match="410 samples.*2 fixed random segments of 40"):
        parts = subset(X, (3, 4), np.random.default_rng(0))
    assert parts.shape == (2, 3, 40)
    np.testing.assert_array_equal(np.diff(parts, axis=2), 1)
    assert len(np.unique(parts)) == parts.size
    monkeypatch.setattr(subsets, "MAX_SAMPLES", 410)
    assert subset(X, (3, 4), np.random.default_rng(0)) is X


def test_segments_of_one_recording_cover_it_when_they_can(monkeypatch):
    monkeypatch.setattr(subsets, "MAX_SAMPLES", 80)
    with pytest.warns(UserWarning):
        parts = subset(ramp(1, 1, 85), (1, 4), np.random.default_rng(0))
    np.testing.assert_array_equal(parts.ravel(), np.arange(80))
