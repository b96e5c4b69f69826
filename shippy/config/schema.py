"""The config file as types. config/shippy.yml is the annotated sample, and a test loads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from shippy.config.approval import ApprovalSettings
from shippy.config.balancers import AnyBalancer, Balancer, NginxBalancer
from shippy.config.checks import Checks
from shippy.config.github import GitHub, GitHubDeployments, MergeSettings
from shippy.config.hosts import Host, Swarm, SwarmNode, names_of_their_own
from shippy.config.judging import Guard, GuardName, MeasureSettings
from shippy.config.listening import MetricsSettings, Webhook
from shippy.config.prefetch import Prefetch, possible
from shippy.config.section import Section
from shippy.config.values import (
    Command,
    DatabaseUrl,
    Duration,
    ImageTemplate,
    LinkKey,
    Login,
    Memory,
    Name,
    Repository,
    SocketPath,
    Text,
    Timeout,
    UrlPath,
    WebUrl,
)


class Transport(StrEnum):
    SOCKET_MODE = "socket_mode"
    RTM = "rtm"
    LOCAL = "local"


class Chat(Section):
    transport: Transport = Transport.SOCKET_MODE
    # What depends on the transport is checked with its default, too, so that what is missing has its own key path.
    bot_token: SecretStr | None = Field(default=None, validate_default=True)
    app_token: SecretStr | None = Field(default=None, validate_default=True)
    api_url: WebUrl = "https://slack.com/api/"
    channels: tuple[Text, ...] = Field(default=(), validate_default=True)

    @field_validator("bot_token", "channels")
    @classmethod
    def slack_needs_it(cls, value: SecretStr | tuple[str, ...] | None, info: ValidationInfo) -> object:
        transport = info.data.get("transport", Transport.LOCAL)
        if transport is not Transport.LOCAL and not value:
            raise ValueError(f"this key, which the transport {transport} needs")
        return value

    @field_validator("app_token")
    @classmethod
    def socket_mode_needs_it(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("transport") is Transport.SOCKET_MODE and not value:
            raise ValueError(f"this key, which the transport {Transport.SOCKET_MODE} needs")
        return value


class Right(Section):
    """Who has a right, and where. Nobody named means everybody, and no channel named means every configured one."""

    users: tuple[Text, ...] = ()
    usergroups: tuple[Text, ...] = ()
    channels: tuple[Text, ...] = ()


class People(Section):
    """`github` has the logins of people by their ids in Slack."""

    ship: Right = Right()
    override: Right = Right()
    approve: Right = Right()
    github: dict[Text, Login] = Field(default_factory=dict)
    require_push: bool = False

    @field_validator("github")
    @classmethod
    def logins_are_those_of_one_person_each(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        logins = [login.casefold() for login in value.values()]
        twice = sorted({login for login in logins if logins.count(login) > 1})
        if twice:
            raise ValueError(f"a login of their own for each, but {', '.join(twice)} is there more than once")
        return value


class ContainerSettings(Section):
    port: int = Field(default=8080, ge=1, le=65535)
    published: int | None = Field(default=None, ge=1, le=65535)
    environment: dict[str, str] = Field(default_factory=dict)
    volumes: tuple[Text, ...] = ()
    memory: Memory | None = None
    command: Command = None
    stop_grace: Duration = 30.0
    images: int = Field(default=5, ge=1)


class Health(Section):
    path: UrlPath = "/health"
    interval: Timeout = 1.0
    timeout: Timeout = 5.0
    deadline: Timeout = 60.0


class Sticky(StrEnum):
    COOKIE = "cookie"
    ADDRESS = "address"
    NONE = "none"


class TrafficSettings(Section):
    sticky: Sticky = Sticky.COOKIE
    drain: Duration = 30.0
    warm: Duration = 0.0
    link_key: LinkKey | None = None
    guard: GuardName = Guard.TELL
    measures: tuple[MeasureSettings, ...] = ()

    @field_validator("measures")
    @classmethod
    def measures_have_names_of_their_own(cls, value: Sequence[MeasureSettings]) -> Sequence[MeasureSettings]:
        if len({measure.name for measure in value}) < len(value):
            raise ValueError("a name of its own for each")
        return value


class App(Section):
    repository: Repository
    main: Text = "master"
    forks: bool = False
    image: ImageTemplate
    lock: Text = "production"
    container: ContainerSettings = ContainerSettings()
    health: Health = Health()
    swarm: Swarm | None = None
    hosts: tuple[Host, ...] = Field(default=(), validate_default=True)
    min_hosts: int | None = Field(default=None, ge=1)
    pull_at_once: int = Field(default=20, ge=1)
    balancers: tuple[AnyBalancer, ...]
    vip: WebUrl
    public: WebUrl
    traffic: TrafficSettings = TrafficSettings()
    checks: Checks = Checks()
    approval: ApprovalSettings | None = None
    merge: MergeSettings = MergeSettings()
    github_deployments: GitHubDeployments | None = None
    prefetch: Prefetch = Prefetch()
    links: dict[str, WebUrl] = Field(default_factory=dict)

    @field_validator("balancers")
    @classmethod
    def balancers_have_names_of_their_own(cls, value: Sequence[AnyBalancer]) -> object:
        names_of_their_own([each.name for each in value])
        return value

    @field_validator("hosts")
    @classmethod
    def there_are_hosts_or_a_swarm(cls, value: Sequence[Host], info: ValidationInfo) -> object:
        if "swarm" not in info.data:  # it has a mistake of its own
            return value
        if info.data["swarm"] is None:
            names_of_their_own([each.name for each in value])
        elif value:
            raise ValueError("either hosts or a swarm, not both")
        return value

    @field_validator("balancers")
    @classmethod
    def balancers_are_of_one_kind(cls, value: Sequence[AnyBalancer]) -> object:
        if len({balancer.kind for balancer in value}) > 1:
            raise ValueError("balancers of one kind: two kinds would send the same visitor to different versions")
        return value

    @field_validator("min_hosts")
    @classmethod
    def min_hosts_can_be_reached(cls, value: int | None, info: ValidationInfo) -> int | None:
        hosts, swarm = info.data.get("hosts"), info.data.get("swarm")
        if value is not None and swarm is not None and value > swarm.wanted:
            raise ValueError(f"at most the number of the swarm's replicas, which is {swarm.wanted}")
        if value is not None and hosts and value > len(hosts):
            raise ValueError(f"at most the number of hosts, which is {len(hosts)}")
        return value

    @field_validator("prefetch")
    @classmethod
    def images_can_be_pulled_ahead(cls, value: Prefetch, info: ValidationInfo) -> Prefetch:
        checks, swarm = info.data.get("checks"), info.data.get("swarm")
        unreached = [node.name for node in swarm.nodes if not node.docker] if swarm else []
        return possible(value, checks.statuses if checks else None, unreached)

    @property
    def haproxies(self) -> tuple[Balancer, ...]:
        """The balancers, if they are HAProxies: they are all of one kind."""
        return tuple(balancer for balancer in self.balancers if isinstance(balancer, Balancer))

    @property
    def nginxes(self) -> tuple[NginxBalancer, ...]:
        return tuple(balancer for balancer in self.balancers if isinstance(balancer, NginxBalancer))

    @property
    def needed_hosts(self) -> int:
        return self.min_hosts or (self.swarm.wanted if self.swarm else len(self.hosts))

    @property
    def machines(self) -> tuple[Host, ...] | tuple[SwarmNode, ...]:
        """What the app may run on, each with the name and the address that it has for the rest of shippy."""
        return self.swarm.nodes if self.swarm else self.hosts


class Nags(Section):
    """How long a deploy may wait for a person before its owner is reminded; `after: 0s` never reminds."""

    after: Duration = 1800.0
    every: Duration = 7200.0


class Config(Section):
    name: Name = "shippy"
    chat: Chat
    github: GitHub
    journal: DatabaseUrl = "sqlite:////var/lib/shippy/journal.db"
    control: SocketPath = Path("/run/shippy/control.sock")
    people: People = People()
    nags: Nags = Nags()
    webhook: Webhook | None = None
    metrics: MetricsSettings | None = None
    apps: dict[Name, App] = Field(min_length=1)

    @field_validator("apps")
    @classmethod
    def environments_are_those_of_one_app_each(cls, value: Mapping[str, App]) -> Mapping[str, App]:
        """GitHub takes the last deployment to an environment for what is live there."""
        shown = [(app.repository.lower(), app.github_deployments) for app in value.values() if app.github_deployments]
        taken = [(repository, section.environment) for repository, section in shown]
        twice = sorted({environment for repository, environment in taken if taken.count((repository, environment)) > 1})
        if twice:
            raise ValueError(
                "an environment of its own (github_deployments) for each app of a repository, but "
                f"{', '.join(twice)} is there more than once"
            )
        return value

    @field_validator("apps")
    @classmethod
    def states_have_ports_of_their_own(cls, value: Mapping[str, App]) -> Mapping[str, App]:
        taken = [where for app in value.values() for balancer in app.nginxes for where in balancer.state_ports]
        twice = sorted({f"{host}:{port}" for host, port in taken if taken.count((host, port)) > 1})
        if twice:
            raise ValueError(
                f"two ports of its own for the state of each app on each nginx, but {', '.join(twice)} is taken twice"
            )
        return value
