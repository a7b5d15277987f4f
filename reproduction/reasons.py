"""Why verdicts on one claim differ between scales or noises: computed, never typed.

Where a run could not test the claim, its own reason is told. Otherwise the numbers that
the rule looked at stand side by side, those of `KEYS` first.
"""

from reproduction.details import number
from reproduction.verdict import UNTESTED

NOISE = "λ = 0.1 is far below the deviation 0.316 of the text's noise."
# Rules on what is recovered or rebuilt, of runs with λ = 0.1 at both noises.
AT_LMBD = {
    "forty_layers",
    "advantage_below_fifty",
    "few_layers_suffice",
    "several_times_sooner",
    "intermediate_is_best",
    "faster_than_full_batch",
}
# Beginnings of what a rule measured, and that its verdict turns on.
KEYS = {
    "linear_on_the_support": ["signals with a speed of 0.8 or more"],
    "truncation_stabilises": ["stabilised"],
    "some_diverge": ["ℓ1, largest"],
    "better_for_few_layers": ["N and K with a better angle"],
    "worse_when_deep": ["smallest above, K = N"],
    "unstable_in_norm": ["largest ‖g² − g*‖ / ‖g¹ − g*‖ after it was 1 or less"],
    "fewer_steps": ["DDL's steps / AM's"],
    "forty_layers": [
        "initial dictionary",
        "DDL, best score",
        "DDL, best score less that of N = 40",
    ],
    "time_per_step": ["DDL's time a step / AM's"],
    "advantage_below_fifty": [
        "gain at N",
        "DDL's score above the initial one",
    ],
    "faster_from_fifty": ["DDL's time / AM's"],
    "learned_steps_help": ["decrease at N"],
    "few_layers_suffice": ["oracle (dB)", "best"],
    "several_times_sooner": ["ratio"],
    "alike_in_psnr": ["range at SNR"],
    "alike_in_atoms": ["score at SNR"],
    "alike_in_loss": ["losses differ by (largest)", "pairs alike"],
    "locally_convex": ["convex", "loss of the centre above the lowest"],
    "main_patterns": ["found again", "by pieces of the recording"],
    "agrees_with_alphacsc": ["best setting", "pieces of the recording"],
    "agrees_with_truth": ["best setting", "pieces of the recording"],
    "ten_times_sooner": ["ratio"],
    "faster_than_ksvd": ["stochastic DDL (s)", "Conv-KSVD (s)"],
    "intermediate_is_best": ["batch"],
    "faster_than_full_batch": ["batch"],
    "faster_for_small_lmbd": ["λ"],
    "alike_for_large_lmbd": ["λ"],
}


def why(name, text, code):
    """Return why verdicts on a claim differ, or none could be found; else nothing.

    Parameters
    ----------
    name : str
        That of the rule.
    text, code : dict of str to Verdict
        By scale: with the noise of the paper's text, and of its published code.

    Returns
    -------
    pair of str
        For the row of each noise.
    """
    found = {verdict.verdict for verdict in (*text.values(), *code.values())}
    if len(found) < 2 and found != {UNTESTED}:
        return "", ""
    reason = _numbers(name, text)
    if name in AT_LMBD and _noise_decides(text, code):
        reason = f"{reason} {NOISE}"
    return reason, _numbers(name, code)


def _noise_decides(text, code):
    """Whether the verdict at some scale is another one with the code's noise."""
    return any(code[at].verdict != v.verdict for at, v in text.items() if at in code)


def _numbers(name, verdicts):
    """Return what verdicts turn on, or why some could not be found, in sentences."""
    lacking = {p: v for p, v in verdicts.items() if v.verdict == UNTESTED}
    places = {}
    for place, verdict in (lacking or verdicts).items():
        places.setdefault(_told(name, verdict), []).append(place)
    return " ".join(f"{_and(where)}: {what}." for what, where in places.items())


def _told(name, verdict):
    """Return what a verdict turns on, in words."""
    if verdict.verdict == UNTESTED:
        return verdict.measured["reason"]
    told = []
    for start in KEYS.get(name, list(verdict.measured)[:1]):
        found = {k: v for k, v in verdict.measured.items() if k.startswith(start)}
        exact = {start: found[start]} if start in found else found
        told += [_span(start, exact)] if exact else []
    # A rule that stops at once has measured one thing, and it decides.
    return "; ".join(told or [_span(k, {k: v}) for k, v in verdict.measured.items()])


def _span(start, found):
    """Return the smallest and the largest number, or the first and the last text."""
    values = list(found.values())
    if not any(isinstance(value, str) for value in values):
        ends = dict.fromkeys(number(v) for v in (min(values), max(values)))
        return f"{start}: {' to '.join(ends)}"
    first, *_, last = [*found.items()] * 2 if len(found) == 1 else found.items()
    return "; ".join(dict.fromkeys(f"{key}: {value}" for key, value in (first, last)))


def _and(places):
    return " and ".join(places).capitalize()
