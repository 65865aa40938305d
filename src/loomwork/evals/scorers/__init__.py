"""The scorers that loomwork brings along. Their modules are loaded when one is named.

`HOMES` says where each is: the name that people type -> (module, attribute).
"""

HOMES: dict[str, tuple[str, str]] = {
    "exact": ("loomwork.evals.scorers.matching", "exact"),
}
