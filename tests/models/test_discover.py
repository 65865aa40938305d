"""What this machine offers."""

from collections.abc import Sequence

from loomwork.models import discover, probe_models
from loomwork.models.presets import preset_of, presets
from loomwork.testing.double import Double
from loomwork.testing.replies import Script


async def test_local_servers_come_first_and_then_providers_whose_key_is_set() -> None:
    async def probe(base_url: str) -> Sequence[str] | None:
        return ["llama3.2"] if ":11434" in base_url else None

    found = await discover(probe, {"DEEPSEEK_API_KEY": "k", "OPENAI_API_KEY": ""})
    assert [(one.preset, one.kind, one.models) for one in found] == [
        ("ollama", "server", ("llama3.2",)),
        ("deepseek", "key", ("deepseek-flash",)),
    ]
    assert found[0].table() == {"preset": "ollama", "model": "llama3.2", "base_url": "http://127.0.0.1:11434/v1"}
    assert found[1].table() == {"preset": "deepseek", "model": "deepseek-flash"}
    assert "k" not in str(found).split()


async def test_a_probe_finds_a_model_server_and_nothing_else() -> None:
    async with Double(Script(models=("a", "b"))) as double:
        assert await probe_models(double.url) == ["a", "b"]
        assert await probe_models(double.root) is None
    assert await probe_models("http://127.0.0.1:9/v1") is None


def test_every_preset_is_found_by_its_own_address() -> None:
    for name, preset in presets().items():
        assert preset_of(preset.base_url) == name
        assert preset.source.startswith("https://")
        assert preset.api_key_env or preset.local == "yes"
