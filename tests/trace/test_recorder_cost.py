"""What a span costs the one who makes it."""

import gc
import time

from loomwork.kernel.clock import SystemClock
from loomwork.trace.recorder import Limits
from tests.trace.test_recorder import Bench


def test_a_span_costs_its_caller_at_most_twenty_microseconds():
    bench = Bench(writing="inline", clock=SystemClock(), limits=Limits(inline=10**9, spans=10**9))
    parent = bench.span("parent")

    def once(count=2000):
        gc.collect()
        began = time.thread_time()
        for _ in range(count):
            bench.span("child", kind="model", parent=parent).end()
        return (time.thread_time() - began) / count

    assert min(once() for _ in range(5)) < 20e-6
    bench.recorder.close()
