"""The fold that the settings ask for."""

from app import settings

if settings.STRICT:
    from app.strict import fold
else:
    from app.lenient import fold

__all__ = ["fold"]
