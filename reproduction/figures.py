"""All figures and tables of the paper, in its order."""

from functools import partial

from reproduction.claims import (
    agreement,
    denoising,
    dynamics,
    gradients,
    jacobians,
    landscape,
    local_minima,
    meg,
    online,
    stochastic,
)
from reproduction.figure import Figure
from reproduction.pictures import denoising as denoising_pictures
from reproduction.pictures import dynamics as dynamics_pictures
from reproduction.pictures import gradients as gradient_pictures
from reproduction.pictures import jacobians as jacobian_pictures
from reproduction.pictures import landscape as landscape_pictures
from reproduction.pictures import meg as meg_pictures
from reproduction.pictures import stochastic as stochastic_pictures

GRADIENTS = "gradient_estimation"

FIGURES = {
    figure.name: figure
    for figure in (
        Figure(
            "figure_1",
            "Jacobians of two signals against the number of layers",
            [jacobians.linear_on_the_support, jacobians.truncation_stabilises],
            jacobian_pictures.draw_samples,
            GRADIENTS,
        ),
        Figure(
            "figure_2",
            "Jacobians of fifty signals, stable and unstable",
            [jacobians.some_diverge],
            jacobian_pictures.draw_all,
            GRADIENTS,
            runs="figure_1",
        ),
        Figure(
            "figure_3",
            "angle of the gradients against the number of layers",
            [gradients.better_for_few_layers, gradients.worse_when_deep],
            gradient_pictures.draw_angles,
            GRADIENTS,
        ),
        Figure(
            "figure_4",
            "gradient steps, loss and recovery against the number of layers",
            [
                dynamics.fewer_steps,
                dynamics.forty_layers,
                dynamics.time_per_step,
                dynamics.advantage_below_fifty,
                dynamics.faster_from_fifty,
                dynamics.learned_steps_help,
            ],
            dynamics_pictures.draw,
        ),
        Figure(
            "figure_5_left",
            "PSNR of a photograph against the number of layers",
            [denoising.few_layers_suffice, denoising.several_times_sooner],
            denoising_pictures.draw,
        ),
        Figure(
            "figure_5_center",
            "PSNR and recovery between initial dictionaries against noise",
            [landscape.alike_in_psnr, landscape.alike_in_atoms],
            landscape_pictures.draw_robustness,
        ),
        Figure(
            "figure_5_right",
            "loss on the line between two minima",
            [local_minima.alike_in_loss],
            landscape_pictures.draw_lines,
        ),
        Figure(
            "figure_6",
            "recovery against time for batches of several sizes",
            [stochastic.intermediate_is_best],
            stochastic_pictures.draw_recovery,
        ),
        Figure(
            "figure_7",
            "atoms learned from MEG",
            [meg.main_patterns],
            meg_pictures.draw_atoms,
        ),
        Figure(
            "table_1",
            "agreement with alphacsc on MEG, and time",
            [
                agreement.agrees_with_alphacsc,
                agreement.ten_times_sooner,
                agreement.faster_than_ksvd,
            ],
            partial(meg_pictures.draw_comparison, known="alphacsc's"),
        ),
        Figure(
            "table_1_simulated",
            "agreement with the true atoms of simulated MEG, and time",
            [
                agreement.agrees_with_truth,
                agreement.ten_times_sooner,
                agreement.faster_than_ksvd,
            ],
            partial(meg_pictures.draw_comparison, known="the true"),
            of_paper=False,
        ),
        Figure(
            "figure_B",
            "loss on a plane around a minimum",
            [local_minima.locally_convex],
            landscape_pictures.draw_plane,
        ),
        Figure(
            "figure_C",
            "error of the gradients in norm against the number of layers",
            [gradients.unstable_in_norm],
            gradient_pictures.draw_norms,
            GRADIENTS,
            runs="figure_3",
        ),
        Figure(
            "figure_D",
            "time to a recovery of 0.95 for batches of several sizes",
            [stochastic.faster_than_full_batch],
            stochastic_pictures.draw_time,
            runs="figure_6",
        ),
        Figure(
            "figure_E",
            "time to a recovery of 0.95 against λ",
            [online.faster_for_small_lmbd, online.alike_for_large_lmbd],
            stochastic_pictures.draw_lmbd,
        ),
    )
}
