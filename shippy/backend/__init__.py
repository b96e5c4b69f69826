"""The fleets and balancers that shippy acts on.

`fleet` and `docker_*` are hosts with a Docker engine each (`engine` is the client), `swarm*` is a Docker Swarm;
`haproxy*` and `nginx*` are one balancer of each kind. `balancers` makes one of all of an app's: each change is on all
of them or on none. `kinds` picks what the config names.
"""
