"""Let the garbage collector look less often while much is made at once. Knows nothing of what is made.

A first ingest makes millions of small objects that live until their file is done; at Python's own threshold the
collector walks them a thousand times, for a tenth of the processor time, and finds hardly anything.
"""

import gc
from collections.abc import Generator
from contextlib import contextmanager

SELDOM = 50_000
"""New containers between two looks; Python's own is 700."""


@contextmanager
def seldom() -> Generator[None]:
    """Raise the collector's threshold within the block, unless it is as high or off already.

    What the block has put off is made up for at its end, among what it has made, and not by whoever comes next.

    >>> before = gc.get_threshold()
    >>> with seldom():
    ...     gc.get_threshold()[0] >= SELDOM
    True
    >>> gc.get_threshold() == before
    True
    """
    before = gc.get_threshold()
    if not 0 < before[0] < SELDOM:
        yield
        return
    gc.set_threshold(SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.collect(1)
