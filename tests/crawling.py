"""Everything that somebody reaches from the inbox by following links."""

from collections import Counter, deque
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from browsing import Visitor
from lxml import html
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

LISTS = {"inbox.index", "cases.index"}  # each of their addresses is another list
UNFOLLOWED = {"auth.language", "static"}


@dataclass(frozen=True)
class Found:
    """One page, and the page that led there."""

    path: str
    endpoint: str
    answer: TestResponse
    source: str


def crawl(visitor: Visitor, most: int = 3, begin: str = "/") -> list[Found]:
    """The pages that somebody reaches, at most so many of a kind; of lists, five times as many."""
    adapter = visitor.client.application.url_map.bind("localhost")
    ahead, known, seen, found = deque([(begin, "")]), {begin}, Counter[str](), []
    while ahead:
        path, source = ahead.popleft()
        try:
            endpoint, _ = adapter.match(urlsplit(path).path)
        except HTTPException:
            raise AssertionError(f"{source} links to {path}, which is no page") from None
        if endpoint in UNFOLLOWED or seen[endpoint] >= most * (5 if endpoint in LISTS else 1):
            continue
        seen[endpoint] += 1
        answer = visitor.get(path)
        found.append(Found(path, endpoint, answer, source))
        if answer.mimetype == "text/html":
            links = [link for link in _links(answer, path) if link not in known]
            known.update(links)
            ahead.extend((link, path) for link in links)
    return found


def _links(answer: TestResponse, path: str) -> list[str]:
    """The addresses of ours that a page leads to, each once, in its order."""
    found = html.fromstring(answer.text).xpath("//a/@href | //img/@src")
    ours = (urljoin(path, str(link)).partition("#")[0] for link in found if not str(link).startswith("#"))
    return list(dict.fromkeys(link for link in ours if link.startswith("/")))
