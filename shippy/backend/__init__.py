"""The fleets and balancers that shippy acts on.

`docker` is a fleet of hosts with a Docker engine each (`engine` is the client), and `swarm` one that is a Docker Swarm;
`haproxy` and `nginx` are one balancer of each kind. `balancers` makes one of all of an app's: each change is on all of
them or on none. `kinds` picks what the config names.
"""
