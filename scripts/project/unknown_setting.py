"""Where a setting belongs that stands where nothing reads it."""

from scripts.problems import did_you_mean
from scripts.settings.deployment_file import Where, at
from scripts.settings.repository_file import FILE, known_settings
from scripts.settings.schema_places import names_at, names_of, part_at, places_of
from scripts.text.yaml_source import Source, dotted

_MANY = 15  # the names of a place that has more are listed only where nothing better can be said


def unknown_setting(source: Source, where: Where) -> dict[str, str]:
    """The facts of a key, the last of `where`, that is unknown at its place: what it is no setting of, and what to do."""
    place, key = where[:-1], str(where[-1])
    known = names_at(place)
    hint = _of_repository(key) or _belongs(source, place, key) or _near(known, key) or _elsewhere(key)
    if not hint or len(known) <= _MANY:
        hint = f"{hint} Known here: {', '.join(known)}.".strip()
    of = f' of "{place[-1]}"' if place and len(known) <= _MANY else ""
    return {"key": key, "of": of, "hint": hint}


def _belongs(source: Source, place: Where, key: str) -> str:
    """That the key was indented too far, or not far enough."""
    for depth in range(len(place) - 1, -1, -1):
        if key in names_at(place[:depth]):
            if key in at(source.value, place[:depth]):
                return f'Keep one of the two: "{key}" stands {_in(place[:depth])} too, where it belongs.'
            return f'Move it out of "{place[depth]}": it belongs {_in(place[:depth])}.'
    parts = [name for name in names_at(place) if key in names_of(part_at((*place, name)) or {})]
    return f"Move it into {' or '.join(parts)}." if parts else ""


def _of_repository(key: str) -> str:
    return f"It is a setting of the repository: write it into contracts/{FILE}." if key in known_settings() else ""


def _in(place: Where) -> str:
    return f"in {dotted(place)}" if place else "at the top of the file"


def _near(known: list[str], key: str) -> str:
    guess = did_you_mean(key, known)
    return f'Did you mean "{guess}"?' if guess else ""


def _elsewhere(key: str) -> str:
    places = [dotted(place) or "the top of the file" for place in places_of(key)]
    return f"It belongs into {places[0]}." if places else ""
