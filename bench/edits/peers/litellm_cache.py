"""LiteLLM: the pipeline as it is, its model calls through `litellm.acompletion` with `litellm.Cache(type="disk")`."""

import os
from typing import Any

import common
import litellm
import standin
from litellm.caching.caching import Cache


async def complete(request: standin.Request) -> str:
    fixed = {"driver", "base_url", "api_key_env", "model"}
    more = {name: value for name, value in request.settings.items() if name not in fixed}
    answer = await litellm.acompletion(
        model=f"openai/{request.settings['model']}",
        messages=request.messages,
        api_base=request.settings["base_url"],
        api_key=os.environ[request.settings["api_key_env"]],
        caching=True,
        **more,
    )
    return answer.choices[0].message.content


def begin() -> Any:
    import app.main

    litellm.cache = Cache(type="disk", disk_cache_dir=".loomwork/litellm")
    litellm.telemetry = False

    async def one(row: common.Row) -> Any:
        return await app.main.pipeline(**row)

    return one


if __name__ == "__main__":
    common.main(begin, complete=complete, wrap=common.counting)
