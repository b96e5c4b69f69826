"""The core: deploys, their phases, and what holds production to the record.

`service` has the verbs that commands call. Each runs a procedure of `steps` as the deploy's one step in flight.
`session` is a running deploy, `state` folds its events, `phases` is the table of its phases, and `register` has what
all deploys share. `recovery` goes on after a restart. `watch` is what runs beside them for as long as the daemon does,
and `prefetch` what brings images to the hosts ahead.
"""
