"""How good an application is, and how sure one can be of it: datasets, scorers, statistics, comparison, cases."""
