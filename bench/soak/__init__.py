"""A server under mixed load for half an hour: what its memory, its descriptors and its write-ahead log do meanwhile."""
