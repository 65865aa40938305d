"""The studio: a web API over the store and the built page. A client of the floors below, with no private routes.

One folder a noun: `wire` what is sent, `api` the endpoints. Knows no command.
"""
