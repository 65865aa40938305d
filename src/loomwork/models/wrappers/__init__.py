"""Models around models: each adds one thing and is itself a model."""
