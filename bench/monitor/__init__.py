"""The monitor's charts over a day of synthetic traffic."""
