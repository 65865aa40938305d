"""Start Phoenix's server bound to 127.0.0.1 alone: by default its gRPC port listens on every address.

Run by Phoenix's own Python; the rest of Phoenix is untouched.
"""

import runpy
import sys

from grpc.aio import _server

_plain = _server.Server.add_insecure_port


def _on_loopback(self: _server.Server, address: str) -> int:
    return _plain(self, address.replace("[::]:", "127.0.0.1:"))


_server.Server.add_insecure_port = _on_loopback
sys.argv = ["phoenix", "serve"]
runpy.run_module("phoenix.server.main", run_name="__main__")
