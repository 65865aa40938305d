"""How NumPy's arrays, scalars and dtypes are written and read back. Imports NumPy only to read one back.

Values and dtype are kept, the memory layout is not: what comes back is in C order, owns its data and can be written to.
"""

import sys
from typing import TYPE_CHECKING, Any, cast

from loomwork.kernel.canonical.sink import Refused
from loomwork.kernel.codecs.forms import Lift, Lifting, Lower, Lowering, Mark, Tree
from loomwork.kernel.errors import NoCodec

if TYPE_CHECKING:
    import numpy as np

_REFUSED = frozenset("OgG")


def lower_of(cls: type) -> Lower | None:
    """Return how to write a NumPy type, None for any other."""
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or not hasattr(numpy, "ndarray"):
        return None
    if cls is numpy.ndarray:
        return _array
    if issubclass(cls, numpy.generic) and cls.__module__ == "numpy" and cls is not numpy.record:
        return _scalar
    if issubclass(cls, numpy.dtype):
        return lambda value, low: low.mark(Mark.DTYPE, _dtype(value))
    return None


def _dtype(dtype: "np.dtype[Any]") -> Tree:
    """Return a dtype as its text, or as [shape, base], or as names, kinds and offsets with the size of an item."""
    if dtype.fields is not None:
        names, fields = dtype.names or (), cast("dict[str, Any]", dtype.fields)
        if dtype.type.__name__ != "void":
            raise Refused(NoCodec, type=f"numpy:{dtype.type.__name__}")
        kinds = [_dtype(fields[name][0]) for name in names]
        return {
            "names": list(names),
            "kinds": kinds,
            "offsets": [fields[name][1] for name in names],
            "size": dtype.itemsize,
        }
    if dtype.subdtype is not None:
        return [list(dtype.subdtype[1]), _dtype(dtype.subdtype[0])]
    if dtype.char in _REFUSED:
        raise Refused(NoCodec, type=f"numpy:dtype[{dtype.name}]")
    return "T" if dtype.kind == "T" else dtype.str


def _lift_dtype(tree: Tree) -> "np.dtype[Any]":
    import numpy as np

    match tree:
        case {"names": names, "kinds": kinds, "offsets": offsets, "size": size}:
            formats = [_lift_dtype(kind) for kind in kinds]
            return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": size})
        case [shape, base]:
            return np.dtype((_lift_dtype(base), tuple(shape)))
        case "T":
            return cast("np.dtype[Any]", np.dtypes.StringDType())
        case _:
            return np.dtype(tree)


def _array(value: "np.ndarray[Any, Any]", low: Lowering) -> Tree:
    if value.dtype.kind == "T":
        return low.mark(Mark.ARRAY, "T", list(value.shape), low.lower(value.reshape(-1).tolist()))
    return low.mark(Mark.ARRAY, _dtype(value.dtype), list(value.shape), value.tobytes())


def _lift_array(parts: list[Tree], up: Lifting) -> "np.ndarray[Any, Any]":
    import numpy as np

    kind, shape, data = parts
    dtype = _lift_dtype(kind)
    if kind == "T":
        return np.array(up.lift(data), dtype=dtype).reshape(shape)
    if not dtype.itemsize or not data:
        return np.zeros(shape, dtype=dtype)
    return np.frombuffer(bytearray(data), dtype=dtype).reshape(shape)


def _scalar(value: "np.generic", low: Lowering) -> Tree:
    return low.mark(Mark.SCALAR, _dtype(value.dtype), value.tobytes())


def _lift_scalar(parts: list[Tree], _up: Lifting) -> Any:
    import numpy as np

    dtype = _lift_dtype(parts[0])
    if not dtype.itemsize:
        return np.zeros((), dtype=dtype)[()]
    return np.frombuffer(parts[1], dtype=dtype)[0]


LIFT: dict[Mark, Lift] = {
    Mark.ARRAY: _lift_array,
    Mark.SCALAR: _lift_scalar,
    Mark.DTYPE: lambda parts, _: _lift_dtype(parts[0]),
}
