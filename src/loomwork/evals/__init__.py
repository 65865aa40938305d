"""How good an application is, and how sure one can be of it. So far: the statistics of runs and their comparison."""
