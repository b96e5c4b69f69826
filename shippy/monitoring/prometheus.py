"""Prometheus' HTTP API: the value of a query now.

https://prometheus.io/docs/prometheus/latest/querying/api/ has the form of its answers; other servers speak it too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import gevent
import requests

from shippy.config.schema import App
from shippy.errors import Unavailable
from shippy.ports import Metrics

NAME = "Prometheus"
LONGEST_WORDS = 200


def metrics_of(app: App) -> Mapping[str, Metrics]:
    """What each measure of an app is asked of, by the measure's name."""
    return {each.name: Prometheus(each.prometheus, each.timeout) for each in app.traffic.measures}


class Prometheus:
    """One server (shippy.ports.Metrics). `within` is how many seconds an answer may take, all in all."""

    def __init__(self, url: str, within: float) -> None:
        self._url = f"{url.rstrip('/')}/api/v1/query"
        self._within = within

    def value(self, query: str) -> float:
        # A time-out of requests' own begins anew with every byte; this one does not. It is none that they could catch.
        late = gevent.Timeout(self._within)
        try:
            with late:
                answer = self._ask(query)
        except gevent.Timeout as timeout:
            if timeout is not late:
                raise
            raise self._late() from timeout
        except requests.Timeout as error:
            raise self._late() from error
        except requests.RequestException as error:
            # Its words have addresses of objects in them; its kind says as much.
            raise Unavailable(NAME, f"it cannot be reached ({type(error).__name__})") from error
        return _number(_result(answer))

    def _ask(self, query: str) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(self._url, params={"query": query}, timeout=self._within)

    def _late(self) -> Unavailable:
        return Unavailable(NAME, f"no answer within {self._within:g} s")


def _result(answer: requests.Response) -> Any:
    """The `result` of an answer, which is of the type "scalar" or "vector"."""
    try:
        told = answer.json()
    except requests.JSONDecodeError as error:
        raise Unavailable(NAME, f"its answer is not JSON (status {answer.status_code})") from error
    try:
        if told["status"] != "success":
            raise Unavailable(NAME, str(told["error"])[:LONGEST_WORDS])
        data = told["data"]
        if data["resultType"] == "scalar":
            return [{"value": data["result"]}]
        if data["resultType"] == "vector":
            return data["result"]
        raise Unavailable(NAME, f"the query gives a {data['resultType']}, where one number is needed")
    except (KeyError, TypeError) as error:
        raise Unavailable(NAME, "its answer is not of the form that Prometheus has") from error


def _number(result: Any) -> float:
    """The one number of a result: [{"value": [time, "1.5"]}]."""
    try:
        values = [float(each["value"][1]) for each in result]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise Unavailable(NAME, "its answer is not of the form that Prometheus has") from error
    if len(values) != 1:
        raise Unavailable(NAME, f"the query gives {len(values) or 'no'} results, where one number is needed")
    if not math.isfinite(values[0]):
        raise Unavailable(NAME, "the query gives no number now (there was nothing to divide by, perhaps)")
    return values[0]
