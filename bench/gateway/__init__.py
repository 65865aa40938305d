"""What the gateway costs: CPU of its process a request, memory, and the time it adds."""
