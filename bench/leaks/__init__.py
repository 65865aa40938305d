"""Eight planted kinds of leaks among hard negatives, in real texts: what is found, and what is wrongly said."""
