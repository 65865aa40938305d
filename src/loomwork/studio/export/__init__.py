"""A run as a file for others: what it holds is text, whatever a model wrote."""
