"""Child processes that run what the server must not: the person's code, and calls of models."""
