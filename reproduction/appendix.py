"""How the runs differ from the paper's Appendix A at the paper's own scale.

The details of the report have these beside the verdicts, after what the head of each
run file says.
"""

EXACT = "Limits are computed from codes of machine precision, not from 10⁴ iterations."
PERTURBED = (
    "The noise “of scale 0.5 σ_D²” on D is read as half the standard deviation of D."
)
PHOTOGRAPH = (
    "The photograph is scikit-learn's flower: the paper does not name its image."
)
MEDIANS = "Medians over repetitions are judged; the paper does not say how many it has."
DEVICE = "Times are of a CPU, all methods with the same threads; the paper has a GPU."
STEPS = "Runs end after 1024 steps at most; the paper does not say when."
MEG = (
    "The recording is as long as what is at hand: 24 s where these results were made, "
    "and 6 minutes in the paper. For less than 4 minutes, alphacsc's atoms to compare "
    "with are the 12 important ones of 15 instead of 40. Codes are z ≥ 0, as alphacsc "
    "needs. Table 1 simulated has 6 minutes, with known atoms."
)

GAUSSIAN = (
    "Initial atoms are Gaussian, as in the published code: the paper does not state "
    "them. The small runs start at pieces of the recording."
)

DIFFERENCES = {
    "figure_1": [EXACT, PERTURBED],
    "figure_2": [EXACT, PERTURBED],
    "figure_3": [
        EXACT,
        PERTURBED,
        PHOTOGRAPH,
        MEDIANS,
        "Convolutional signals are added, and not judged.",
    ],
    "figure_4": [
        PERTURBED,
        DEVICE,
        "A run has converged when a step lowers the loss by less than a millionth; the "
        "paper does not say when.",
        "F* and S* are the best over all N, not those of 1000 layers: runs of 500 and "
        "1000 layers may be cut by their two minutes. Medians are judged; the paper "
        "shows means.",
    ],
    "figure_5_left": [PHOTOGRAPH, DEVICE],
    "figure_5_center": [
        PHOTOGRAPH,
        "Runs end after 256 steps at most; the paper does not say when.",
        "SNR of −10 to 20 dB: the paper has none.",
    ],
    "figure_5_right": [PHOTOGRAPH, STEPS],
    "figure_6": [DEVICE],
    "figure_7": [MEG, GAUSSIAN],
    "table_1_simulated": [
        "The recording is simulated, as long as the paper's, with as many channels "
        "and atoms. Agreement is with its true atoms, not with alphacsc's.",
        "Initial atoms are pieces of the recording, λ = 0.3, and codes are z ≥ 0.",
        DEVICE,
    ],
    "table_1": [
        MEG,
        GAUSSIAN,
        DEVICE,
        "Both correlations are those of one matching of the atoms; the published code "
        "correlates the waveforms with one atom only.",
    ],
    "figure_B": [PHOTOGRAPH, STEPS],
    "figure_C": [EXACT, PERTURBED, PHOTOGRAPH, MEDIANS],
    "figure_D": [DEVICE],
    "figure_E": [DEVICE],
}
