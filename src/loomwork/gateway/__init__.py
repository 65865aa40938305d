"""The gateway: models, routes and steps behind the APIs that applications speak already. Knows no store and no command.

`gateway.Gateway` holds the live parts, `app.App` is the ASGI application around them; the workspace puts both together.
Nothing is imported here: the settings of every command need `gateway.settings`, and only `serve` needs a server.
"""
