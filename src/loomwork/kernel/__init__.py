"""Values only: canonical form and hash, ids, messages, usage, labels, errors, clock. No input or output."""
