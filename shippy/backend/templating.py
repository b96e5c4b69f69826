"""The templates of what balancers read: see the folder `templates`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

# As a whole, and only here: it is loaded once something is rendered (shippy.later).
import jinja2


@cache
def template(file: str, **filters: Callable[[str], str]) -> jinja2.Template:
    # What is rendered is no HTML: escaping would break it.
    environment = jinja2.Environment(  # noqa: S701 - see above
        loader=jinja2.PackageLoader("shippy.backend"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(filters)
    return environment.get_template(file)
