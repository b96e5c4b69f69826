"""Builds an image for every push, pushes it to the registry, and says so on the commit."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

from aiohttp import ClientError, ClientSession, ClientTimeout

from playground.ci.builds import Build, Builds
from playground.ci.engine import BuildFailed, Engine
from playground.ci.github import GitHub
from playground.ci.source import Source
from playground.github.git import GitFailed

CONTEXT = "ci/build"
REVISION_LABEL = "org.opencontainers.image.revision"
COMMIT_ARGUMENT = "COMMIT"
REGISTRY_TIMEOUT = ClientTimeout(total=10.0)
MANIFESTS = ", ".join(
    f"application/vnd.{kind}+json"
    for kind in ("docker.distribution.manifest.v2", "oci.image.manifest.v1", "oci.image.index.v1")
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where images go: `repository` in the registry at `address`. `main` is the branch that is built first."""

    address: str
    repository: str
    main: str = "master"

    def reference(self, commit: str) -> str:
        return f"{self.address}/{self.repository}:{commit}"

    def manifest_url(self, commit: str) -> str:
        return f"http://{self.address}/v2/{self.repository}/manifests/{commit}"


class Worker:
    """Takes pushes in and builds them, as many at a time as it is told to."""

    def __init__(
        self,
        github: GitHub,
        engine: Engine,
        source: Source,
        session: ClientSession,
        *,
        builds: Builds,
        target: Target,
        url: str,
    ) -> None:
        self._builds = builds
        self._github = github
        self._engine = engine
        self._source = source
        self._session = session
        self._target = target
        self._url = url
        self._waiting: deque[Build] = deque()
        self._there_is_work = asyncio.Semaphore(0)

    async def run(self, builders: int) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._take_in())
            for _ in range(builders):
                group.create_task(self._build_one_after_another())

    async def _take_in(self) -> None:
        async for push in self._github.pushes():
            build = Build(push.commit, push.branch, self._target.reference(push.commit))
            if not self._builds.add(build):
                continue
            if await self._is_in_registry(build.commit):
                build.end("success", "built before: the registry has it")
                await self._report(build)
                continue
            await self._report(build)
            # Production starts from the main branch, so nobody should wait for that one behind the others.
            if push.branch == self._target.main:
                self._waiting.appendleft(build)
            else:
                self._waiting.append(build)
            self._there_is_work.release()

    async def _build_one_after_another(self) -> None:
        while True:
            await self._there_is_work.acquire()
            build = self._waiting.popleft()
            build.begin()
            await self._report(build)
            await self._make(build)
            await self._report(build)

    async def _make(self, build: Build) -> None:
        try:
            context = await self._source.context(build.commit)
            labels, arguments = {REVISION_LABEL: build.commit}, {COMMIT_ARGUMENT: build.commit}
            async for line in self._engine.build(context, build.reference, labels=labels, arguments=arguments):
                build.log.append(line)
            async for line in self._engine.push(build.reference):
                build.log.append(line)
        except (BuildFailed, GitFailed) as error:
            build.end("failure", str(error))
        else:
            build.end("success", f"built in {build.seconds:.1f} s")

    async def _is_in_registry(self, commit: str) -> bool:
        try:
            url, headers = self._target.manifest_url(commit), {"Accept": MANIFESTS}
            async with self._session.head(url, headers=headers, timeout=REGISTRY_TIMEOUT) as answer:
                return answer.ok
        except (ClientError, TimeoutError):
            # The registry may be out of reach from here and not from the engine; pushing will tell.
            return False

    async def _report(self, build: Build) -> None:
        page = f"{self._url}/builds/{build.commit}"
        await self._github.set_status(build.commit, CONTEXT, build.state, build.description, page)
