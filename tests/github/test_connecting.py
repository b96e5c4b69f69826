"""How the client behaves when GitHub does not: what is asked again, and what people are told."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from gevent.server import StreamServer
from pydantic import SecretStr

from shippy.config.github import GitHub, GitHubApp
from shippy.errors import MergeRefused, Unavailable
from shippy.github import GitHubRepository, connect
from shippy.github.connecting import Client
from shippy.model import Revision
from tests.github.scripted import Reply, ScriptedServer, scripted_server

COMMIT = "a" * 40
MASTER = "b" * 40
REVISION = Revision(COMMIT, COMMIT)
NOT_CONTAINED = Reply(content={"ahead_by": 1, "behind_by": 0, "base_commit": {"sha": MASTER}})
CONTAINED = Reply(content={"ahead_by": 0, "behind_by": 2, "base_commit": {"sha": MASTER}})
COMPARED = Reply(
    content={
        "ahead_by": 1,
        "behind_by": 0,
        "base_commit": {"sha": MASTER},
        "html_url": "https://github.example.com/acme/web/compare",
        "commits": [],
    }
)

COMPARE = f"GET /api/v3/repos/acme/web/compare/master...{COMMIT}?page=1&per_page=1"
MERGE = "POST /api/v3/repos/acme/web/merges"
READ = f"GET /api/v3/repos/acme/web/compare/master...{COMMIT}?page=1&per_page=250"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as script:
        yield script


def connected(url: str, timeout: int = 5) -> Client:
    return connect(GitHub(api_url=f"{url}/api/v3", token=SecretStr("t0ken")), timeout)


@pytest.fixture
def repository(server: ScriptedServer) -> Iterator[GitHubRepository]:
    with closing(connected(server.url)) as github:
        yield GitHubRepository(github, "acme/web")


def test_nothing_is_asked_before_something_is_wanted(repository: GitHubRepository, server: ScriptedServer) -> None:
    server.replies = [COMPARED]
    repository.compare("master", COMMIT)
    assert server.asked == [READ]


def test_a_read_that_fails_is_asked_again(repository: GitHubRepository, server: ScriptedServer) -> None:
    server.replies = [Reply(502), Reply(503), COMPARED]
    assert repository.compare("master", COMMIT).ahead_by == 1
    assert server.asked == [READ] * 3


def test_a_read_that_goes_on_failing_is_given_up(repository: GitHubRepository, server: ScriptedServer) -> None:
    server.replies = [Reply(502, {"message": "Server Error"})] * 3
    with pytest.raises(Unavailable) as failed:
        repository.compare("master", COMMIT)
    assert failed.value == Unavailable("GitHub", "it answers with an error of its own (502)")


def test_a_merge_is_never_asked_for_twice(repository: GitHubRepository, server: ScriptedServer) -> None:
    server.replies = [NOT_CONTAINED, Reply(502), NOT_CONTAINED]
    with pytest.raises(Unavailable, match="an error of its own"):
        repository.merge(REVISION, "master", "Ship it")
    assert server.asked == [COMPARE, MERGE, COMPARE]


def test_a_merge_whose_answer_is_lost_is_found_to_be_done(repository: GitHubRepository, server: ScriptedServer) -> None:
    server.replies = [NOT_CONTAINED, Reply(502), CONTAINED]
    assert repository.merge(REVISION, "master", "Ship it") == MASTER
    assert server.bodies[1] == {"base": "master", "head": COMMIT, "commit_message": "Ship it"}


def test_what_is_merged_already_is_not_merged_again(repository: GitHubRepository, server: ScriptedServer) -> None:
    server.replies = [CONTAINED]
    assert repository.merge(REVISION, "master", "Ship it") == MASTER
    assert server.asked == [COMPARE]


def test_a_refusal_is_told_in_githubs_words(repository: GitHubRepository, server: ScriptedServer) -> None:
    server.replies = [NOT_CONTAINED, Reply(409, {"message": "Merge\nconflict"})]
    with pytest.raises(MergeRefused) as refused:
        repository.merge(REVISION, "master", "Ship it")
    assert refused.value.reason == "Merge conflict"


def test_a_rate_limit_on_a_merge_is_no_refusal(repository: GitHubRepository, server: ScriptedServer) -> None:
    server.replies = [NOT_CONTAINED, Reply(403, {"message": "API rate limit exceeded for user 1."})]
    with pytest.raises(Unavailable, match="rate limited"):
        repository.merge(REVISION, "master", "Ship it")


def test_a_rate_limit_is_told_with_its_end_and_not_waited_for(
    repository: GitHubRepository, server: ScriptedServer
) -> None:
    over = datetime.now(UTC) + timedelta(minutes=20)
    headers = {"X-RateLimit-Reset": str(int(over.timestamp())), "X-RateLimit-Remaining": "0"}
    server.replies = [Reply(403, {"message": "API rate limit exceeded for user ID 1."}, headers)]
    with pytest.raises(Unavailable) as failed:
        repository.compare("master", COMMIT)
    assert failed.value.why == f"rate limited until {over:%H:%M} UTC"
    assert failed.value.retry_after == pytest.approx(1200, abs=10)
    assert len(server.asked) == 1


def test_a_secondary_rate_limit_says_for_how_long(repository: GitHubRepository, server: ScriptedServer) -> None:
    server.replies = [Reply(429, {"message": "You have exceeded a secondary rate limit."}, {"Retry-After": "60"})]
    with pytest.raises(Unavailable, match="rate limited until") as failed:
        repository.compare("master", COMMIT)
    assert failed.value.retry_after == pytest.approx(60, abs=1)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(401, {"message": "Bad credentials"}), "the token is not accepted (401)"),
        (
            Reply(403, {"message": "Resource not accessible by integration"}),
            "Resource not accessible by integration (403)",
        ),
        (Reply(200, '{"statuses": ['), "its answer is not JSON"),
    ],
)
def test_other_answers_are_told_in_a_line(
    repository: GitHubRepository, server: ScriptedServer, reply: Reply, why: str
) -> None:
    server.replies = [reply]
    with pytest.raises(Unavailable) as failed:
        repository.compare("master", COMMIT)
    assert failed.value == Unavailable("GitHub", why)


def test_a_repository_that_is_not_there_is_told_so(repository: GitHubRepository, server: ScriptedServer) -> None:
    server.replies = [Reply(404, {"message": "Not Found"})] * 3
    with pytest.raises(Unavailable) as failed:
        repository.resolve("feature-x")
    assert failed.value.why == "there is no repository acme/web, or the token may not see it (404)"


def test_no_answer_is_waited_for_longer_than_configured(server: ScriptedServer) -> None:
    server.replies = [Reply(delay=5)] * 2
    with closing(connected(server.url, timeout=1)) as github, pytest.raises(Unavailable) as failed:
        GitHubRepository(github, "acme/web").compare("master", COMMIT)
    assert failed.value == Unavailable("GitHub", "no answer in time")


def test_a_connection_that_breaks_is_told_so() -> None:
    server = StreamServer(("127.0.0.1", 0), lambda peer, _: peer.close())
    server.start()
    with closing(connected(f"http://127.0.0.1:{server.server_port}")) as github, pytest.raises(Unavailable) as failed:
        GitHubRepository(github, "acme/web").compare("master", COMMIT)
    server.stop()
    assert failed.value == Unavailable("GitHub", "the connection broke")


def test_a_port_where_nobody_listens_is_told_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with closing(connected(f"http://127.0.0.1:{port}")) as github, pytest.raises(Unavailable) as failed:
        GitHubRepository(github, "acme/web").compare("master", COMMIT)
    assert failed.value == Unavailable("GitHub", "it takes no connection")


def test_a_name_that_does_not_exist_is_told_so() -> None:
    with closing(connected("http://github.invalid")) as github, pytest.raises(Unavailable) as failed:
        GitHubRepository(github, "acme/web").compare("master", COMMIT)
    assert failed.value == Unavailable("GitHub", "its name cannot be resolved")


def test_an_app_asks_for_a_token_of_its_installation_once(server: ScriptedServer) -> None:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    over = datetime.now(UTC) + timedelta(hours=1)
    server.replies = [
        Reply(201, {"token": "t0ken", "expires_at": f"{over:%Y-%m-%dT%H:%M:%SZ}"}),
        COMPARED,
        COMPARED,
    ]
    app = GitHubApp(id=1, installation=2, private_key=SecretStr(pem))
    with closing(connect(GitHub(api_url=f"{server.url}/api/v3", app=app))) as github:
        repository = GitHubRepository(github, "acme/web")
        repository.compare("master", COMMIT)
        repository.compare("master", COMMIT)
    assert server.asked == ["POST /api/v3/app/installations/2/access_tokens", READ, READ]
