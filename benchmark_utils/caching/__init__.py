"""What a result depends on beside its parameters: files, data, code, the machine.

benchopt keeps the result of a run, and returns it again as long as the parameters and
the files of the components are the same. Results depend on other things too. Here each
of these becomes text or numbers that change if and only if the thing changes.
"""
