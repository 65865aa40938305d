"""The endpoints, one file a noun. Each is a function over the `Studio`; none knows HTTP."""

from loomwork.studio.api import status
from loomwork.studio.endpoints import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (*status.ENDPOINTS,)
"""All of them; the order is that of the API's document."""
