"""A step over many rows: dataset in, items out, counts, money and progress on the way."""

from loomwork.flow.running.budget import RunBudget
from loomwork.flow.running.dataset import Dataset, Row
from loomwork.flow.running.runner import Progress, RunOptions, RunReport, run_dataset
from loomwork.flow.running.totals import RunTotals

__all__ = ["Dataset", "Progress", "Row", "RunBudget", "RunOptions", "RunReport", "RunTotals", "run_dataset"]
