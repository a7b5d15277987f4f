import numpy as np
from benchopt import BasePlot
from skimage.metrics import peak_signal_noise_ratio

from benchmark_utils.pages import page, pictures, results


class Plot(BasePlot):
    """Noisy, clean and denoised pictures, each with its PSNR, the best first.

    Of the first repetition; the noise is the same for all solvers.
    """

    name = "denoising"
    type = "image"
    options = {
        "dataset": lambda df: results.names(df, "dataset", having="psnr"),
        "objective": lambda df: results.names(df, "objective"),
    }

    def plot(self, df, dataset, objective):
        finals = _with_pictures(df, dataset, objective)
        # A card without an image keeps the title, which says what is missing.
        if not finals:
            return [{"image": None, "label": ""}]
        first = next(iter(finals.values()))
        clean = np.asarray(first["clean"])
        cards = [{"image": pictures.enlarge(clean), "label": "clean"}]
        if first.get("noisy") is not None:
            cards.insert(0, _card("noisy", clean, first["noisy"]))
        best_first = sorted(
            finals, key=lambda solver: -_psnr(clean, finals[solver]["denoised"])
        )
        return cards + [
            _card(page.wrap(solver, "\n"), clean, finals[solver]["denoised"])
            for solver in best_first
        ]

    def get_metadata(self, df, dataset, objective):
        rows = results.select(df, dataset, objective)
        finals = _with_pictures(df, dataset, objective)
        note = None if finals else "Nothing to show: no clean picture in these results"
        return {"title": page.title(dataset, objective, note, " · ", rows)}


def _with_pictures(df, dataset, objective):
    finals = results.finals(results.select(df, dataset, objective))
    return {
        solver: final
        for solver, final in finals.items()
        if final.get("clean") is not None and final.get("denoised") is not None
    }


def _psnr(clean, image):
    return peak_signal_noise_ratio(clean, np.asarray(image), data_range=1)


def _card(name, clean, image):
    label = f"{name}\nPSNR {_psnr(clean, image):.2f} dB"
    return {"image": pictures.enlarge(np.asarray(image)), "label": label}
