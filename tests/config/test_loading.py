from __future__ import annotations

from pathlib import Path

import pytest

from shippy.config import Config, load
from shippy.config.checks import Checks
from shippy.errors import ConfigInvalid
from shippy.rescue import needless

RIGHT = """\
chat: {transport: socket_mode, bot_token: "${BOT}", app_token: xapp-secret, channels: ["#deploys"]}
github: {token: ghp_secret}
apps:
  web:
    repository: acme/web
    image: registry.example.com/acme/web:{commit}
    hosts:
      - {name: web1, docker: "tcp://10.0.0.11:2376", address: 10.0.0.11}
      - {name: web2, docker: "ssh://deploy@10.0.0.12", address: 10.0.0.12}
    balancers:
      - {name: lb1, runtime: "tcp://10.0.0.5:9999"}
    vip: http://10.0.0.5:8001/
    public: https://www.example.com/
"""
ENVIRONMENT = {"BOT": "xoxb-secret"}
SECRETS = ("xoxb-secret", "xapp-secret", "ghp_secret", "hunter2")

A_TEXT = "a text, in quotes if it looks like a number or a yes"
A_NAME = 'a name of small letters, digits and hyphens, at most 63, such as "web-1"'
A_DURATION = 'a duration with its unit, such as "30s", "15m", "2h" or "250ms"'
A_REPOSITORY = 'the owner and the name of a repository, such as "acme/web"'
A_DATABASE = "a database's URL, such as sqlite:////var/lib/shippy/journal.db"
A_KEY = "a private key in PEM form; file:/run/secrets/github.pem reads one from a file"
A_LINK_KEY = "a secret of at least 32 characters, such as openssl rand -hex 32 gives"
AN_IMAGE = "an image reference with {commit} in it, which stands for the full commit, and no other braces"
A_SOCKET = "a path of at most 107 bytes, which is all that a unix socket can have"
SWARM = '{managers: ["tcp://10.0.0.11:2376"], nodes: [{name: web1, address: 10.0.0.11}]}'
NGINX = '{name: lb1, kind: nginx, files: /x, state: "http://127.0.0.1:8404"}'
TWO_PORTS = "two ports of its own for the state of each app on each nginx, but 127.0.0.1:8405 is taken twice"
ONE_KIND = "balancers of one kind: two kinds would send the same visitor to different versions"
NOT_THE_LAST_PORT = "a port below 65535 after the host: that port and the next one are taken, in turns"
ONE_WAY_TO_RELOAD = "either pid or command, not both"
A_STATE = 'the address where it answers, such as "http://127.0.0.1:8404"'
TWO_OF_ONE_LOGIN = "a login of their own for each, but dana is there more than once"
WEB_URL = "a URL that starts with http:// or https://"
WITH_SOCKET_MODE = "this key, which the transport socket_mode needs"
ONE_WAY_IN = "either token or app, not both"
A_LEVEL = "one of 'required', 'skippable' or 'advice'"
NO_CHECK = "names of checks, and there is no check"
ONLY_THESE = f"there are {', '.join([*Checks.built_in(), 'a'])}"
TWO_CHECKS_OF_ONE_NAME = "names that no other check has, and one has a"
PEM_APP = '{id: 1, installation: 2, private_key: "-----BEGIN RSA PRIVATE KEY-----"}'

# What to write instead of what, the key path, and what is expected there.
CHANGED = [
    ("    repository: acme/web\n", "", "apps.web.repository", "this key, which is missing"),
    ("acme/web\n", "acme\n", "apps.web.repository", A_REPOSITORY),
    ("acme/web:{commit}", "acme/web:latest", "apps.web.image", AN_IMAGE),
    ("acme/web:{commit}", "acme/web:{commit}-{arch}", "apps.web.image", AN_IMAGE),
    ("  web:\n", "  Web:\n", "apps.Web", A_NAME),
    ('- {name: lb1, runtime: "tcp://10.0.0.5:9999"}', "[]", "apps.web.balancers", "at least one"),
    ("name: web2", "name: Web_2", "apps.web.hosts.1.name", A_NAME),
    ("name: web2", "name: web1", "apps.web.hosts", "a name of its own for each, but web1 is there more than once"),
    ("ssh://deploy@", "http://", "apps.web.hosts.1.docker", "a URL that starts with unix:// or tcp:// or ssh://"),
    ("address: 10.0.0.12", "address: ''", "apps.web.hosts.1.address", "a text that is not empty"),
    ("tcp://10.0.0.5", "http://10.0.0.5", "apps.web.balancers.0.runtime", "a URL that starts with unix:// or tcp://"),
    ("5:9999", "5", "apps.web.balancers.0.runtime", "a port after the host, such as tcp://10.0.0.5:9999"),
    ("http://10.0.0.5:8001/", "10.0.0.5:8001", "apps.web.vip", WEB_URL),
    ("https://www.example.com/", "https://www.example.com:port/", "apps.web.public", WEB_URL),
    ("    vip:", "    vip: http://x/\n    vip:", "apps.web.vip", "this key once, but it is in lines 12 and 13"),
    ("socket_mode", "telegraph", "chat.transport", "one of 'socket_mode', 'rtm' or 'local'"),
    ("app_token: xapp-secret, ", "", "chat.app_token", WITH_SOCKET_MODE),
    (', channels: ["#deploys"]', "", "chat.channels", WITH_SOCKET_MODE),
    ("${BOT}", "${NOBODY}", "chat.bot_token", "the environment variable NOBODY to be set"),
    ("ghp_secret", '"${NOBODY}"', "github.token", "the environment variable NOBODY to be set"),
    ("{token: ghp_secret}", "{}", "github", ONE_WAY_IN),
    ("ghp_secret}", f"ghp_secret, app: {PEM_APP}}}", "github", ONE_WAY_IN),
    ("token: ghp_secret", "app: {id: 1, installation: 2, private_key: hunter2}", "github.app.private_key", A_KEY),
    ("{token:", "{colour: red, token:", "github.colour", "another key: one of api_url, token, app, ca, proxy"),
    ("address: 10.0.0.12", "address: x, tsl: {}", "apps.web.hosts.1.tsl", "another key; did you mean tls?"),
]

# What to write for the balancers, the key path, and what is expected there.
BALANCERS = [
    ("[lb1]", ".0", "a mapping of keys"),
    ("[{name: lb1, kind: traefik}]", ".0", "a kind that is one of 'haproxy', 'nginx'"),
    (f"[{NGINX.replace('files', 'fils')}]", ".0.fils", "another key; did you mean files?"),
    (
        f"[{NGINX.replace('/x', '/x, runtime: x')}]",
        ".0.runtime",
        "another key: one of kind, name, files, state, reload",
    ),
    (f"[{NGINX.replace('8404', '65535')}]", ".0.state", NOT_THE_LAST_PORT),
    (f"[{NGINX.replace('8404', '8404/state')}]", ".0.state", A_STATE),
    (f"[{NGINX.replace('/x', '/x, reload: {}')}]", ".0.reload", ONE_WAY_TO_RELOAD),
    (f"[{NGINX.replace('/x', '/x, reload: {comand: []}')}]", ".0.reload.comand", "another key; did you mean command?"),
    (f'[{NGINX}, {{name: lb2, runtime: "tcp://10.0.0.5:9999"}}]', "", ONE_KIND),
]

# A line of its own at the top of the file, its key path, and what is expected there.
ADDED = [
    ("nmae: x", "nmae", "another key; did you mean name?"),
    ("journal: journal.db", "journal", A_DATABASE),
    (f"control: /{'x' * 107}", "control", A_SOCKET),
    ("people: everyone", "people", "a mapping of keys"),
    ("people: {ship: {users: U1}}", "people.ship.users", "a list"),
    ("people: {ship: {user: [U1]}}", "people.ship.user", "another key; did you mean users?"),
    ("people: {ship: {chanels: []}}", "people.ship.chanels", "another key; did you mean channels?"),
    ("people: {github: {U1: '@dana'}}", "people.github.U1", 'a login on GitHub, without "@", such as "dana-gh"'),
    ("people: {github: {U1: Dana, U2: dana}}", "people.github", TWO_OF_ONE_LOGIN),
    ("people: {require_push: sometimes}", "people.require_push", "true or false"),
]

# A line of its own in the app, its key path there, and what is expected there.
ADDED_TO_APP = [
    ("helth: {}", "helth", "another key; did you mean health?"),
    ("checks: {status: []}", "checks.status", "another key; did you mean statuses?"),
    ("checks: {timeout: 0s}", "checks.timeout", "a duration above zero"),
    ("checks: {levels: {up_to_date: must}}", "checks.levels.up_to_date", A_LEVEL),
    ("checks: {levels: {up-to-date: advice}}", "checks.levels", f"{NO_CHECK} up-to-date; did you mean up_to_date?"),
    ("checks: {levels: {ci/x: advice}, statuses: [ci/y]}", "checks.levels", f"{NO_CHECK} ci/x; did you mean ci/y?"),
    ("checks: {http: {a: {url: x}}}", "checks.http.a.url", WEB_URL),
    ("checks: {commands: {a: {command: []}}}", "checks.commands.a.command", "a program, and what it is called with"),
    ("checks: {commands: {a: {command: [x]}}, packages: {a: {}}}", "checks.packages", TWO_CHECKS_OF_ONE_NAME),
    ("checks: {packages: {a: {}}, levels: {b: advice, a: advice}}", "checks.levels", f"{NO_CHECK} b; {ONLY_THESE}"),
    ("checks: {up_to_date: maybe}", "checks.up_to_date", "true or false"),
    ("merge: {method: octopus}", "merge.method", "one of 'merge', 'squash' or 'rebase'"),
    ("merge: {delete_branches: true}", "merge.delete_branches", "another key; did you mean delete_branch?"),
    ("container: {port: 99999}", "container.port", "at most 65535"),
    ("container: {port: http}", "container.port", "a whole number"),
    ("container: {memory: lots}", "container.memory", 'an amount of memory, such as "512m" or "2g"'),
    ("container: {command: {run: x}}", "container.command", "a text, or a list of texts"),
    ("container: {environment: {DEBUG: yes}}", "container.environment.DEBUG", A_TEXT),
    ("container: {images: 0}", "container.images", "at least 1"),
    ("container: {stop_grace: 30}", "container.stop_grace", A_DURATION),
    ("health: {timeout: 5 minutes}", "health.timeout", A_DURATION),
    ("health: {interval: 0s}", "health.interval", "a duration above zero"),
    ("health: {path: health}", "health.path", 'a path that starts with /, such as "/health"'),
    ("traffic: {sticky: glue}", "traffic.sticky", "one of 'cookie', 'address' or 'none'"),
    ("traffic: {link_key: hunter2}", "traffic.link_key", A_LINK_KEY),
    ("links: {Splunk: splunk}", "links.Splunk", WEB_URL),
    ("min_hosts: 3", "min_hosts", "at most the number of hosts, which is 2"),
    (f"swarm: {SWARM}", "hosts", "either hosts or a swarm, not both"),
    ("min_hosts: 0", "min_hosts", "at least 1"),
    ("pull_at_once: 0", "pull_at_once", "at least 1"),
]

MISTAKES = [
    *CHANGED,
    *(("apps:", f"{line}\napps:", path, expected) for line, path, expected in ADDED),
    *(("    vip:", f"    {line}\n    vip:", f"apps.web.{path}", expected) for line, path, expected in ADDED_TO_APP),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "shippy.yml"


def mistakes_in(file: Path) -> list[tuple[str, str]]:
    """The mistakes in a config file, which must not give a secret away."""
    with pytest.raises(ConfigInvalid) as invalid:
        load(file, ENVIRONMENT)
    found = [(problem.path, problem.expected) for problem in invalid.value.problems]
    assert invalid.value.file == str(file)
    assert all("\n" not in expected for _, expected in found)
    assert not [secret for secret in SECRETS if secret in repr(found) + str(invalid.value)]
    return found


def loaded(file: Path, text: str) -> Config:
    file.write_text(text, encoding="utf-8")
    return load(file, ENVIRONMENT)


def test_what_is_said_to_be_needless_may_be_missing_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "shippy.yml"
    file.write_text("chat: {bot_token: '${A}'}\njournal: '${B}'\n")
    with pytest.raises(ConfigInvalid) as invalid:
        load(file, {}, needless=lambda path: path.startswith("chat."))
    problems = {problem.path: problem.expected for problem in invalid.value.problems}
    assert "chat.bot_token" not in problems
    assert problems["journal"] == "the environment variable B to be set"


@pytest.mark.parametrize("absent", ["${NOBODY}", "file:nowhere.pem"])
def test_a_needless_secret_that_is_missing_need_not_have_the_form_of_one(file: Path, absent: str) -> None:
    text = RIGHT.replace("{token: ghp_secret}", f"{{app: {{id: 1, installation: 2, private_key: '{absent}'}}}}")
    text = text.replace("    vip:", f"    traffic: {{link_key: '{absent}'}}\n    vip:")
    file.write_text(text, encoding="utf-8")
    assert load(file, ENVIRONMENT, needless).apps["web"].vip == "http://10.0.0.5:8001/"
    assert [path for path, _ in mistakes_in(file)] == ["apps.web.traffic.link_key", "github.app.private_key"]


def test_a_right_file_has_the_defaults_that_one_would_expect(file: Path) -> None:
    config = loaded(file, RIGHT)
    web = config.apps["web"]
    assert (config.name, web.main, web.lock, web.needed_hosts) == ("shippy", "master", "production", 2)
    assert (web.container.stop_grace, web.health.deadline, web.traffic.drain) == (30, 60, 30)
    assert config.chat.bot_token is not None
    assert config.chat.bot_token.get_secret_value() == "xoxb-secret"


@pytest.mark.parametrize(("right", "wrong", "path", "expected"), MISTAKES, ids=[f"{m[2]}-{m[1]}" for m in MISTAKES])
def test_a_mistake_is_told_by_its_key_path_and_what_was_expected(
    file: Path, right: str, wrong: str, path: str, expected: str
) -> None:
    assert right in RIGHT
    file.write_text(RIGHT.replace(right, wrong, 1), encoding="utf-8")
    assert mistakes_in(file) == [(path, expected)]


@pytest.mark.parametrize(("balancers", "path", "expected"), BALANCERS)
def test_a_mistake_in_a_balancer_is_told_in_the_words_of_its_kind(
    file: Path, balancers: str, path: str, expected: str
) -> None:
    file.write_text(with_balancers(balancers), encoding="utf-8")
    assert (f"apps.web.balancers{path}", expected) in mistakes_in(file)


def test_each_nginx_tells_what_it_does_at_ports_of_its_own(file: Path) -> None:
    other = NGINX.replace("lb1", "lb2")
    file.write_text(with_balancers(f"[{NGINX}, {other.replace('8404', '8405')}]"), encoding="utf-8")
    assert mistakes_in(file) == [("apps", TWO_PORTS)]
    file.write_text(with_balancers(f"[{NGINX}, {other.replace('8404', '8406')}]"), encoding="utf-8")
    assert [one.state_ports for one in load(file, ENVIRONMENT).apps["web"].nginxes] == [
        (("127.0.0.1", 8404), ("127.0.0.1", 8405)),
        (("127.0.0.1", 8406), ("127.0.0.1", 8407)),
    ]


def with_balancers(balancers: str) -> str:
    return RIGHT.replace('\n      - {name: lb1, runtime: "tcp://10.0.0.5:9999"}', f" {balancers}")


def test_all_mistakes_are_told_at_once_in_the_order_of_their_paths(file: Path) -> None:
    text = RIGHT.replace("${BOT}", "${NOBODY}").replace("http://10", "ftp://10").replace("name: lb1", "nam: lb1")
    text = text.replace("app_token: xapp-secret, ", "").replace("apps:", "colour: red\napps:")
    file.write_text(text + "    vip: http://x/\n    min_hosts: many\n", encoding="utf-8")
    assert [path for path, _ in mistakes_in(file)] == [
        "apps.web.balancers.0.nam",
        "apps.web.balancers.0.name",
        "apps.web.min_hosts",
        "apps.web.vip",
        "chat.app_token",
        "chat.bot_token",
        "colour",
    ]


def test_a_file_that_is_not_there_cannot_be_read(file: Path) -> None:
    assert mistakes_in(file) == [("", "a file that can be read (No such file or directory)")]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert mistakes_in(tmp_path) == [("", "a file that can be read (Is a directory)")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "a mapping of keys; config/shippy.yml shows all of them"),
        (b"# nothing but this\n", "a mapping of keys; config/shippy.yml shows all of them"),
        (b"- a\n- b\n", "a mapping of keys; config/shippy.yml shows all of them"),
        (b"github: {token: hunter2\nchat:", "YAML (line 2, column 5: expected ',' or '}', but got ':')"),
        (b"a: b: hunter2", "YAML (line 1, column 5: mapping values are not allowed here)"),
        (b"a: 1\n\tb: 2", "YAML (line 2, column 1: found character '\\t' that cannot start any token)"),
        (b"a: \x00", "YAML (there is a character in it that cannot be in a text)"),
        (b"a: \xff\xfe", "a text file in UTF-8"),
        (b"a: !run {}", "YAML (line 1, column 4: could not determine a constructor for the tag '!run')"),
    ],
)
def test_a_file_that_is_no_config_is_told_where_it_goes_wrong(file: Path, content: bytes, expected: str) -> None:
    file.write_bytes(content)
    assert mistakes_in(file) == [("", expected)]


def test_a_secret_file_is_read_from_beside_the_config_file(file: Path) -> None:
    (file.parent / "token").write_text("hunter2\n")
    config = loaded(file, RIGHT.replace("ghp_secret", "file:token"))
    assert config.github.token is not None
    assert config.github.token.get_secret_value() == "hunter2"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "the file {file}, which cannot be read (No such file or directory)"),
        (b"\n", "the file {file} not to be empty"),
        (b"\xff", "the file {file} to be a text in UTF-8"),
    ],
)
def test_a_secret_file_that_is_no_use_is_named(file: Path, content: bytes | None, expected: str) -> None:
    secret = file.parent / "token"
    if content is not None:
        secret.write_bytes(content)
    file.write_text(RIGHT.replace("ghp_secret", f"file:{secret}"))
    assert mistakes_in(file) == [("github.token", expected.format(file=secret))]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("${BOT}", "xoxb-secret"),
        ("<${BOT}>", "<xoxb-secret>"),
        ("${NOBODY:-nothing}", "nothing"),
        ("${NOBODY:-}", ""),
        ("${BOT:-nothing}", "xoxb-secret"),
        ("$BOT", "$BOT"),
    ],
)
def test_variables_are_filled_in_anywhere_in_a_value(file: Path, written: str, value: str) -> None:
    config = loaded(file, RIGHT + f'    container: {{environment: {{A: "{written}"}}}}\n')
    assert config.apps["web"].container.environment == {"A": value}


def test_without_slack_nothing_of_slack_is_needed(file: Path) -> None:
    config = loaded(file, "chat: {transport: local}\n" + RIGHT.partition("\n")[2])
    assert config.chat.channels == ()
