"""The study of autoencoders on signals in superposition: its figures."""

from reproduction.claims import study_codes, study_needs, study_time
from reproduction.figure import Figure
from reproduction.pictures import study as pictures

SHARED = "superposition"  # the runs of most of them

STUDIES = {
    figure.name: figure
    for figure in (
        Figure(
            "superposition_time",
            "recovered atoms against time",
            [study_time.fewer_in_equal_time, study_time.catch_up],
            pictures.draw_time,
            runs=SHARED,
        ),
        Figure(
            "superposition_codes",
            "two dictionaries, each with its own and with certified codes",
            [study_codes.encoder_is_what_lacks],
            pictures.draw_cells,
            runs=SHARED,
        ),
        Figure(
            "superposition_signals",
            "recovered atoms against the number of signals",
            [study_needs.more_signals],
            pictures.draw_signals,
        ),
        Figure(
            "superposition_layers",
            "amortisation gap against the number of layers",
            [study_codes.few_layers_close_the_gap],
            pictures.draw_layers,
            runs=SHARED,
        ),
        Figure(
            "superposition_variance",
            "recovered atoms against explained variance",
            [study_codes.variance_ranks],
            pictures.draw_variance,
            runs=SHARED,
        ),
        Figure(
            "superposition_lmbd",
            "recovered atoms against λ and k",
            [study_needs.wrong_sparsity],
            pictures.draw_sparsity,
        ),
    )
}
