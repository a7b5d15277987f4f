"""All figures and tables of the paper, in its order."""

from reproduction.claims import denoising, dynamics, landscape, meg, stochastic
from reproduction.figure import Figure
from reproduction.pictures import denoising as denoising_pictures
from reproduction.pictures import dynamics as dynamics_pictures
from reproduction.pictures import landscape as landscape_pictures
from reproduction.pictures import meg as meg_pictures
from reproduction.pictures import stochastic as stochastic_pictures

FIGURES = {
    figure.name: figure
    for figure in (
        Figure(
            "figure_4",
            "gradient steps, loss and recovery against the number of layers",
            [
                dynamics.fewer_steps,
                dynamics.forty_layers,
                dynamics.time_per_step,
                dynamics.advantage_below_fifty,
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
            [landscape.alike_in_loss],
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
            [meg.agrees_with_alphacsc, meg.ten_times_sooner, meg.faster_than_ksvd],
            meg_pictures.draw_comparison,
        ),
        Figure(
            "figure_B",
            "loss on a plane around a minimum",
            [landscape.locally_convex],
            landscape_pictures.draw_plane,
        ),
        Figure(
            "figure_D",
            "time to a recovery of 0.95 for batches of several sizes",
            [stochastic.faster_than_full_batch],
            stochastic_pictures.draw_time,
        ),
        Figure(
            "figure_E",
            "time to a recovery of 0.95 against λ",
            [stochastic.faster_for_small_lmbd],
            stochastic_pictures.draw_lmbd,
        ),
    )
}
