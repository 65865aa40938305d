"""What the settings and the steps name and is not there is said when the server starts."""

from pathlib import Path

import pytest

from loomwork.kernel.errors.admission import DegradeModelUnknown
from tests.gateway.running import running

APP = """
from loomwork import model, step

LATER = model("later")

def helped(question):
    return model("fast").ask(question)

@step
async def direct(question: str) -> str:
    return await model("gone").ask(question)

@step
async def below(question: str) -> str:
    return await helped(question)

@step
async def named(question: str) -> str:
    return await LATER.ask(question)

@step
async def sound(question: str) -> str:
    return await model("smart").ask(question + "gone")
"""
TABLES = "".join(f'[serve.{name}]\nstep = "app:{name}"\n' for name in ("direct", "below", "named", "sound"))
OTHERS = """
[models.keyless]
driver = "openai"
model = "m"
api_key_env = "NOPE_KEY"
"""


def test_a_server_says_at_its_start_what_cannot_be_asked(tmp_path: Path) -> None:
    with running(tmp_path, OTHERS + TABLES, app=APP) as served:
        said = [str(each) for each in served.built.mistakes]
    assert [(type(each).__name__, each.fields["name"]) for each in served.built.mistakes] == [
        ("MissingKey", "keyless"),
        ("StepAsksUnknownModel", "direct"),
        ("StepAsksUnknownModel", "below"),
        ("StepAsksUnknownModel", "named"),
    ]
    assert "NOPE_KEY" in said[0]
    assert "[serve.direct] app:direct asks the model 'gone'" in said[1]


def test_a_model_that_should_answer_in_need_and_is_not_there_ends_the_start(tmp_path: Path) -> None:
    toml = '[serve.sound]\nstep = "app:sound"\ndegrade = ["model:smarr"]\n'
    with (
        pytest.raises(DegradeModelUnknown, match=r"\[serve.sound\] degrade.*did you mean 'smart'"),
        running(tmp_path, toml, app=APP),
    ):
        pass
