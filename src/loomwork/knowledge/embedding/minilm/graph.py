"""Write the network of MiniLM as an ONNX graph. Knows nothing of files, tokenizers or sessions.

BERT (Devlin et al. 2019) with 6 layers of width 384 and 12 heads, mean pooling and unit length, as
`sentence-transformers/all-MiniLM-L6-v2` runs it. Three choices make it fast and exact on a processor:

- All texts of a batch have the same number of tokens, so there is no padding and no mask; ONNX Runtime then takes its
  flash attention, and no work goes into nothing.
- Everything but attention works on rows `(texts x tokens, width)`, so a product, its bias and the residual are one
  `Gemm`: the residual is its addend. The bias that would have to be added as well is moved into the layer norm before
  (`shift`), and taken back out where that layer norm's output is multiplied by weights.
- The mean is a product with ones. A sum over an axis takes another order of addition for a batch of one, and a text's
  vector would depend, in its last bits, on the texts beside it.

The matrices and the embedding table are not in the graph; they are handed to the session (`Network.matrices`) as
views of the weights file.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float32]]

SEMANTICS = 1
"""Raised when the graph's results change."""
LAYERS, HEADS, WIDTH, EPSILON = 6, 12, 384, 1e-12
POSITIONS = 256
"""Tokens of a text that the model was trained on, its two marks included."""
_OPSET, _IR, _MICROSOFT = 20, 10, "com.microsoft"


class Network(Struct, frozen=True):
    """A graph and the matrices that it is run with."""

    graph: bytes
    """ONNX: input `ids` int32 (texts, tokens); outputs `vectors` (texts, 384), `tokens` (texts, tokens, 384)."""
    matrices: dict[str, str]
    """Name of an initializer that the graph leaves open -> name of the tensor that it is."""


class Writer:
    """Nodes and initializers in the order of writing."""

    def __init__(self, weights: "Mapping[str, Array]") -> None:
        import onnx

        self.onnx: Any = onnx
        self.weights = weights
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self.matrices: dict[str, str] = {}

    def exact(self, name: str) -> Any:
        """A tensor in float64: what is folded is folded exactly and rounded once."""
        return self.weights[name].astype("float64")

    def small(self, name: str, value: Any) -> str:
        """Put an array into the graph; floats become float32."""
        import numpy as np

        array = np.ascontiguousarray(value if value.dtype == np.int64 else value.astype(np.float32))
        self.initializers.append(self.onnx.numpy_helper.from_array(array, name))
        return name

    def matrix(self, name: str, tensor: str) -> str:
        """Leave a matrix open, to be handed to the session as it lies in the file."""
        made = self.onnx.TensorProto(name=name, dims=self.weights[tensor].shape, data_type=self.onnx.TensorProto.FLOAT)
        made.data_location = self.onnx.TensorProto.EXTERNAL
        made.external_data.add(key="location", value="handed over")
        self.initializers.append(made)
        self.matrices[name] = tensor
        return name

    def node(self, kind: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any) -> str:
        """Add an operation and return the name of its output."""
        self.nodes.append(self.onnx.helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output

    def product(self, rows: str, tensor: str, addend: str, output: str) -> str:
        """`rows @ tensor.T + addend`, the addend a bias or a residual."""
        return self.node("Gemm", [rows, self.matrix(f"{output}.w", tensor), addend], output, transB=1)

    def norm(self, rows: str, prefix: str, shift: Any, output: str) -> str:
        """Layer norm, its offset raised by `shift`."""
        scale = self.small(f"{output}.scale", self.weights[f"{prefix}.weight"])
        offset = self.small(f"{output}.offset", self.exact(f"{prefix}.bias") + shift)
        return self.node("LayerNormalization", [rows, scale, offset], output, axis=-1, epsilon=EPSILON)


def network(weights: "Mapping[str, Array]") -> Network:
    """Build the graph for these weights (names as in the file of the model). Raises `KeyError` if one is missing."""
    import numpy as np

    out = Writer(weights)
    shift = out.exact("encoder.layer.0.attention.output.dense.bias")
    rows = embedded(out, shift)
    for layer in range(LAYERS):
        after = layer + 1
        following = (
            np.zeros(WIDTH) if after == LAYERS else out.exact(f"encoder.layer.{after}.attention.output.dense.bias")
        )
        rows = _layer(out, f"encoder.layer.{layer}", rows, shift, following)
        shift = following
    _output(out, rows)
    made = {"vectors": ["texts", WIDTH], "tokens": ["texts", "tokens", WIDTH]}
    return Network(model_of(out, {"ids": ["texts", "tokens"]}, made), out.matrices)


def embedded(out: Writer, shift: Any) -> str:
    """From ids to rows, raised by `shift`; their name is `rows`."""
    import numpy as np

    for number in range(3):
        out.small(f"i{number}", np.array([number], np.int64))
    out.small("width", np.array([WIDTH], np.int64))
    out.small("flat", np.array([-1, WIDTH], np.int64))
    place = out.exact("embeddings.position_embeddings.weight")[:POSITIONS]
    out.small("positions", place + out.exact("embeddings.token_type_embeddings.weight")[0])
    out.node("Shape", ["ids"], "shape")
    out.node("Slice", ["shape", "i1", "i2"], "length")
    out.node("Concat", ["shape", "width"], "shape3", axis=0)
    out.node("Gather", [out.matrix("words", "embeddings.word_embeddings.weight"), "ids"], "word")
    out.node("Slice", ["positions", "i0", "length"], "place")
    out.node("Add", ["word", "place"], "placed")
    out.node("Reshape", ["placed", "flat"], "embedded")
    return out.norm("embedded", "embeddings.LayerNorm", shift, "rows")


def _layer(out: Writer, at: str, rows: str, shift: Any, following: Any) -> str:
    """One layer. `rows` come raised by `shift`, the bias of its attention's output, and leave raised by `following`."""
    heads: list[str] = []
    for part in ("query", "key", "value"):
        own = out.exact(f"{at}.attention.self.{part}.bias")
        taken = out.small(f"{at}.{part}.b", own - out.exact(f"{at}.attention.self.{part}.weight") @ shift)
        made = out.product(rows, f"{at}.attention.self.{part}.weight", taken, f"{at}.{part}")
        heads.append(out.node("Reshape", [made, "shape3"], f"{at}.{part}3"))
    out.node("MultiHeadAttention", heads, f"{at}.context3", domain=_MICROSOFT, num_heads=HEADS)
    context = out.node("Reshape", [f"{at}.context3", "flat"], f"{at}.context")
    attended = out.product(context, f"{at}.attention.output.dense.weight", rows, f"{at}.attended")
    raised = out.exact(f"{at}.output.dense.bias")
    rows = out.norm(attended, f"{at}.attention.output.LayerNorm", raised, f"{at}.rows1")
    inner = out.exact(f"{at}.intermediate.dense.bias") - out.exact(f"{at}.intermediate.dense.weight") @ raised
    wide = out.product(rows, f"{at}.intermediate.dense.weight", out.small(f"{at}.wide.b", inner), f"{at}.wide")
    active = out.node("Gelu", [wide], f"{at}.active")
    narrow = out.product(active, f"{at}.output.dense.weight", rows, f"{at}.narrow")
    return out.norm(narrow, f"{at}.output.LayerNorm", following, f"{at}.rows2")


def _output(out: Writer, rows: str) -> None:
    out.node("Reshape", [rows, "shape3"], "tokens")
    one = out.onnx.helper.make_tensor("one", out.onnx.TensorProto.FLOAT, [1], [1.0])
    out.node("ConstantOfShape", ["length"], "ones", value=one)
    out.node("Unsqueeze", ["ones", "i0"], "ones2")
    out.node("MatMul", ["ones2", "tokens"], "sums3")  # its length is taken away below: a sum serves as well as a mean
    out.node("Squeeze", ["sums3", "i1"], "sums")
    out.node("ReduceL2", ["sums", "i1"], "size", keepdims=1)
    out.node("Div", ["sums", "size"], "vectors")


def model_of(
    out: Writer, inputs: Mapping[str, Sequence[str | int]], outputs: Mapping[str, Sequence[str | int]]
) -> bytes:
    """Return the written nodes as a model; `ids` are int32, everything else is float32."""
    helper, kinds = out.onnx.helper, out.onnx.TensorProto
    given = [(name, kinds.INT32 if name == "ids" else kinds.FLOAT, shape) for name, shape in inputs.items()]
    graph = helper.make_graph(
        out.nodes,
        "minilm",
        [helper.make_tensor_value_info(*each) for each in given],
        [helper.make_tensor_value_info(name, kinds.FLOAT, shape) for name, shape in outputs.items()],
        out.initializers,
    )
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)]
    return cast("bytes", helper.make_model(graph, opset_imports=opsets, ir_version=_IR).SerializeToString())
