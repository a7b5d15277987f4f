"""A thread computes the next value while one is used."""

from concurrent.futures import ThreadPoolExecutor


def mapped_ahead(function, items):
    """Like ``map``, but a thread computes the next value while one is used.

    Items are taken in order, in the caller's thread. So random items are the same as
    without the thread.

    Parameters
    ----------
    function : callable, item -> value
        It runs in one thread only.
    items : iterator

    Yields
    ------
    value : object
    """
    with ThreadPoolExecutor(1) as thread:
        following = None
        for item in items:
            ready, following = following, thread.submit(function, item)
            if ready is not None:
                yield ready.result()
        if following is not None:
            yield following.result()
