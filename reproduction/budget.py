"""How long each run file may take at the paper's scale, stated beforehand.

The hours are of one process on the machine of the committed results. A run file is run
repetition by repetition (`pieces`): when its hours are spent, the repetitions that are
done are judged, and the report says how many of how many they are.
"""

HOURS = {
    "figure_1": 0.75,  # Figure 2 as well
    "figure_3": 2,  # Figure C as well
    "figure_4": 2,
    "figure_5_left": 2,
    "figure_5_center": 2.5,
    "figure_5_right": 1,
    "figure_6": 2,  # Figure D as well
    "figure_7": 0.5,
    "figure_B": 0.1,
    "figure_E": 2,
    "table_1": 1.1,
}
