"""The APIs that the gateway speaks, one folder each: each reads its requests and writes its answers. Knows no call."""
