"""What a result depends on beside its parameters: files, data, code, the machine.

benchopt keeps the result of a run, and gives it again if nothing has changed that it
knows of: the parameters and the files of the components. These are the other things,
each as text or numbers that are the same if and only if the thing is.
"""
