"""Signed calls to the programs of partners, and no call to anything else.

The format is Standard Webhooks (https://www.standardwebhooks.com): the headers `webhook-id`,
`webhook-timestamp` and `webhook-signature`. An address is resolved once and the call goes to
the very address that was checked, so that a name cannot change its mind in between; there
are no redirects; the whole call has five seconds.
"""

import base64
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backend.core.errors import InvalidInput
from backend.notifications.models.webhooks import SECRET_PREFIX

SECONDS = 5.0


class BadAddress(InvalidInput):
    """Rebond does not call this address."""

    code = "bad_webhook_address"
    title = _("This address cannot be called")


class Refused(OSError):
    """The program answered, but not with success."""

    def __init__(self, status: int) -> None:
        """Keep the answer's status."""
        super().__init__(status)
        self.status = status


class Call(NamedTuple):
    """What goes over the wire."""

    url: str
    secret: str
    message_id: str
    timestamp: int
    body: bytes


def signature(call: Call) -> str:
    """Sign a call: HMAC-SHA256 over id, timestamp and body, in base64."""
    key = base64.b64decode(call.secret.removeprefix(SECRET_PREFIX))
    signed = f"{call.message_id}.{call.timestamp}.".encode() + call.body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _refuse(sentence: object) -> BadAddress:
    return BadAddress(sentence, fields={"url": [sentence]})


def read_address(url: str) -> SplitResult:
    """Take an address apart. Raises BadAddress for what is never called, whatever it resolves to.

    Plain http is for a demonstration's own machine only.
    """
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and (parts.port or 443) > 0
    except ValueError:
        is_whole = False
    if not is_whole or not url.isascii() or any(c.isspace() for c in url):
        raise _refuse(_("Give a whole address, such as https://example.org/rebond."))
    if parts.username or parts.password:
        raise _refuse(_("Leave name and password out of the address: calls are signed."))
    if parts.scheme != "https" and not (parts.scheme == "http" and _may_call_loopback()):
        raise _refuse(_("The address begins with https://."))
    return parts


def _may_call_loopback() -> bool:
    return bool(settings.DEMO or settings.DEBUG)


def resolve(parts: SplitResult) -> str:
    """Give the one address to call. Raises BadAddress when any answer is not a public one.

    Loopback is open in a demonstration, and nothing else is for plain http.
    """
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _refuse(_("This name leads nowhere: check the address.")) from error
    addresses = [ipaddress.ip_address(str(answer[4][0]).partition("%")[0]) for answer in found]
    if not addresses or not all(_is_open(address, parts.scheme) for address in addresses):
        raise _refuse(_("This address lies in a private network: Rebond does not call it."))
    return str(addresses[0])


def _is_open(address: ipaddress.IPv4Address | ipaddress.IPv6Address, scheme: str) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or address
    if inner.is_loopback:
        return _may_call_loopback()
    return bool(scheme == "https" and inner.is_global and not inner.is_multicast)


def check_address(url: str) -> None:
    """Raise BadAddress when a webhook could not be called at this address now."""
    resolve(read_address(url))


def call(what: Call) -> int:
    """Make one call; give the status of success.

    Raises Refused for any answer but 2xx (a redirect too), BadAddress for an address that is
    not public (any more), OSError or HTTPException when nobody answers within five seconds.
    """
    parts = read_address(what.url)
    connection = _connection(parts, resolve(parts))
    watch = threading.Timer(SECONDS, _hang_up, [connection])
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", _path(parts), body=what.body, headers=_headers(what))
        status = connection.getresponse().status
    finally:
        watch.cancel()
        connection.close()
    if not 200 <= status < 300:
        raise Refused(status)
    return status


def _connection(parts: SplitResult, address: str) -> http.client.HTTPConnection:
    """Open a connection to `address` that speaks to, and checks, the name in the URL."""
    host = parts.hostname or ""
    is_tls = parts.scheme == "https"
    kind = http.client.HTTPSConnection if is_tls else http.client.HTTPConnection
    connection = kind(host, parts.port, timeout=SECONDS)
    plain = socket.create_connection((address, connection.port), timeout=SECONDS)
    if not is_tls:
        connection.sock = plain
        return connection
    try:
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except OSError:
        plain.close()
        raise
    return connection


def _hang_up(connection: http.client.HTTPConnection) -> None:
    """End a call that drips: each byte would renew the socket's own time limit."""
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _path(parts: SplitResult) -> str:
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


def _headers(what: Call) -> dict[str, str]:
    return {
        "content-type": "application/json",
        "user-agent": "Rebond",
        "webhook-id": what.message_id,
        "webhook-timestamp": str(what.timestamp),
        "webhook-signature": signature(what),
    }
