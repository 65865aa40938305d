"""Tell the observer which cached functions a step is called beneath: they keep what the step answered.

A later caller that is served from `functools.cache` makes no call that its memo could be checked by, so it counts as
outside. Other ways to remember change a value that belongs to the behaviour or to the arguments. Knows no memos.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import FrameType

from loomwork.flow.observe.live import live
from loomwork.flow.observe.remembers import CACHED

_OURS = str(Path(__file__).parents[1]) + os.sep


def note_caller(step: str) -> None:
    """Mark the cached functions on the stack, as it is when a step is called."""
    if not live.on or not live.remembering():
        return
    frame: FrameType | None = sys._getframe(1)  # pyright: ignore[reportPrivateUsage] -- documented, and costs no import
    while frame is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    cached = [each for each in live.frames(frame) or () if id(each.f_code) in CACHED]
    if cached:
        live.beneath.touch(cached, f"cache: {cached[0].f_code.co_qualname} keeps what {step} answered")
