"""Talk to models: drivers at the edge, wrappers around them. Knows nothing of prompts."""

from loomwork.models.catalog import Catalog, Resolved
from loomwork.models.discover import Found, discover, probe_models
from loomwork.models.protocols import Embedder, Embedding, Mode, Model, OnAttempt, Outcome, complete
from loomwork.models.settings import ModelSettings, PriceSetting, read_settings
from loomwork.models.target import Asked, Target

__all__ = [
    "Asked",
    "Catalog",
    "Embedder",
    "Embedding",
    "Found",
    "Mode",
    "Model",
    "ModelSettings",
    "OnAttempt",
    "Outcome",
    "PriceSetting",
    "Resolved",
    "Target",
    "complete",
    "discover",
    "probe_models",
    "read_settings",
]
