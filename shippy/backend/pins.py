"""Links that fix one browser to the candidate: signed here, and checked by the balancer itself. Pure.

A link is the public address with /.shippy/ACT/TOKEN as its path, where ACT is `pin` or `unpin`. A token is
DEPLOY.UNTIL.SIGNATURE: UNTIL is in seconds since the epoch, and SIGNATURE is the HMAC-SHA-256 of APP/ACT/DEPLOY/UNTIL
with the app's `traffic.link_key`, in small hex digits. `haproxy.cfg.j2` is the other half.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from datetime import datetime
from urllib.parse import urlsplit

from shippy.config.schema import App
from shippy.errors import NoPins
from shippy.model import Pins

PIN, UNPIN = "pin", "unpin"


def signed_pins(name: str, app: App, deploy: str, until: datetime) -> Pins:
    """The links of an app for one of its deploys, good until a whole second.

    Raises:
        NoPins: the config has no key to sign them with.
    """
    if app.traffic.link_key is None:
        raise NoPins("the config has no traffic.link_key")
    key = app.traffic.link_key.get_secret_value()
    public = urlsplit(app.public)
    whole = until.replace(microsecond=0)

    def link(act: str) -> str:
        token = _token(key, name, act, deploy, int(whole.timestamp()))
        return f"{public.scheme}://{public.netloc}/.shippy/{act}/{token}"

    return Pins(link(PIN), link(UNPIN), whole)


def balancer_key(app: App) -> str | None:
    """The key in the form that HAProxy takes it in, base64; None where there is none."""
    key = app.traffic.link_key
    return b64encode(key.get_secret_value().encode()).decode() if key else None


def _token(key: str, app: str, act: str, deploy: str, until: int) -> str:
    signature = hmac.digest(key.encode(), f"{app}/{act}/{deploy}/{until}".encode(), "sha256")
    return f"{deploy}.{until}.{signature.hex()}"
