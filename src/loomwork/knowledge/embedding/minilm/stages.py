"""What lies between the products of MiniLM, as small ONNX graphs, and the vectors that they take. Knows no file.

For processors that multiply matrices of bfloat16 in hardware (`products`): one graph for each kind of stage, of which
all layers are customers. Biases are moved as in `graph`: a bias that would be added to a product and a residual is
already in the residual.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from loomwork.knowledge.embedding.minilm.graph import EPSILON, HEADS, LAYERS, WIDTH, Network, Writer, embedded, model_of

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float32]]

WIDE = 4 * WIDTH
_MICROSOFT = "com.microsoft"


class Layer(Struct, frozen=True):
    """The vectors of one layer: biases of its products, scales and offsets of its layer norms."""

    heads: "Array"
    """Of queries, keys and values."""
    attended: "tuple[Array, Array]"
    wide: "Array"
    narrow: "tuple[Array, Array]"


def layers(weights: "Mapping[str, Array]") -> list[Layer]:
    """Return the vectors of all layers. Raises `KeyError` if one is missing."""
    import numpy as np

    def exact(name: str) -> Any:
        return weights[name].astype(np.float64)

    made: list[Layer] = []
    shift = exact("encoder.layer.0.attention.output.dense.bias")
    for number in range(LAYERS):
        at = f"encoder.layer.{number}"
        last = number + 1 == LAYERS
        following = np.zeros(WIDTH) if last else exact(f"encoder.layer.{number + 1}.attention.output.dense.bias")
        raised = exact(f"{at}.output.dense.bias")
        heads = [
            exact(f"{at}.attention.self.{part}.bias") - exact(f"{at}.attention.self.{part}.weight") @ shift
            for part in ("query", "key", "value")
        ]
        wide = exact(f"{at}.intermediate.dense.bias") - exact(f"{at}.intermediate.dense.weight") @ raised
        norms = [
            (weights[f"{norm}.weight"], (exact(f"{norm}.bias") + offset).astype(np.float32))
            for norm, offset in ((f"{at}.attention.output.LayerNorm", raised), (f"{at}.output.LayerNorm", following))
        ]
        made.append(Layer(np.concatenate(heads).astype(np.float32), norms[0], wide.astype(np.float32), norms[1]))
        shift = following
    return made


def stages(weights: "Mapping[str, Array]") -> dict[str, Network]:
    """Build the graphs: `embed` (ids to rows), `attend`, `norm`, `gelu`. Raises `KeyError` if a weight is missing."""
    rows, wide, vector = ["rows", WIDTH], ["rows", WIDE], [WIDTH]
    text = ["texts", "tokens", WIDTH]
    embed = Writer(weights)
    embedded(embed, embed.exact("encoder.layer.0.attention.output.dense.bias"))
    attend = Writer(weights)
    heads = ["query", "key", "value", "bias"]
    attend.node("MultiHeadAttention", heads, "context", domain=_MICROSOFT, num_heads=HEADS)
    norm = Writer(weights)
    norm.node("Add", ["product", "residual"], "sum")
    norm.node("LayerNormalization", ["sum", "scale", "offset"], "normed", axis=-1, epsilon=EPSILON)
    gelu = Writer(weights)
    gelu.node("BiasGelu", ["wide", "bias"], "active", domain=_MICROSOFT)
    heads_of = {"query": text, "key": text, "value": text, "bias": [3 * WIDTH]}
    norm_of = {"product": rows, "residual": rows, "scale": vector, "offset": vector}
    return {
        "embed": Network(model_of(embed, {"ids": ["texts", "tokens"]}, {"rows": rows}), embed.matrices),
        "attend": Network(model_of(attend, heads_of, {"context": text}), {}),
        "norm": Network(model_of(norm, norm_of, {"normed": rows}), {}),
        "gelu": Network(model_of(gelu, {"wide": wide, "bias": [WIDE]}, {"active": wide}), {}),
    }
