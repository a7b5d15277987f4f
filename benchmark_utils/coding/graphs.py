"""Functions that a GPU runs as one graph, where launching operations costs most."""

import torch

KEPT = 4  # graphs of a function, one for each size of its tensors
LARGEST = 2**26  # values of tensors above which the operations take the time


class Graphed:
    """A function of tensors that changes them in place, and is called many times.

    On the CPU, and for large tensors, it is called as it is. Otherwise a GPU records
    its operations once, for the sizes of the tensors that it is given, and then repeats
    them on tensors of its own. The function must not wait for the GPU, and must not
    choose by the values of tensors.

    Parameters
    ----------
    function : callable, tensors -> Tensor
    """

    def __init__(self, function):
        self._function, self._recorded = function, {}

    def on(self, *tensors):
        """The function on these tensors.

        Returns
        -------
        call : callable, no arguments -> Tensor
            Calls the function once, and returns what it returns.
        tensors : list of Tensor
            The tensors that the function changes: those given, or the copies of a
            graph. Read copies before the next call of :meth:`on`, which overwrites
            them.
        """
        if not tensors[0].is_cuda or sum(t.numel() for t in tensors) > LARGEST:
            return lambda: self._function(*tensors), list(tensors)
        graph, own, result = self._graph_for(tensors)
        for mine, given in zip(own, tensors, strict=True):
            mine.copy_(given)

        def call():
            with torch.cuda.device(own[0].device):
                graph.replay()
            return result

        return call, own

    def _graph_for(self, tensors):
        """The graph for tensors of these sizes. Those that were used last are kept."""
        kind = tuple((t.shape, t.dtype, t.device) for t in tensors)
        found = self._recorded.pop(kind, None)
        if found is None:
            with torch.cuda.device(tensors[0].device):
                found = self._record(tensors)
        self._recorded[kind] = found
        if len(self._recorded) > KEPT:
            self._recorded.pop(next(iter(self._recorded)))
        return found

    def _record(self, tensors):
        own = [t.clone() for t in tensors]
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            self._function(*own)  # sets libraries up, which must not be recorded
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, capture_error_mode="thread_local"):
            result = self._function(*own)
        return graph, own, result
