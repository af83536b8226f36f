"""Where a setting belongs that stands where nothing reads it."""

from typing import Any

from scripts.contract.near_miss import near_miss, odd_letters
from scripts.edit import Edit, insert, move, remove, rename
from scripts.problems import did_you_mean, squash
from scripts.project.settings_schema import fits
from scripts.settings.deployment_file import Where, at
from scripts.settings.repository_file import FILE, known_settings
from scripts.settings.schema_places import names_at, names_of, part_at, places_of
from scripts.text.edit_words import edit_words
from scripts.text.yaml_source import Source, dotted

# Settings of earlier versions, by their place's name and their own, and what is written instead.
_FORMER: dict[Where, str] = {
    (
        "backups",
        "permissions_boundary",
    ): "Write role instead, with the output BackupRoleArn of the environment's roles: "
    "docs/aws-setup.md, roles that an earlier version made.",
}
_REPLICAS = ("replicas", "replicaregions", "globaltable", "globaltables")
_MANY = 16  # as alarm_rules has; the names of a place that has more are listed only where nothing better can be said


def unknown_setting(source: Source, where: Where) -> dict[str, Any]:
    """The facts of a key, the last of `where`, that is unknown at its place: what it is no setting of, and what to do."""
    place, key = where[:-1], str(where[-1])
    known = names_at(place)
    edits, hint = (
        _former(where)
        or _of_repository(key)
        or _belongs(source, where)
        or _near(source, where, known)
        or ([], _elsewhere(key))
    )
    if not hint or len(known) <= _MANY:
        hint = f"{hint} Known here: {', '.join(known)}.".strip()
    of = f' of "{place[-1]}"' if place and len(known) <= _MANY else ""
    return {"key": key, "of": of, "edits": edits, "hint": hint}


def _former(where: Where) -> tuple[list[Edit], str] | None:
    hint = _FORMER.get(where[-2:])
    if squash(str(where[-1])) in _REPLICAS:
        hint = "Global tables are not made here. Remove it; write an environment for each Region if its tables may be separate ones."
    return ([], hint) if hint else None


def _of_repository(key: str) -> tuple[list[Edit], str] | None:
    return (
        ([], f"It is a setting of the repository: write it into contracts/{FILE}.") if key in known_settings() else None
    )


def _belongs(source: Source, where: Where) -> tuple[list[Edit], str] | None:
    """That the key was indented too far, or not far enough."""
    *place, key = where
    for depth in range(len(place) - 1, -1, -1):
        if key in names_at(there := tuple(place[:depth])) and where[: depth + 1] != (*there, key):
            if key in at(source.value, there):
                return [], f'Keep one of the two: "{key}" stands {_in(there)} too, where it belongs.'
            edits = [move(where, (*there, key))]
            words = f"{edit_words(edits)}: it belongs {_in(there)}."
            return edits if fits(at(source.value, where), (*there, key)) else [], words
    parts = [name for name in names_at(tuple(place)) if key in names_of(part_at((*place, name)) or {})]
    if len(parts) == 1 and (edits := _inward(source, where, parts[0])):
        return edits, f"{edit_words(edits, bare=True)}."
    return ([], f"Move it into {' or '.join(parts)}.") if parts else None


def _inward(source: Source, where: Where, part: str) -> list[Edit]:
    """The edits that move a key into a group beside it, which may not be there yet; none where it does not fit in."""
    *place, key = where
    value, group = at(source.value, where), at(source.value, (*place, part))
    if group is None:
        return [remove(where), insert((*place, part), {key: value})] if fits({key: value}, (*place, part)) else []
    free = isinstance(group, dict) and key not in group and fits({**group, key: value}, (*place, part))
    return [move(where, (*place, part, key))] if free else []


def _in(place: Where) -> str:
    return f"in {dotted(place)}" if place else "at the top of the file"


def _near(source: Source, where: Where, known: list[str]) -> tuple[list[Edit], str] | None:
    """That the key is misspelt."""
    *place, key = where
    guess = near_miss(str(key), known) or did_you_mean(str(key), known)
    if guess is None:
        return None
    odd = odd_letters(str(key), guess)
    if guess in at(source.value, tuple(place)):
        return [], f'Keep one of the two, if "{guess}" is meant.'
    edits = [rename(where, guess)] if fits(at(source.value, where), (*place, guess)) else []
    return edits, f"{edit_words(edits)}{odd}." if edits else f'Did you mean "{guess}"?'


def _elsewhere(key: str) -> str:
    places = [dotted(place) or "the top of the file" for place in places_of(key)]
    return f"It belongs into {places[0]}." if places else ""
