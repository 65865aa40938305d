"""Benchmarks beside other tools; each folder is one, and `python -m bench` lists and runs them."""
