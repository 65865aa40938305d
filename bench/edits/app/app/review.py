"""Judge a reply before it leaves."""

import json

from pydantic import BaseModel, Field, field_validator

from loomwork import model, step

PASS_MARK = 128
CRITERIA = ["polite", "answers the question"]


class Verdict(BaseModel):
    """What a judge says of a reply."""

    grade: int = Field(ge=0, le=255, description="0 is useless, 255 is perfect")
    note: str = Field(default="none", description="one sentence")
    passed: bool = False

    @field_validator("note")
    @classmethod
    def shorten(cls, note: str) -> str:
        return note[:24]


def schema() -> str:
    """The shape that the judge is asked for."""
    return json.dumps(Verdict.model_json_schema(), sort_keys=True)


@step
async def check(text: str) -> Verdict:
    """The judge's verdict on one reply."""
    raw = await model("judge").ask(
        "[[step:check]] Is this reply {{ criteria }}? Answer as {{ schema }}.\n{{ text }}",
        criteria=" and ".join(CRITERIA),
        schema=schema(),
        text=text,
    )
    grade = int(raw[:2], 16)
    return Verdict(grade=grade, note=raw, passed=grade >= PASS_MARK)
