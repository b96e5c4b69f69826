"""What a repository demands of a merge beside statuses and reviews."""

from __future__ import annotations

from dataclasses import dataclass, field

from playground.github.merging import Method

NOT_ALLOWED = {
    Method.MERGE: "Merge commits are not allowed on this repository.",
    Method.SQUASH: "Squash merges are not allowed on this repository.",
    Method.REBASE: "Rebase merges are not allowed on this repository.",
}


@dataclass(slots=True)
class Rules:
    """The rules for merges into any branch of a repository.

    Attributes:
        methods: those that are allowed.
        queue: whether changes have to go through a merge queue.
        talked_out: whether every conversation on a pull request has to be resolved.
        unresolved: the numbers of the pull requests with a conversation that is not.
    """

    methods: frozenset[Method] = frozenset(Method)
    queue: bool = False
    talked_out: bool = False
    unresolved: frozenset[int] = field(default_factory=frozenset)

    def broken_by(self, number: int) -> str | None:
        """GitHub's sentence about the rule that a pull request's merge would break; None if there is none."""
        if self.queue:
            return "Repository rule violations found\n\nChanges must be made through the merge queue\n\n"
        if self.talked_out and number in self.unresolved:
            sentence = "A conversation must be resolved before this pull request can be merged."
            return f"Repository rule violations found\n\n{sentence}\n\n"
        return None
