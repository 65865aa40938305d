"""HTTP to model servers: pooled connections, server-sent events, deadlines, failures. Knows no provider's words."""
