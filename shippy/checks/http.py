"""A check that is a server: it gets the deploy as JSON, and answers with a verdict."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import requests

from shippy.checks.facts import facts_of, sentence_of
from shippy.checks.subject import Check, Subject
from shippy.config.own_checks import HttpCheck
from shippy.errors import Unavailable
from shippy.model import CheckResult, Verdict

ANSWERS = {verdict.value: verdict for verdict in (Verdict.PASSED, Verdict.PENDING, Verdict.FAILED)}
LONGEST_ANSWER = 64 * 1024
OK = 200
REDIRECTS = range(300, 400)


def asks(settings: HttpCheck) -> str:
    """Who is asked, without what may be secret in the URL."""
    return urlsplit(settings.url).hostname or settings.url


def http_check(name: str, settings: HttpCheck) -> Check:
    """The answer is {"verdict": "passed" | "pending" | "failed", "detail": a sentence, "url": where there is more}.

    Anything else raises Unavailable. Redirects are not followed: the headers are for the configured server alone.
    """
    who = asks(settings)

    def check(subject: Subject) -> tuple[CheckResult, ...]:
        try:
            answer = json.loads(_body(who, settings, facts_of(subject)))
        except requests.RequestException as error:
            # Its words have addresses of objects in them, and the URL; its kind says as much.
            raise Unavailable(who, f"it cannot be reached ({type(error).__name__})") from error
        except ValueError as error:
            raise Unavailable(who, "its answer is not JSON") from error
        return (_result(name, who, answer),)

    return check


def _body(who: str, settings: HttpCheck, facts: dict[str, Any]) -> bytes:
    headers = {key: value.get_secret_value() for key, value in settings.headers.items()}
    with requests.Session() as session:
        session.trust_env = False
        with session.post(
            settings.url, json=facts, headers=headers, timeout=settings.timeout, allow_redirects=False, stream=True
        ) as response:
            if response.status_code in REDIRECTS:
                raise Unavailable(who, f"it answers with a redirect ({response.status_code}), which is not followed")
            if response.status_code != OK:
                raise Unavailable(who, f"it answers with the status {response.status_code}")
            body = b""
            for chunk in response.iter_content(LONGEST_ANSWER):
                body += chunk
                if len(body) > LONGEST_ANSWER:
                    raise Unavailable(who, f"its answer is longer than {LONGEST_ANSWER // 1024} KiB")
            return body


def _result(name: str, who: str, answer: Any) -> CheckResult:
    told = answer if isinstance(answer, dict) else {}
    verdict = ANSWERS.get(told["verdict"]) if isinstance(told.get("verdict"), str) else None
    detail, url = told.get("detail") or "", told.get("url")
    if verdict is None or not isinstance(detail, str):
        raise Unavailable(who, f"its answer has no verdict that is one of {', '.join(ANSWERS)}, with a detail in words")
    leads = isinstance(url, str) and url.startswith(("http://", "https://"))
    return CheckResult(name, verdict, sentence_of(detail), url if leads else None)
