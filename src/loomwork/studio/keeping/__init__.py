"""Keys, the audit log and releases out of the store as the wire has them. Knows no HTTP."""
