"""Cut GitHub's description of its REST API down to the paths that shippy uses:

npm pack @octokit/openapi && python -m tests.github.description octokit-openapi-*.tgz

The package is GitHub's own description (https://github.com/github/rest-api-description) with small additions; both are
under the MIT licence, which is put beside the result. Kept are parameters and bodies of requests, without their prose.
"""

from __future__ import annotations

import json
import sys
import tarfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WHOLE = "package/generated/api.github.com.json"
LICENCE = "package/LICENSE"
REPOSITORY = "/repos/{owner}/{repo}"
PATHS = (
    "/app/installations/{installation_id}",
    "/app/installations/{installation_id}/access_tokens",
    "/meta",
    "/orgs/{org}/teams/{team_slug}/members",
    "/rate_limit",
    "/search/users",
    "/user",
    "/users/{username}",
    REPOSITORY,
    *(
        f"{REPOSITORY}{path}"
        for path in (
            "/branches",
            "/branches/{branch}",
            "/branches/{branch}/protection",
            "/collaborators/{username}/permission",
            "/commits",
            "/commits/{ref}",
            "/commits/{ref}/check-runs",
            "/commits/{ref}/check-suites",
            "/commits/{ref}/status",
            "/commits/{ref}/statuses",
            "/commits/{commit_sha}/pulls",
            "/compare/{basehead}",
            "/deployments",
            "/deployments/{deployment_id}",
            "/deployments/{deployment_id}/statuses",
            "/environments",
            "/environments/{environment_name}",
            "/git/commits",
            "/git/commits/{commit_sha}",
            "/git/matching-refs/{ref}",
            "/git/ref/{ref}",
            "/git/refs",
            "/git/refs/{ref}",
            "/git/trees/{tree_sha}",
            "/issues/comments/{comment_id}",
            "/issues/{issue_number}",
            "/issues/{issue_number}/comments",
            "/merges",
            "/pulls",
            "/pulls/{pull_number}",
            "/pulls/{pull_number}/commits",
            "/pulls/{pull_number}/files",
            "/pulls/{pull_number}/merge",
            "/pulls/{pull_number}/requested_reviewers",
            "/pulls/{pull_number}/reviews",
            "/pulls/{pull_number}/update-branch",
            "/rules/branches/{branch}",
        )
    ),
)
METHODS = {"get", "put", "post", "patch", "delete"}
PROSE = {"description", "summary", "example", "examples", "externalDocs", "tags", "deprecated"}
UNLOOKED_AT = {"default": {"description": "Not looked at."}}


def main(package: Path) -> None:
    with tarfile.open(package) as files:
        whole = json.loads(_content(files, WHOLE))
        licence = _content(files, LICENCE)
    (HERE / "github.json").write_text(json.dumps(cut(whole), indent=1, sort_keys=True) + "\n")
    (HERE / "LICENSE").write_text(licence)


def cut(whole: dict[str, Any]) -> dict[str, Any]:
    """The paths, and whatever these refer to."""
    paths = {path: _operations(whole["paths"][path]) for path in PATHS}
    kept: dict[str, Any] = {}
    waiting = _references(paths)
    while waiting:
        reference = waiting.pop()
        if reference not in kept:
            kept[reference] = _bare(_found(whole, reference))
            waiting |= _references(kept[reference])
    components: dict[str, dict[str, Any]] = {}
    for reference, content in kept.items():
        kind, name = reference.removeprefix("#/components/").split("/")
        components.setdefault(kind, {})[name] = content
    info = {key: whole["info"][key] for key in ("title", "version", "license")}
    return {
        "openapi": whole["openapi"],
        "info": info,
        "servers": whole["servers"],
        "paths": paths,
        "components": components,
    }


def _operations(item: dict[str, Any]) -> dict[str, Any]:
    kept = {method: item[method] for method in METHODS & set(item)}
    return {
        method: {
            **{key: _bare(operation[key]) for key in ("operationId", "parameters", "requestBody") if key in operation},
            "responses": UNLOOKED_AT,
        }
        for method, operation in kept.items()
    }


def _bare(content: Any, *, names: bool = False) -> Any:
    """Without its prose; `names` are those of properties, which may be called the same."""
    if isinstance(content, list):
        return [_bare(each) for each in content]
    if not isinstance(content, dict):
        return content
    kept = {key: value for key, value in content.items() if names or key not in PROSE}
    return {key: _bare(value, names=key == "properties" and not names) for key, value in kept.items()}


def _references(content: Any) -> set[str]:
    if isinstance(content, list):
        return set().union(*map(_references, content))
    if not isinstance(content, dict):
        return set()
    own = {content["$ref"]} if isinstance(content.get("$ref"), str) else set()
    return own.union(*map(_references, content.values()))


def _found(whole: dict[str, Any], reference: str) -> Any:
    found: Any = whole
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def _content(files: tarfile.TarFile, name: str) -> str:
    member = files.extractfile(name)
    if member is None:
        raise FileNotFoundError(name)
    return member.read().decode()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
