"""OTLP in and out: JSON and protobuf, files and HTTP. Foreign traces come in, ours go to any collector."""
