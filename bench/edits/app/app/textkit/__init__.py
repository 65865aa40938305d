"""Text helpers under one name."""

from app.textkit.cleaning import clean
from app.textkit.deep.masks import mask_numbers

__all__ = ["clean", "mask_numbers"]
