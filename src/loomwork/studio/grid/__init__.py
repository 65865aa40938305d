"""A run as a table of items and steps: figures in arrays, text read for the rows that are asked for."""
