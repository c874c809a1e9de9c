"""A marking: how many tokens are in each place, and how they are put and taken."""

MOST_TOKENS = 3  # that are told apart in a place
Place = tuple[str, str]  # ("on", flow), ("at", activity), ("in", scope), ("arm", boundary event or event sub-process)
Marking = frozenset[tuple[Place, int]]
Move = tuple[str, Marking]  # (the node that runs, where its tokens are then)


def has(marking: Marking, place: Place) -> bool:
    """Whether a place has a token."""
    return any((place, count) in marking for count in range(1, MOST_TOKENS + 1))


def add(marking: Marking, places: list[Place]) -> Marking:
    """A marking with a token more in each of some places."""
    found = dict(marking)
    for place in places:
        found[place] = min(found.get(place, 0) + 1, MOST_TOKENS)
    return frozenset(found.items())


def remove(marking: Marking, places: list[Place]) -> Marking:
    """A marking with a token less in each of some places."""
    found = dict(marking)
    for place in places:
        found[place] -= 1
        if not found[place]:
            del found[place]
    return frozenset(found.items())
