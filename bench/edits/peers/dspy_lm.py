"""DSPy: the pipeline as it is, its model calls through `dspy.LM` with the disk cache on."""

import os
import warnings
from typing import Any

import common
import dspy
import standin

warnings.filterwarnings("ignore", category=DeprecationWarning)


async def complete(request: standin.Request) -> str:
    fixed = {"driver", "base_url", "api_key_env", "model"}
    more = {name: value for name, value in request.settings.items() if name not in fixed}
    lm = dspy.LM(
        f"openai/{request.settings['model']}",
        api_base=request.settings["base_url"],
        api_key=os.environ[request.settings["api_key_env"]],
        **more,
    )
    (answer,) = await lm.acall(messages=request.messages)
    return answer if isinstance(answer, str) else answer["text"]


def begin() -> Any:
    import app.main

    dspy.configure_cache(enable_disk_cache=True, enable_memory_cache=True, disk_cache_dir=".loomwork/dspy")

    async def one(row: common.Row) -> Any:
        return await app.main.pipeline(**row)

    return one


if __name__ == "__main__":
    common.main(begin, complete=complete, wrap=common.counting)
