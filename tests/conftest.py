"""What holds for every test: it leaves no module of a scratch project and no open workspace in the process."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

# The same examples for everybody who runs the tests; new ones are looked for at night.
hypothesis.settings.register_profile("house", derandomize=not os.environ.get("LOOMWORK_NIGHTLY"))
hypothesis.settings.load_profile("house")


def _is_scratch(module: object, scratch: str) -> bool:
    file = getattr(module, "__file__", None)
    paths = [file] if isinstance(file, str) else list(getattr(module, "__path__", None) or [])
    return any(str(path).startswith(scratch) for path in paths)


@pytest.fixture(autouse=True)
def nothing_is_left_behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Forget what a test imported from a scratch folder, and leave any workspace that it entered."""
    path = list(sys.path)
    yield
    scratch = str(Path(tmp_path_factory.getbasetemp()).parent)
    for name in [name for name, module in list(sys.modules.items()) if _is_scratch(module, scratch)]:
        del sys.modules[name]
    sys.path[:] = path
    context = sys.modules.get("loomwork.flow.context")
    if context is not None and context.current_frame() is not None:
        context.enter(None)
