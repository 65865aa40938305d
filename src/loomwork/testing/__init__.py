"""What tests and benches need and an application does not: a virtual-time loop, a double of a model server."""
