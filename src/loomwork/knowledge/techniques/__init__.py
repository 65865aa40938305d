"""Published ways of retrieving with a model's help, each a small function. Knows nothing of indexes or drivers."""
