"""Why verdicts on one claim differ between scales or noises: a sentence a rule.

It is shown only where they do differ.
"""

REASONS = {}
