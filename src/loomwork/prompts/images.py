"""Turn what people have (a path, bytes, an address) into image parts. Knows nothing of models."""

import os
from collections.abc import Sequence
from pathlib import Path

from loomwork.kernel.errors.prompts import BadImage, NotAnImage
from loomwork.kernel.messages import ImagePart

SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
)

Image = ImagePart | bytes | str | os.PathLike[str]
"""A part, the bytes, an address (http, https, data) or the path of a file."""


def image_parts(images: Sequence[Image]) -> tuple[ImagePart, ...]:
    """Return the parts. Raises `BadImage` for what is no image."""
    return tuple(_part(image) for image in images)


def _part(image: Image) -> ImagePart:
    match image:
        case ImagePart():
            return image
        case bytes():
            return ImagePart(data=image, mime=mime_of(image, "the bytes"))
        case str() if image.startswith(("http://", "https://", "data:")):
            return ImagePart(url=image)
        case _:
            return _from_file(Path(image))


def _from_file(path: Path) -> ImagePart:
    try:
        data = path.read_bytes()
    except OSError as bad:
        raise BadImage(where=str(path), detail=bad.strerror or str(bad)) from None
    return ImagePart(data=data, mime=mime_of(data, str(path)))


def mime_of(data: bytes, where: str) -> str:
    """Return the type that the first bytes tell. Raises `NotAnImage`.

    >>> mime_of(b"GIF89a", "a.gif")
    'image/gif'
    """
    for signature, mime in SIGNATURES:
        if data.startswith(signature):
            return mime
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    raise NotAnImage(where=where)
