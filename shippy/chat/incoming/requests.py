"""What people do on Slack, as requests: each way to the bot with its own way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

from shippy.answers import Answer, PinsReport, Told
from shippy.chat.incoming.inbound import Inbound, Message, Pressed, Slash
from shippy.chat.outgoing.outbox import Outbox
from shippy.errors import ShippyError
from shippy.model import Person, Place
from shippy.ports import Request

Render = Callable[[Answer | ShippyError], str]

DONE, NOT_DONE = "white_check_mark", "x"
"""The emoji under a command whose outcome the deploy's own message shows."""


@dataclass(frozen=True, slots=True)
class Requests:
    """Makes requests of what people do. `name_of` may ask Slack; `render` puts answers into words."""

    outbox: Outbox
    name_of: Callable[[str], str]
    render: Render

    def of(self, inbound: Inbound, text: str) -> Request:
        """The request of somebody whose command is `text`: without the bot's name, and without Slack's markup."""
        match inbound:
            case Message():
                return TypedRequest(inbound, text, self)
            case Pressed():
                return ButtonRequest(inbound, text, self)
            case Slash():
                return SlashRequest(inbound, text, self)


class SlackRequest:
    """What all requests from Slack have in common; `user` is the id of whoever made it."""

    def __init__(self, inbound: Inbound, text: str, place: Place, ways: Requests, expects: str | None = None) -> None:
        self.id = inbound.key
        self.text = text
        self.place = place
        self.expects = expects
        self._user = inbound.user
        self._ways = ways

    @cached_property
    def person(self) -> Person:
        """Who it is. The name may have to be asked of Slack: not something to do where messages are received."""
        return Person(self._user, self._ways.name_of(self._user))

    def close(self) -> None:
        """Nothing to tidy up: a message on Slack stays open for replies."""

    def _whisper(self, answer: Answer | ShippyError, place: Place | None = None) -> None:
        """Tell only whoever made the request, in another place than the answer's if there is one."""
        self._ways.outbox.whisper(place or self.place, self._user, partial(self._ways.render, answer))


class TypedRequest(SlackRequest):
    """Implements ports.Request for a message: answered in its thread, or beside it in a direct message.

    What the deploy's own message shows is answered with an emoji under the typed one, and what is for nobody else to
    see is told to its author alone.
    """

    def __init__(self, message: Message, text: str, ways: Requests) -> None:
        thread = message.thread if message.direct else message.thread or message.ts
        super().__init__(message, text, Place(message.channel, thread, message.direct), ways)
        self._ts = message.ts
        self._beside = Place(message.channel, message.thread, message.direct)

    def answer(self, answer: Answer | ShippyError) -> None:
        outbox = self._ways.outbox
        if isinstance(answer, Told):
            outbox.react(self.place.channel, self._ts, DONE if answer.reached else NOT_DONE)
        elif isinstance(answer, PinsReport) and not self.place.direct:
            # Slack shows it in a thread only if there are replies already, so that it begins none:
            # https://docs.slack.dev/reference/methods/chat.postEphemeral
            self._whisper(answer, self._beside)
        else:
            outbox.say(self.place, partial(self._ways.render, answer))


class ButtonRequest(SlackRequest):
    """Implements ports.Request for a press on a deploy's message: that message shows what came of it.

    What it does not show, such as an error, only whoever pressed is told, in the thread of that message.
    """

    def __init__(self, pressed: Pressed, text: str, ways: Requests) -> None:
        super().__init__(pressed, text, Place(pressed.channel, pressed.message_ts), ways, expects=pressed.deploy)

    def answer(self, answer: Answer | ShippyError) -> None:
        if not isinstance(answer, Told):
            self._whisper(answer)


class SlashRequest(SlackRequest):
    """Implements ports.Request for a slash command: nobody else sees it, nor its answer."""

    def __init__(self, slash: Slash, text: str, ways: Requests) -> None:
        super().__init__(slash, text, Place(slash.channel, direct=slash.direct), ways)

    def answer(self, answer: Answer | ShippyError) -> None:
        self._whisper(answer)
