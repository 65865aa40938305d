"""A third-party library that the desk does not import."""
