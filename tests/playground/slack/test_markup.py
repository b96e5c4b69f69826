"""What people type, in the form in which Slack sends it."""

from __future__ import annotations

import pytest

from playground.slack import markup, seed


@pytest.mark.parametrize(
    ("typed", "wire"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("@shippy status", "<@U0SHIPPY01> status"),
        ("ask @dana, please", "ask <@U0DANA0001>, please"),
        ("@nobody here", "@nobody here"),
        ("@deployers @here", "<!subteam^S0DEPLOYER> <!here>"),
        ("see #deploys and #nowhere", "see <#C0DEPLOYS1|deploys> and #nowhere"),
        ("ship #12", "ship #12"),
        ("https://e.org/a?b=1&c=2.", "<https://e.org/a?b=1&amp;c=2>."),
        ("ship acme.com now", "ship <http://acme.com|acme.com> now"),
        ("dana@example.com", "dana@example.com"),
        ("ship `@dana & #deploys` now", "ship `@dana &amp; #deploys` now"),
        ("<@U0DANA0001>", "&lt;<@U0DANA0001>&gt;"),
    ],
)
def test_names_and_links_become_entities_outside_code(typed: str, wire: str) -> None:
    assert markup.to_wire(typed, seed.load().directory) == wire


def test_quotes_become_curly_where_that_is_wanted() -> None:
    wire = markup.to_wire('"it\'s" `"x"`', seed.load().directory, smart_quotes=True)
    left, right, apostrophe = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}", "\u2019"
    assert wire == f'{left}it{apostrophe}s{right} `"x"`'
