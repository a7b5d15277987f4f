import numpy as np
from benchopt import BasePlot
from skimage.metrics import peak_signal_noise_ratio

from benchmark_utils.pages import page, pictures, results

SHADES = 33  # of residuals, which are noise and would be most of the page's weight


class Plot(BasePlot):
    """Noisy, clean and denoised pictures, each with its PSNR, the best first.

    Beside each of them is what was taken away, noisy minus denoised. A good residual
    looks like the noise: edges in it are lost from the denoised picture. Of the first
    repetition; the noise is the same for all solvers.
    """

    name = "denoising"
    type = "image"
    options = {
        "dataset": lambda df: results.names(df, "dataset", having="psnr"),
        "objective": lambda df: results.names(df, "objective"),
    }

    def plot(self, df, dataset, objective):
        finals = _with_pictures(df, dataset, objective)
        if not finals:
            return page.cards([])
        first = next(iter(finals.values()))
        clean = np.asarray(first["clean"])
        best_first = sorted(
            finals, key=lambda solver: -_psnr(clean, finals[solver]["denoised"])
        )
        cards = _given(clean, first.get("noisy"))
        for solver in best_first:
            cards += _found(page.wrap(solver, "\n"), clean, finals[solver])
        return cards

    def get_metadata(self, df, dataset, objective):
        rows = results.select(df, dataset, objective)
        finals = _with_pictures(df, dataset, objective)
        note = None if finals else "Nothing to show: no clean picture in these results"
        title = page.title(dataset, objective, note, " · ", rows, first=True)
        return {"title": title, "ncols": 4}  # pairs


def _with_pictures(df, dataset, objective):
    return results.finals(df, dataset, objective, "clean", "denoised")


def _psnr(clean, image):
    return peak_signal_noise_ratio(clean, np.asarray(image), data_range=1)


def _given(clean, noisy):
    """Return the first row of cards: what was given, and the noise."""
    shown = {"image": pictures.enlarge(clean), "label": "clean"}
    if noisy is None:
        return [shown]
    noise = np.asarray(noisy) - clean
    label = f"noise of the noisy picture\nσ = {_rms(noise):.3g}"
    noise = _residual(label, noise, _rms(noise))
    # A card without an image keeps the place: pairs begin on the next row.
    return [_card("noisy", clean, noisy), shown, noise, {"image": None, "label": ""}]


def _found(name, clean, final):
    """Return the cards of a solver: the denoised picture, and what was taken away."""
    denoised = np.asarray(final["denoised"])
    cards = [_card(name, clean, denoised)]
    if final.get("noisy") is not None:
        residual = np.asarray(final["noisy"]) - denoised
        sigma = _rms(np.asarray(final["noisy"]) - clean)
        share = f", {_rms(residual) / sigma:.2f} σ" if sigma else ""
        label = f"{name}\nnoisy − denoised{share}"
        cards.append(_residual(label, residual, sigma))
    return cards


def _card(name, clean, image):
    label = f"{name}\nPSNR {_psnr(clean, image):.2f} dB"
    return {"image": pictures.enlarge(np.asarray(image)), "label": label}


def _rms(values):
    return float(np.sqrt(np.square(values).mean()))


def _residual(label, residual, sigma):
    """Return the card of a residual: mid-gray is zero, black and white are ±3 σ."""
    shown = np.clip(0.5 + residual / (6 * (sigma or 1)), 0, 1)
    shown = pictures.posterize(shown, SHADES)
    return {"image": pictures.enlarge(shown), "label": label}
