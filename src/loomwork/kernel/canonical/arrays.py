"""Canonical form of NumPy's arrays, scalars and dtypes. Never imports NumPy before somebody else has.

Data is hashed in C order and little-endian, in slices, whatever the memory layout; a dtype of the other byte order
than the machine's is another type. Every NaN is one. Objects, and long doubles (whose padding is noise), are refused.
"""

import sys
from typing import TYPE_CHECKING, Any, cast

from loomwork.kernel.canonical.code import note_class
from loomwork.kernel.canonical.sink import Refused, Sink, Unhashable, Writer, text, type_name

if TYPE_CHECKING:
    import numpy as np

_SLICE = 1 << 20
_REFUSED = frozenset("OgG")
_FLOATS = frozenset("fc")


def writer_of(cls: type) -> Writer | None:
    """Return the writer of a NumPy type, None for any other."""
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or not hasattr(numpy, "ndarray"):
        return None
    if cls is numpy.ndarray:
        return _array
    if issubclass(cls, numpy.ndarray):
        return _array_subclass
    if issubclass(cls, numpy.generic) and cls.__module__ == "numpy" and cls is not numpy.record:
        return _scalar
    if issubclass(cls, numpy.dtype):
        return _dtype
    return _ufunc if cls is numpy.ufunc else None


def _dtype(dtype: "np.dtype[Any]", out: Sink) -> None:
    out.append(b"y")
    _write_dtype(dtype, out)


def _write_dtype(dtype: "np.dtype[Any]", out: Sink) -> None:
    if dtype.fields is not None:
        names, fields = dtype.names or (), cast("dict[str, Any]", dtype.fields)
        out.append(text(dtype.type.__name__) + b"{%d:" % len(names))
        for name in names:
            kind, offset = fields[name][:2]
            out.append(text(name) + b"%d:" % offset)
            _write_dtype(kind, out)
        out.append(b"%d}" % dtype.itemsize)
    elif dtype.subdtype is not None:
        base, shape = dtype.subdtype
        out.append(b"(" + _shape(shape))
        _write_dtype(base, out)
    else:
        if dtype.char in _REFUSED:
            raise Refused(Unhashable, type=f"numpy:dtype[{dtype.name}]")
        if dtype.kind == "T":
            out.append(b"T")
            return
        foreign = not dtype.isnative
        out.append((b"^" if foreign else b".") + text(dtype.newbyteorder("<").str.replace("<", "").replace("|", "")))


def _shape(shape: tuple[int, ...]) -> bytes:
    return b"%d[%b]" % (len(shape), b",".join(b"%d" % side for side in shape))


def _array(value: "np.ndarray[Any, Any]", out: Sink) -> None:
    out.append(b"A" + _shape(value.shape))
    _write_dtype(value.dtype, out)
    _data(value, out)


def _scalar(value: "np.generic", out: Sink) -> None:
    out.append(b"g")
    _write_dtype(value.dtype, out)
    import numpy as np

    _data(np.asarray(value), out)


def _array_subclass(value: "np.ndarray[Any, Any]", out: Sink) -> None:
    import numpy as np

    out.append(b"U" + text(type_name(type(value))))
    note_class(type(value), out)
    if isinstance(value, np.ma.MaskedArray):
        mask = np.ma.getmaskarray(value)  # pyright: ignore[reportUnknownVariableType] - untyped in NumPy
        _array(np.where(mask, np.zeros((), value.dtype), value.data), out)  # pyright: ignore[reportUnknownArgumentType] - untyped in NumPy
        _array(mask, out)  # pyright: ignore[reportUnknownArgumentType] - untyped in NumPy
        return
    _array(np.asarray(value), out)
    own = getattr(value, "__dict__", {}) if not isinstance(value, np.memmap) else {}
    for name in sorted(own):
        out.append(text(name))
        out.write_at(f".{name}", own[name])


def _data(value: "np.ndarray[Any, Any]", out: Sink) -> None:
    if value.dtype.names is not None:
        for name in value.dtype.names:
            _data(value[name], out)
        return
    if value.dtype.kind == "T":
        out.write(value.tolist())
        return
    import numpy as np

    little = value.dtype.newbyteorder("<")
    flat = value.reshape(-1)
    count = max(1, _SLICE // max(1, value.dtype.itemsize))
    for start in range(0, flat.shape[0], count):
        piece = np.ascontiguousarray(flat[start : start + count], dtype=little)
        if piece.dtype.kind in _FLOATS:
            piece = _one_nan(piece)
        out.feed(piece.tobytes() if piece.dtype.itemsize == 0 else piece.view(np.uint8).data)


def _one_nan(piece: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    import numpy as np

    parts = piece.view(f"<f{piece.dtype.itemsize // 2}") if piece.dtype.kind == "c" else piece
    missing = np.isnan(parts)
    if not missing.any():
        return piece
    parts = parts.copy()
    parts[missing] = np.nan
    return parts


def _ufunc(value: Any, out: Sink) -> None:
    out.append(b"u" + text(value.__name__))
