"""A support desk that answers tickets."""
