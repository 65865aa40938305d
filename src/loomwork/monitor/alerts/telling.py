"""Tell alerts by log, webhook and e-mail. Knows no rule; what it sends is in the words of `AlertFires` and `AlertOver`.

What is not taken is tried again with growing pauses; then it is logged and let go: it stands in the store.
"""

import asyncio
import logging
import smtplib
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from email.message import EmailMessage
from typing import Any

import aiohttp

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.monitor import AddressMissing, AlertFires, AlertNotTold, AlertOver
from loomwork.monitor.alerts.watching import Change
from loomwork.monitor.settings import AlertTable, EmailTable, MonitorTable, Way

log = logging.getLogger("loomwork.alerts")
Words = Callable[[LoomworkError], str]
Tells = Callable[[Change, LoomworkError], Awaitable[None]]
_PAUSES_S = (1.0, 5.0, 20.0, 60.0)
_TIMEOUT_S = 10.0
_SUBJECT = 150
_TAKEN = range(200, 300)


def notice(change: Change, *, page: str = "/monitor") -> AlertFires | AlertOver:
    """Return an alert in words."""
    rule, verdict = change.rule, change.verdict
    shown = {"name": rule.name, "of": rule.of, "value": f"{verdict.value:.4g}", "limit": f"{verdict.limit:.4g}"}
    if change.state == "over":
        return AlertOver(**shown, lasted=rule.calm, minutes=verdict.minutes)
    return AlertFires(**shown, minutes=verdict.minutes, page=page)


class Teller:
    """Tells each change by the ways that its alert names.

    Args:
        monitor: Where webhook and e-mail go.
        alerts: By name, for `to`.
        environ: Where secrets are.
        clock: Waits between attempts.
        words: What people read; the default is English.

    Raises:
        AddressMissing: An alert names a way that is not set.
    """

    def __init__(
        self,
        monitor: MonitorTable,
        alerts: Mapping[str, AlertTable],
        *,
        environ: Mapping[str, str],
        clock: Clock,
        words: Words = str,
    ) -> None:
        self._monitor = monitor
        self._alerts = alerts
        self._environ = environ
        self._clock = clock
        self._words = words
        self._ways: Mapping[Way, Tells] = {"log": self._log, "webhook": self._webhook, "email": self._email}
        for name, table in alerts.items():
            for way in table.to:
                self._check(name, way)

    async def tell(self, changes: Sequence[Change]) -> None:
        """Tell changes, each by all of its ways at once; raises nothing."""
        jobs = [
            self._try(way, change)
            for change in changes
            for way in dict.fromkeys(("log", *self._alerts[change.rule.name].to))
        ]
        await asyncio.gather(*jobs)

    async def _try(self, way: Way, change: Change) -> None:
        said = notice(change)
        for pause in (*_PAUSES_S, None):
            reason = ""
            try:
                await self._ways[way](change, said)
            except (OSError, aiohttp.ClientError, smtplib.SMTPException, TimeoutError, AlertNotTold) as error:
                reason = str(error.fields["reason"]) if isinstance(error, AlertNotTold) else type(error).__name__
            if not reason:
                return
            if pause is None:
                log.warning("%s", self._words(AlertNotTold(name=change.rule.name, way=way, reason=reason)))
                return
            await self._clock.sleep(pause)

    async def _log(self, change: Change, said: LoomworkError) -> None:
        level = logging.WARNING if change.state == "fires" else logging.INFO
        log.log(level, "%s", self._words(said), extra={"alert": change.rule.name, "state": change.state})

    async def _webhook(self, change: Change, said: LoomworkError) -> None:
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(self._address(), json=self._plain(change, said), allow_redirects=False) as answer,
        ):
            if answer.status not in _TAKEN:
                raise AlertNotTold(name=change.rule.name, way="webhook", reason=f"HTTP {answer.status}")

    def _plain(self, change: Change, said: LoomworkError) -> dict[str, Any]:
        rule, verdict = change.rule, change.verdict
        return {
            "alert": rule.name,
            "state": change.state,
            "at_ms": change.at_ns // 1_000_000,
            "of": rule.of,
            "value": verdict.value,
            "limit": verdict.limit,
            "minutes": verdict.minutes,
            "text": self._words(said),
        }

    async def _email(self, change: Change, said: LoomworkError) -> None:
        table = self._monitor.email
        if table is None:
            return
        message = EmailMessage()
        message["Subject"] = " ".join(f"[loomwork] {self._words(said)}".split())[:_SUBJECT]
        message["X-Loomwork-Alert"] = f"{change.rule.name}: {change.state}"
        message["From"] = table.sender
        message["To"] = ", ".join(table.to)
        message.set_content(self._words(said) + "\n")
        password = self._environ.get(table.password_env, "") if table.password_env else ""
        await asyncio.to_thread(_send, table, message, password)

    def _address(self) -> str:
        table = self._monitor.webhook
        if table is None:
            return ""
        return table.url or self._environ.get(table.url_env, "")

    def _check(self, name: str, way: Way) -> None:
        missing = ""
        if way == "webhook":
            table = self._monitor.webhook
            missing = "there is no [monitor.webhook]" if table is None else ""
            if table is not None and not self._address():
                missing = f"the variable {table.url_env} is not set"
        elif way == "email":
            mail = self._monitor.email
            missing = "there is no [monitor.email]" if mail is None else ""
            if mail is not None and mail.password_env and mail.password_env not in self._environ:
                missing = f"the variable {mail.password_env} is not set"
        if missing:
            raise AddressMissing(name=name, way=way, problem=missing)


def _send(table: EmailTable, message: EmailMessage, password: str) -> None:
    """Hand a message to the mail server; runs in a thread."""
    trusted = ssl.create_default_context()
    if table.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(table.host, table.port, timeout=_TIMEOUT_S, context=trusted)
    else:
        server = smtplib.SMTP(table.host, table.port, timeout=_TIMEOUT_S)
    with server:
        if table.security == "starttls":
            server.starttls(context=trusted)
        if table.user:
            server.login(table.user, password)
        server.send_message(message)
