"""The layer rule: which part of the tree may import which, checked from the sources alone.

Imports point down only. An adapter knows the ports and its vendor's library, and no other adapter; shippy does not know
the playground, nor the playground shippy; everything is imported at the top of a module, and no import leads back.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

OURS = ("shippy", "playground", "tests", "benchmarks")

VALUES = frozenset({"model"})
FACTS = VALUES | {"errors", "events", "answers", "config"}
PORTS = FACTS | {"ports"}

# What each part of shippy may import of the others. A part may always import itself, and the package's own name, which
# has the version and nothing else. Those that wire everything are not here: they may import anything.
MAY_IMPORT: Mapping[str, frozenset[str]] = {
    "remembered": frozenset(),
    "backoff": frozenset(),
    "later": frozenset(),
    "uninterrupted": frozenset(),
    "model": frozenset(),
    "errors": VALUES,
    "serving": VALUES | {"errors"},
    "events": VALUES,
    "config": VALUES | {"errors"},
    "answers": VALUES | {"errors", "events"},
    "ports": FACTS,
    "sentences": FACTS,
    "checks": PORTS | {"sentences"},
    "judging": VALUES,
    "deploys": PORTS | {"checks", "judging", "sentences"},
    "commands": PORTS | {"checks", "sentences", "deploys", "remembered"},
    "chat": PORTS | {"sentences", "remembered", "backoff"},
    "backend": PORTS,
    "github": PORTS | {"backoff"},
    "journal": PORTS | {"uninterrupted"},
    "monitoring": PORTS,
    "exporter": PORTS | {"serving"},
    "webhook": PORTS | {"serving"},
    # Below app and ship, which wire everything: they do without the daemon what it would do.
    "rescue": PORTS | {"deploys", "backend", "journal"},
    "doctor": FACTS | {"chat", "backend", "github", "journal"},
}
WIRES_EVERYTHING = frozenset({"ship", "app", "cli", "standby", "voice", "onlookers"})

# Where each library may be imported. PyGithub and docker-py are built on requests and urllib3 (and docker-py on
# paramiko), and raise their errors.
LIBRARIES: Mapping[str, frozenset[str]] = {
    "click": frozenset({"ship", "cli"}),
    "cryptography": frozenset({"backend"}),
    "docker": frozenset({"backend"}),
    "github": frozenset({"github"}),
    "httptools": frozenset({"backend"}),
    "jinja2": frozenset({"backend"}),
    "paramiko": frozenset({"backend"}),
    "prometheus_client": frozenset({"exporter"}),
    "pydantic": frozenset({"config", "journal"}),
    "pydantic_core": frozenset({"config", "journal"}),
    "requests": frozenset({"backend", "checks", "github", "monitoring"}),
    "slack_sdk": frozenset({"chat"}),
    "sqlalchemy": frozenset({"journal"}),
    "urllib3": frozenset({"backend", "github", "ship"}),
    "websockets": frozenset({"chat"}),
    "yaml": frozenset({"config"}),
}
ANYWHERE = frozenset({"gevent", *sys.stdlib_module_names})


@dataclass(frozen=True)
class Import:
    """`module` is what is imported, by its full name; `nested` tells that it is not at the top of its module."""

    line: int
    module: str
    nested: bool


@dataclass(frozen=True)
class Module:
    """A source file of ours. Its part is the package or module under shippy that it belongs to, or the file itself."""

    name: str
    file: Path
    imports: tuple[Import, ...]

    @property
    def top(self) -> str:
        return self.name.partition(".")[0]

    @property
    def part(self) -> str:
        return part_of(self.name)


def part_of(module: str) -> str:
    names = module.split(".")
    return names[1] if names[0] == "shippy" and len(names) > 1 else names[0]


def modules_in(root: Path) -> list[Module]:
    """All modules of ours in a tree, read once."""
    files = [*root.glob("*.py"), *(file for top in OURS for file in (root / top).rglob("*.py"))]
    names = {_name(file.relative_to(root)): file.relative_to(root) for file in sorted(files)}
    return [Module(name, file, tuple(_imports(root / file, names))) for name, file in names.items()]


def violations(modules: list[Module]) -> list[str]:
    """Every import that breaks the rule, as `file:line: why`, and a cycle if there is one."""
    found = [
        f"{module.file}:{each.line}: {why}"
        for module in modules
        for each in module.imports
        if (why := _broken_rule(module, each)) is not None
    ]
    return found + _cycle(modules)


def _name(file: Path) -> str:
    parts = file.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(file: Path, known: Mapping[str, Path]) -> Iterator[Import]:
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    at_the_top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        nested = id(node) not in at_the_top
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, alias.name, nested) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # A relative import has no name here, and is told as one.
            origin = "." * node.level + (node.module or "")
            for alias in node.names:
                whole = f"{origin}.{alias.name}"
                yield Import(node.lineno, whole if whole in known else origin, nested)


def _broken_rule(module: Module, imported: Import) -> str | None:
    if imported.nested:
        return f"imports {imported.module} below the top of the module"
    if imported.module.startswith("."):
        return f"imports {imported.module} by a relative name"
    if module.top in {"shippy", "ship"}:
        return _broken_by_shippy(module.part, imported.module)
    top = imported.module.partition(".")[0]
    if module.top == "playground" and top in {"shippy", "ship", "tests"}:
        return f"the playground imports {top}"
    return None


def _broken_by_shippy(importer: str, module: str) -> str | None:
    top = module.partition(".")[0]
    if top == "shippy":
        return _broken_layer(importer, module)
    if top in OURS:
        return f"shippy imports {top}"
    if top not in ANYWHERE and importer not in LIBRARIES.get(top, frozenset()):
        return f"{importer} imports the library {top}"
    return None


def _broken_layer(importer: str, module: str) -> str | None:
    imported = part_of(module)
    if importer in WIRES_EVERYTHING or imported in {importer, "shippy"}:
        return None
    if importer not in MAY_IMPORT:
        return f"{importer} has no layer yet"
    return None if imported in MAY_IMPORT[importer] else f"{importer} imports {imported}"


def _cycle(modules: list[Module]) -> list[str]:
    ours = {module.name for module in modules}
    imports = {module.name: {each.module for each in module.imports} & ours - {module.name} for module in modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return ["a cycle: " + " imports ".join(reversed(error.args[1]))]
    return []
