"""The sections of hosts and of a swarm: where an app's containers run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from shippy.config.section import Section
from shippy.config.values import DockerUrl, Name, NearbyPath, Text, matching


class HostTls(Section):
    """PEM files; a relative path is taken from the config file's folder."""

    ca: NearbyPath
    cert: NearbyPath
    key: NearbyPath


class Host(Section):
    name: Name
    docker: DockerUrl
    tls: HostTls | None = None
    address: Text


# https://docs.docker.com/reference/cli/docker/service/create/#constraint: what a swarm knows of its nodes.
Constraint = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    matching(
        r"(node\.(id|hostname|role|ip|platform\.(os|arch)|labels\.[\w.-]+)|engine\.labels\.[\w.-]+)\s*[!=]=\s*\S.*",
        'a placement constraint, such as "node.labels.web == yes"',
    ),
]


class SwarmNode(Section):
    """A node that the app may run on. With `docker`, its engine can be reached as well, and not only through a manager.

    Attributes:
        node: what the swarm calls it, its hostname or id, where that is not its name here.
    """

    name: Name
    address: Text
    node: Text | None = None
    docker: DockerUrl | None = None
    tls: HostTls | None = None

    @property
    def known_as(self) -> str:
        return self.node or self.name


class Swarm(Section):
    """`tls` is for the managers. No replicas means one on each node."""

    managers: tuple[DockerUrl, ...]
    tls: HostTls | None = None
    nodes: tuple[SwarmNode, ...]
    replicas: int | None = Field(default=None, ge=1)
    placement: tuple[Constraint, ...] = ()

    @field_validator("managers")
    @classmethod
    def there_are_managers(cls, value: Sequence[str]) -> Sequence[str]:
        if not value:
            raise ValueError("at least one")
        return value

    @field_validator("nodes")
    @classmethod
    def nodes_are_told_apart(cls, value: Sequence[SwarmNode]) -> Sequence[SwarmNode]:
        names_of_their_own([node.name for node in value])
        names_of_their_own([node.known_as for node in value])
        return value

    @field_validator("replicas")
    @classmethod
    def each_replica_has_a_node(cls, value: int | None, info: ValidationInfo) -> int | None:
        nodes = info.data.get("nodes")
        if value is not None and nodes is not None and value > len(nodes):
            raise ValueError(f"at most the number of nodes, which is {len(nodes)}")
        return value

    @property
    def wanted(self) -> int:
        """How many nodes a release runs on."""
        return self.replicas or len(self.nodes)


def names_of_their_own(names: Sequence[str]) -> None:
    """Raises ValueError where there is no name, or one twice."""
    # Field(min_length=1) would count only those without a mistake.
    if not names:
        raise ValueError("at least one")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"a name of its own for each, but {', '.join(twice)} is there more than once")
