"""What stands in a file beside its executable processes is a picture: said, so that nobody waits for it to run."""

from collections.abc import Iterator

from lxml import etree

from engine.rules._tree import local, place

SEVERITY = "warning"
PICTURES = frozenset({"choreography", "globalChoreographyTask", "globalConversation"})


def check(root: etree._Element) -> Iterator[tuple[str | None, str]]:
    """Other processes and choreographies."""
    for child in root:
        if local(child) == "process" and child.get("isExecutable") != "true":
            yield place(child), 'Proses ini tidak akan dijalankan: isExecutable bukan "true".'
        elif local(child) in PICTURES:
            yield place(child), f"bpmn:{local(child)} hanya gambar; mesin tidak menjalankannya."
