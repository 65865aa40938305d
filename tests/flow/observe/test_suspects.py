"""Rule 7: what no event betrays is found in the code that a call reaches."""

import pytest

from tests.flow.observe.conftest import App

SUSPECT = {
    "method of a global class": ("from datetime import datetime", "datetime.now()", "clock: datetime.datetime.now"),
    "attribute chain": ("import datetime as dt", "dt.datetime.now(dt.UTC)", "clock: datetime.datetime.now"),
    "date": ("from datetime import date", "date.today()", "clock: datetime.date.today"),
    "bound method": (
        "from datetime import datetime\nnow = datetime.utcnow",
        "now.__name__",
        "clock: datetime.datetime.utcnow",
    ),
    "subclass": (
        "from datetime import datetime\nclass Moment(datetime): pass",
        "Moment.now()",
        "clock: datetime.datetime.now",
    ),
    "own import": ("", "__import__('math') and g()", "clock: datetime.datetime.now"),
    "lambda": ("from datetime import date", "(lambda: date.today())()", "clock: datetime.date.today"),
    "comprehension": ("from datetime import date", "[date.today() for _ in 'a']", "clock: datetime.date.today"),
    "library function": ("from email.utils import formatdate", "formatdate()", "clock: email.utils.formatdate"),
    "generator in a global": ("import random\nRNG = random.Random()", "RNG.random()", "random: random.Random"),
    "numpy generator": (
        "import numpy as np\nRNG = np.random.default_rng(1)",
        "RNG.random()",
        "random: numpy.random._generator.Generator",
    ),
    "open handle": ("HANDLE = open('rows.txt')", "HANDLE.read()", "handle: _io.TextIOWrapper"),
}


@pytest.mark.parametrize("how", SUSPECT)
def test_code_that_reaches_what_no_event_betrays_is_outside(app: App, how: str) -> None:
    app.write("rows.txt", "1")
    head, body, reason = SUSPECT[how]
    source = f"{head}\ndef f():\n    return {body}\ndef g():\n    import datetime\n    return datetime.datetime.now()\n"
    module = app.module(source)
    reached = (module.f, module.g) if "g()" in body else (module.f,)
    watch = app.call(module.f, inherit=reached)
    assert watch.outside - {"clock: time.time"} == {reason}, "date.today asks time.time, which is seen"
    if hasattr(module, "HANDLE"):
        module.HANDLE.close()


PLAIN = {
    "making a time": ("from datetime import datetime", "datetime(2020, 1, 1).isoformat(), datetime.fromisoformat"),
    "parsing": ("from datetime import datetime", "datetime.strptime('2020', '%Y')"),
    "seeded": ("import random", "random.Random(3).random()"),
    "printing": ("import sys", "print('', end='', file=sys.stderr)"),
    "annotation": ("from datetime import date", "(lambda day: day)(1)"),
    "log file": ("LOG = open('log.txt', 'w')", "LOG.write('')"),
}


@pytest.mark.parametrize("how", PLAIN)
def test_code_that_only_uses_the_same_modules_is_not_outside(app: App, how: str) -> None:
    head, body = PLAIN[how]
    module = app.module(f"{head}\ndef f():\n    return {body}\n")
    assert app.call(module.f, inherit=(module.f,)).outside == set()
    if hasattr(module, "LOG"):
        module.LOG.close()


def test_a_function_that_was_bound_before_it_was_replaced_is_outside(app: App) -> None:
    app.observer.close()
    module = app.module("from time import time\nfrom random import random\ndef f():\n    return time(), random()\n")
    app.observer.install()
    watch = app.call(module.f, inherit=(module.f,))
    assert watch.outside == {"clock: time.time", "random: random.random"}


def test_everything_can_be_inherited_where_the_reach_is_unknown(app: App) -> None:
    app.write("rows.txt", "1")
    module = app.module("""
        from functools import cache
        @cache
        def reader():
            with open("rows.txt") as file:
                return file.read()
    """)
    app.call(module.reader)
    watch = app.observer.watch()
    app.observer.inherit_everything(watch)
    watch.finish()
    assert app.paths(watch) == ["rows.txt"]
