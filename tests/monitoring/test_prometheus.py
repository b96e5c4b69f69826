"""The value of a query, from a small server that speaks Prometheus' form of answers over real HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from gevent.event import Event
from gevent.pywsgi import WSGIServer

from shippy.errors import Unavailable
from shippy.monitoring import Prometheus, metrics_of
from tests.world import app_settings


class Server:
    """Answers each query with what it was given for it, as (status, body); `silent` never answers at all."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[str, str]] = {}
        self.forever = Event()
        self._http = WSGIServer(("127.0.0.1", 0), self._answer, log=None, error_log=None)
        self._http.start()
        self.url = f"http://127.0.0.1:{self._http.address[1]}/prometheus/"

    def give(self, query: str, body: object, status: str = "200 OK") -> None:
        self.answers[query] = (status, body if isinstance(body, str) else json.dumps(body))

    def vector(self, query: str, *values: str) -> None:
        result = [{"metric": {"job": "web"}, "value": [1435781451.781, value]} for value in values]
        self.give(query, {"status": "success", "data": {"resultType": "vector", "result": result}})

    def stop(self) -> None:
        self.forever.set()
        self._http.stop(timeout=0)

    def _answer(self, environ: dict[str, Any], start: Any) -> Iterator[bytes]:
        assert environ["PATH_INFO"] == "/prometheus/api/v1/query"
        (query,) = parse_qs(environ["QUERY_STRING"])["query"]
        if query == "silent":
            self.forever.wait()
        status, body = self.answers.get(query, ("200 OK", ""))
        start(status, [("Content-Type", "application/json")])
        if query == "drip":
            while not self.forever.wait(0.05):
                yield b" "
        yield body.encode()


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    yield one
    one.stop()


def why(server: Server, query: str, within: float = 5.0) -> str:
    with pytest.raises(Unavailable) as unavailable:
        Prometheus(server.url, within).value(query)
    assert unavailable.value.what == "Prometheus"
    return unavailable.value.why


def test_the_value_of_a_vector_with_one_element_and_of_a_scalar(server: Server) -> None:
    query = 'sum(rate(http_requests_total{slot="green",code=~"5.."}[1m])) / 2'
    server.vector(query, "0.25")
    server.give("scalar(x)", {"status": "success", "data": {"resultType": "scalar", "result": [1435781451.781, "3"]}})
    assert Prometheus(server.url, 5.0).value(query) == 0.25
    assert Prometheus(server.url, 5.0).value("scalar(x)") == 3.0


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ((), "the query gives no results, where one number is needed"),
        (("1", "2"), "the query gives 2 results, where one number is needed"),
        (("NaN",), "the query gives no number now (there was nothing to divide by, perhaps)"),
        (("+Inf",), "the query gives no number now (there was nothing to divide by, perhaps)"),
    ],
)
def test_what_is_not_one_number_is_unreadable(server: Server, values: tuple[str, ...], reason: str) -> None:
    server.vector("x", *values)
    assert why(server, "x") == reason


def test_a_query_that_prometheus_refuses_is_told_in_its_own_words(server: Server) -> None:
    server.give(
        "x{", {"status": "error", "errorType": "bad_data", "error": "unexpected end of input"}, "400 Bad Request"
    )
    assert why(server, "x{") == "unexpected end of input"


@pytest.mark.parametrize(
    "body",
    ["[]", "{}", '{"status": "success", "data": null}', '{"status": "success", "data": {"resultType": "vector"}}'],
)
def test_json_of_another_form_is_unreadable(server: Server, body: str) -> None:
    server.give("x", body)
    assert why(server, "x") == "its answer is not of the form that Prometheus has"


def test_a_page_is_unreadable(server: Server) -> None:
    server.give("x", "<h1>Bad Gateway</h1>", "502 Bad Gateway")
    assert why(server, "x") == "its answer is not JSON (status 502)"


@pytest.mark.parametrize("query", ["silent", "drip"])
def test_an_answer_that_does_not_come_or_never_ends_is_waited_for_no_longer_than_allowed(
    server: Server, query: str
) -> None:
    began = time.monotonic()
    assert why(server, query, within=0.3) == "no answer within 0.3 s"
    assert time.monotonic() - began < 3


def test_a_server_that_is_not_there_is_unreadable() -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        Prometheus("http://127.0.0.1:1", 5.0).value("x")


def test_each_measure_of_the_config_is_asked_of_its_own_server(server: Server) -> None:
    server.vector("new", "0.5")
    measure = {"name": "latency", "prometheus": server.url, "candidate": "new", "stable": "old"}
    metrics = metrics_of(app_settings(traffic={"measures": [measure]}))
    assert metrics["latency"].value("new") == 0.5
