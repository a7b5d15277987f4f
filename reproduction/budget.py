"""How long each run file may take at the paper's or the full scale, stated beforehand.

The hours are those of the machine of the committed results: of one process for the
paper, and of two for the study. A run file is run repetition by repetition (`pieces`).
When its hours are spent, the repetitions that are done are judged, and the report says
how many of how many they are.
"""

OF_THE_PAPER = {
    "figure_1": 0.75,  # Figure 2 as well
    "figure_3": 2,  # Figure C as well
    "figure_4": 2,
    "figure_5_left": 2,
    "figure_5_center": 1.5,
    "figure_5_right": 1,
    "figure_6": 2,  # Figure D as well
    "figure_7": 0.5,
    "figure_B": 0.1,
    "figure_E": 2,
    "table_1": 1.1,
    "table_1_simulated": 1,
}

OF_THE_STUDY = {
    "superposition": 4,
    "superposition_signals": 6,
    "superposition_lmbd": 6,
}

HOURS = OF_THE_PAPER | OF_THE_STUDY
