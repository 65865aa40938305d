"""Releases while they are served: the process that starts the others, and what passes requests between those.

Knows no store and no project: a release is a name here.
"""
