"""The machines of the playground: a network, Docker engines, a registry and balancers, all of it the real programs.

Piece by piece (a `World` first, then what is needed in it) or all at once (`topology.start_machines`). Everything that
is started ends with its owner, however that one ends: on Linux the namespaces are held by processes, not by names, and
the processes are told by the kernel when their parent dies.
"""
