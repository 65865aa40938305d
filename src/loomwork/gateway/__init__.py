"""The gateway: models, routes and steps behind the APIs that applications speak already. Knows no store and no command.

`Gateway` holds the live parts, `App` is the ASGI application around them; the workspace puts both together.
"""

from loomwork.gateway.app import App
from loomwork.gateway.gateway import Gateway
from loomwork.gateway.settings import GatewayTable, RouteTable, ServeTable

__all__ = ["App", "Gateway", "GatewayTable", "RouteTable", "ServeTable"]
