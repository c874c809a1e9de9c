"""What a role holder's browser loads: small pages, and nothing from elsewhere."""

import re

import pytest
from crawling import crawl
from stage import Kept

from bench.page import weights

MOST = 100_000  # bytes of a page with all that it names, as sent
REQUESTS = 6  # of a first visit
ELSEWHERE = re.compile(
    r"""(?:src|action|srcset|poster)=["'](?:https?:)?//|<link[^>]*href=["'](?:https?:)?//|url\(["']?(?:https?:)?//|@import"""
)


@pytest.mark.parametrize("role", ["ppk", "penyedia"])
def test_a_first_load_is_at_most_100_kb_and_all_of_it_ours(kept: Kept, role: str) -> None:
    visitor = kept.again().visitors[role]
    for one in crawl(visitor, 1):
        if one.answer.mimetype == "text/html":
            page, files = weights(visitor, one.path)
            assert page + sum(files.values()) <= MOST and 1 + len(files) <= REQUESTS, (one.path, page, files)
            assert not ELSEWHERE.search(one.answer.text), one.path


def test_no_style_sheet_loads_anything_from_elsewhere(kept: Kept) -> None:
    visitor = kept.again().visitors["ppk"]
    for sheet in visitor.page("/").xpath("//link[@rel='stylesheet']/@href"):
        assert not ELSEWHERE.search(visitor.get(sheet).text), sheet
