"""What a result depends on beside its parameters: files, data, code, the machine.

benchopt keeps the result of a run. It returns it again as long as the parameters and
the files of the components are the same. Results also depend on other things. The
modules of this folder turn each of these into text or numbers, which change if and only
if the thing changes.
"""
