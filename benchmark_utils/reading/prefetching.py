"""The next one is made ready while one is used."""

from concurrent.futures import ThreadPoolExecutor


def mapped_ahead(function, items):
    """As ``map``, with the next value computed in a thread while one is used.

    Items are taken, and values given, in order and from the caller's thread: whatever
    draws the items at random draws the same.

    Parameters
    ----------
    function : callable, item -> value
        Alone in its thread: it never runs twice at a time.
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
