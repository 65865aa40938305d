"""[gateway] and [serve.NAME] are checked like every other table: each key by itself, with the nearest valid one."""

import pytest

from loomwork.kernel.errors.workspace import WrongSettings
from loomwork.workspace.settings import read_settings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[gateway]\nprot = 1\n", "did you mean 'port'"),
        ("[gateway]\nport = 70000\n", "65535"),
        ('[gateway]\nbody_limit = "a lot"\n', "20MiB"),
        ('[gateway]\ntotal = "soon"\n', "30s"),
        ('[gateway]\ncache = "some"\n', "deterministic"),
        ("[serve.a]\ntitle = 'x'\n", "step"),
        ('[serve.a]\nstep = "app:a"\ninptu = "last"\n', "did you mean 'input'"),
        ('[serve.a]\nstep = "app:a"\nmemo = "long"\n', "memo"),
        ('[gateway.routes.r]\nroute = "fallback"\nmodels = ["nobody"]\n', "nobody"),
        ('[gateway.routes.r]\nroute = "fastest"\nmodels = []\n', "models"),
        ('[models.r]\nmodel="m"\n[gateway.routes.r]\nroute = "fastest"\nmodels = ["r"]\n', "already"),
    ],
    ids=["key", "port", "size", "duration", "cache", "step", "input", "memo", "member", "none", "taken"],
)
def test_what_is_wrong_is_named(text: str, said: str) -> None:
    with pytest.raises(WrongSettings) as wrong:
        read_settings(text, [])
    assert said in str(wrong.value)


def test_sizes_and_durations_are_numbers_where_they_are_used() -> None:
    found = read_settings('[gateway]\nbody_limit = "1KiB"\nfirst_token = "1m"\ntotal = "2h"\n', []).gateway
    assert found.largest_body == 1024
    assert found.deadlines == (60.0, 30.0, 7200.0)
