"""The core: deploys, their phases, and what holds production to the record.

`service` has the verbs that commands call. Each runs a procedure as the deploy's one step in flight: `shipping`,
`rolling`, `committing`, `aborting`, `undoing`, `retrying`. `session` is a running deploy, `state` folds its events,
`phases` is the table of its phases, and `register` has what all deploys share. `recovery` goes on after a restart. What
runs beside them: `reconciler`, `climber`, `judge`, `pinned`, `prefetching`, `forgetting` and `housekeeping`.
"""
