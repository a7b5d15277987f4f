"""Does the paper hold? Run its figures and tables, and judge its claims by rules.

    python -m reproduction

runs the configs of `configs/` one after the other and writes `REPRODUCTION.md`: for
each claim of the paper what was measured, the rule that judges it, the verdict and
the picture. See `docs/paper.md` for the options.
"""
