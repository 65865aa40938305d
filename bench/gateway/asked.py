"""What is asked in the bench, and the settings of both sides: a route over one model, and a key."""

import itertools
import json

PROMPT = "You are a harbour pilot. Answer in one paragraph, and say which tide you mean. " * 6
PATH = "/v1/chat/completions"
SETTINGS = """
[models.sampled]
driver = "openai"
model = "bench-model"
base_url = "{url}"
price = {{ input = 1.0, output = 2.0 }}

[models.fixed]
driver = "openai"
model = "bench-model"
base_url = "{url}"
temperature = 0
price = {{ input = 1.0, output = 2.0 }}

[models.routed]
route = "fallback"
models = ["sampled", "other"]

[models.other]
driver = "openai"
model = "other-model"
base_url = "{url}"
price = {{ input = 1.0, output = 2.0 }}

[models.routed-fixed]
route = "fallback"
models = ["fixed", "other-fixed"]

[models.other-fixed]
driver = "openai"
model = "other-model"
base_url = "{url}"
temperature = 0
price = {{ input = 1.0, output = 2.0 }}

[gateway]
port = 0

[gateway.limits]
requests = 100000000
tokens = 1000000000000
concurrent = 1000
"""
LIMITS = ("requests=100000000", "tokens=1000000000000", "routed:requests=100000000", "routed-fixed:concurrent=1000")
BUDGETS = ("1000000USD/day", "5000000USD/month", "100000000000tokens/day")
PEER_KEY = "sk-bench-0123456789"
PEER_SETTINGS = """
model_list:
  - &sampled
    model_name: routed
    litellm_params: {{ model: openai/bench-model, api_base: "{url}", api_key: none,
      input_cost_per_token: 0.000001, output_cost_per_token: 0.000002 }}
  - model_name: routed-fixed
    litellm_params: {{ model: openai/bench-model, api_base: "{url}", api_key: none, temperature: 0,
      input_cost_per_token: 0.000001, output_cost_per_token: 0.000002 }}
  - model_name: other
    litellm_params: {{ model: openai/other-model, api_base: "{url}", api_key: none }}
router_settings:
  fallbacks: [{{ routed: [other] }}, {{ routed-fixed: [other] }}]
litellm_settings:
  set_verbose: false
  json_logs: false
  telemetry: false
  cache: true
  cache_params: {{ type: local }}
general_settings:
  master_key: {key}
  disable_spend_logs: true
"""
PEER_ENV = {
    "LITELLM_LOG": "ERROR",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_TELEMETRY": "False",
    "DISABLE_UVICORN_ACCESS_LOG": "true",
    "NO_DOCS": "True",
}
_numbers = itertools.count()


def body(model: str, n: int, *, stream: bool = False) -> bytes:
    """One request, a different one for every `n`."""
    said = {
        "model": model,
        "messages": [
            {"role": "system", "content": PROMPT},
            {"role": "user", "content": f"When is the next high water, and how high? ({n})"},
        ],
        "max_tokens": 256,
    }
    if stream:
        said["stream"] = True
    return json.dumps(said, separators=(",", ":")).encode()


def fresh(model: str, count: int, *, stream: bool = False) -> list[bytes]:
    """Requests that nobody has sent before."""
    return [body(model, next(_numbers), stream=stream) for _ in range(count)]
