"""Which browser somebody uses, in plain words. The first name that stands in what it says of itself counts."""

from webapp.words import say

BROWSERS = {  # most say that they are Safari, and many that they are Chrome
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
    "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "CrOS": "ChromeOS",
    "Mac OS": "Mac", "Linux": "Linux",
}  # fmt: skip


def told(agent: str) -> str:
    """'Chrome, Android'; empty for one that is not known."""
    found = [next((name for mark, name in table.items() if mark in agent), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name)


def words(browser: str) -> str:
    """The same for a page."""
    return browser or say("peramban tak dikenal")
