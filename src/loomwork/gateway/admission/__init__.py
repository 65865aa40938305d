"""Who may ask, how often, for how much money, and what happens when there is too much of it. Knows no HTTP."""

from loomwork.gateway.admission.admission import Admission, Ticket
from loomwork.gateway.admission.keys import ANONYMOUS, SCOPES, Key
from loomwork.gateway.admission.limits import Limits

__all__ = ["ANONYMOUS", "SCOPES", "Admission", "Key", "Limits", "Ticket"]
