"""loomwork: the workbench where LLM applications are built, tested, tuned and launched."""

__version__ = "0.1.0"
