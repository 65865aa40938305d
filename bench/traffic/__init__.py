"""Served calls replayed with one prompt changed: how many calls are made, which answers differ, how long it takes."""
