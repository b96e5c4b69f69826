"""The config file as types. config/shippy.yml is the annotated sample, and a test loads it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from shippy.config.values import DockerUrl, Duration, ImageTemplate, Memory, RuntimeUrl, WebUrl

# A name ends up in container names, backend names and map keys, so it keeps to what all of them allow.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Text = Annotated[str, StringConstraints(min_length=1)]
Repository = Annotated[str, StringConstraints(pattern=r"^[\w.-]+/[\w.-]+$")]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Transport(StrEnum):
    SOCKET_MODE = "socket_mode"
    RTM = "rtm"
    LOCAL = "local"


class Chat(Section):
    transport: Transport = Transport.SOCKET_MODE
    bot_token: SecretStr | None = None
    app_token: SecretStr | None = None
    api_url: WebUrl = "https://slack.com/api/"
    channels: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def has_what_its_transport_needs(self) -> Self:
        if self.transport is Transport.LOCAL:
            return self
        missing = [key for key in ("bot_token", "channels") if not getattr(self, key)]
        if self.transport is Transport.SOCKET_MODE and not self.app_token:
            missing.append("app_token")
        if missing:
            raise ValueError(f"the transport {self.transport} needs {' and '.join(missing)}")
        return self


class GitHubApp(Section):
    id: int
    installation: int
    private_key: SecretStr


class GitHub(Section):
    api_url: WebUrl = "https://api.github.com"
    token: SecretStr | None = None
    app: GitHubApp | None = None

    @model_validator(mode="after")
    def has_one_way_in(self) -> Self:
        if (self.token is None) == (self.app is None):
            raise ValueError("either token or app, and not both")
        return self


class Right(Section):
    """Who has a right; nobody named means everybody who can write in the channels."""

    users: tuple[Text, ...] = ()
    usergroups: tuple[Text, ...] = ()


class People(Section):
    ship: Right = Right()
    override: Right = Right()


class ContainerSettings(Section):
    port: int = Field(default=8080, ge=1, le=65535)
    published: int | None = Field(default=None, ge=1, le=65535)
    environment: dict[str, str] = {}
    volumes: tuple[Text, ...] = ()
    memory: Memory | None = None
    command: tuple[str, ...] | str | None = None
    stop_grace: Duration = 30.0


class Health(Section):
    path: Annotated[str, StringConstraints(pattern=r"^/")] = "/health"
    interval: Duration = 1.0
    timeout: Duration = 5.0
    deadline: Duration = 60.0


class HostTls(Section):
    ca: Path
    cert: Path
    key: Path


class Host(Section):
    name: Name
    docker: DockerUrl
    tls: HostTls | None = None
    address: Text


class Balancer(Section):
    name: Name
    runtime: RuntimeUrl
    files: Path | None = None


class Sticky(StrEnum):
    COOKIE = "cookie"
    ADDRESS = "address"
    NONE = "none"


class TrafficSettings(Section):
    sticky: Sticky = Sticky.COOKIE
    drain: Duration = 30.0
    warm: Duration = 0.0


class Checks(Section):
    statuses: tuple[Text, ...] = ()
    up_to_date: bool = True


class App(Section):
    repository: Repository
    main: Text = "master"
    image: ImageTemplate
    lock: Text = "production"
    container: ContainerSettings = ContainerSettings()
    health: Health = Health()
    hosts: tuple[Host, ...] = Field(min_length=1)
    min_hosts: int | None = Field(default=None, ge=1)
    balancers: tuple[Balancer, ...] = Field(min_length=1)
    vip: WebUrl
    public: WebUrl
    traffic: TrafficSettings = TrafficSettings()
    checks: Checks = Checks()
    links: dict[str, WebUrl] = {}

    @model_validator(mode="after")
    def names_are_used_once(self) -> Self:
        for kind, names in (("hosts", [h.name for h in self.hosts]), ("balancers", [b.name for b in self.balancers])):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"each of {kind} has a name of its own, but {', '.join(twice)} is there twice")
        return self

    @model_validator(mode="after")
    def min_hosts_can_be_reached(self) -> Self:
        if self.min_hosts and self.min_hosts > len(self.hosts):
            raise ValueError(f"min_hosts at most the number of hosts, which is {len(self.hosts)}")
        return self

    @property
    def needed_hosts(self) -> int:
        return self.min_hosts or len(self.hosts)


class Config(Section):
    name: Name = "shippy"
    chat: Chat
    github: GitHub
    journal: Text = "sqlite:////var/lib/shippy/journal.db"
    control: Path = Path("/run/shippy/control.sock")
    people: People = People()
    apps: dict[Name, App] = Field(min_length=1)
