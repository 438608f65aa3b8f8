"""Values that are written as texts with a form of their own: durations, doses, versions, caps."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from rehabflow.definitions.common import Seen
from rehabflow.definitions.exercises import QUALITIES, Frequency, Step
from rehabflow.frozen import frozen
from rehabflow.instants import Duration, NotADuration
from rehabflow.loading.reader import listed, nearest
from rehabflow.loading.specs import Parsed

_NUMBER = r"-?[0-9]{1,9}(?:\.[0-9]{1,6})?"
_DURATION = "[1-9][0-9]{0,3}(?:h|d|w|mo)"
_STEP: Final = re.compile(
    r"(?P<reps>[0-9]{1,4}(?:/[0-9]{1,4})+)(?: x (?P<hold>[0-9]{1,4}) s)?"
    r"|(?P<sets>[0-9]{1,4}) x (?:(?P<count>[0-9]{1,4})(?: x (?P<held>[0-9]{1,4}) s)?"
    r"|(?P<seconds>[0-9]{1,4}) s|(?P<metres>[0-9]{1,5}) m)"
    r"|(?P<minutes>[0-9]{1,3}(?:\.[0-9])?) min",
    re.ASCII,
)
_LIMITS: Final = {"sets": 20, "reps": 300, "seconds": 3_600, "metres": 20_000, "minutes": 240}


def _duration(text: str) -> Duration:
    try:
        return Duration.parse(text)
    except NotADuration:
        pass
    match = re.fullmatch(r"\s*([1-9][0-9]{0,3})\s*(hours?|days?|weeks?|months?|m|y|H|D|W|min)?\s*", text)
    hint = ""
    if match:
        unit = {"h": "h", "d": "d", "w": "w", "m": "mo"}.get((match[2] or "d")[0].lower(), "")
        hint = f"write '{match[1]}{unit}'" if unit and match[2] != "min" else ""
    raise ValueError(f"`{text[:40]}` is not a duration", hint)


DURATION = Parsed(
    "a duration: hours, days, weeks or months as '48h', '7d', '6w', '9mo'",
    "bad-duration",
    _duration,
    _DURATION,
)


def _every(text: str) -> str | Duration:
    return text if text in ("visit", "once") else _duration(text)


EVERY = Parsed(
    "'visit', 'once' or a duration such as '4w'", "bad-duration", _every, f"visit|once|{_DURATION}"
)

NEVER: Final = "never_expires"


@frozen
class Validity:
    """How long something stays valid; None never expires."""

    length: Duration | None


def _validity(text: str) -> Validity:
    return Validity(None if text == NEVER else _duration(text))


VALIDITY = Parsed(f"a duration such as '4w', or '{NEVER}'", "bad-duration", _validity, f"{NEVER}|{_DURATION}")


def _rest(text: str) -> int:
    match = re.fullmatch(r"([1-9][0-9]{0,3}) (s|min)", text)
    if match is None:
        raise ValueError(f"`{text[:40]}` is not a rest between sets")
    return int(match[1]) * (60 if match[2] == "min" else 1)


REST = Parsed("seconds or minutes as '90 s', '2 min'", "bad-duration", _rest, "[1-9][0-9]{0,3} (?:s|min)")


def _step(text: str) -> Step:
    match = _STEP.fullmatch(text)
    if match is None:
        raise ValueError(f"`{text[:60]}` is not a dose step", _step_hint(text))
    step = _step_of(text, match)
    for name, value in (
        ("sets", step.sets),
        ("seconds", step.seconds),
        ("metres", step.metres),
        ("minutes", step.minutes),
    ):
        if value is not None and not 0 < value <= _LIMITS[name]:
            raise ValueError(f"{value} {name} in `{text}`", f"from 1 to {_LIMITS[name]}")
    if any(not 0 < reps <= _LIMITS["reps"] for reps in step.reps):
        raise ValueError(
            f"a number of repetitions in `{text}` is out of range", f"from 1 to {_LIMITS['reps']}"
        )
    return step


def _step_of(text: str, match: re.Match[str]) -> Step:
    part = match.groupdict()
    if part["minutes"]:
        return Step(text, minutes=Decimal(part["minutes"]))
    if part["reps"]:
        reps = tuple(int(count) for count in part["reps"].split("/"))
        return Step(text, len(reps), reps, int(part["hold"]) if part["hold"] else None)
    sets = int(part["sets"])
    if part["count"]:
        reps = (int(part["count"]),) * min(sets, _LIMITS["sets"])
        return Step(text, sets, reps, int(part["held"]) if part["held"] else None)
    if part["seconds"]:
        return Step(text, sets, seconds=int(part["seconds"]))
    return Step(text, sets, metres=int(part["metres"]))


def _step_hint(text: str) -> str:
    plain = re.sub(r"\s*(?:[x×*])\s*", " x ", text.strip(), flags=re.IGNORECASE)
    plain = re.sub(r"([0-9])\s*(?:sec|seconds?|s)\b", r"\1 s", plain)
    plain = re.sub(r"([0-9])\s*(?:minutes?|mins?)\b", r"\1 min", plain)
    plain = re.sub(r"([0-9])\s*(?:metres?|meters?|m)\b", r"\1 m", plain)
    return f"write '{plain}'" if plain != text and _STEP.fullmatch(plain) else ""


STEP = Parsed(
    "sets and repetitions as '2 x 8', '2 x 8 x 5 s', '8/6/4 x 8 s', '3 x 30 s', '3 x 20 m' or '10 min'",
    "bad-step",
    _step,
    r"[0-9].*",
)


def _per_week(text: str) -> Frequency:
    match = re.fullmatch(r"([1-7])(?: to ([1-7]))?", text)
    if match is None:
        plain = re.sub(r"\s*(?:-|–|to)\s*", " to ", text.strip())
        hint = f"write '{plain}'" if plain != text and re.fullmatch(r"[1-7] to [1-7]", plain) else ""
        raise ValueError(f"`{text[:40]}` is not a number of days a week", hint)
    low, high = int(match[1]), int(match[2] or match[1])
    if low > high:
        raise ValueError(f"`{text}` runs backwards", f"write '{high} to {low}'")
    return Frequency(low, high)


PER_WEEK = Parsed(
    "days a week from 1 to 7: 5, '5' or '3 to 5'",
    "bad-frequency",
    _per_week,
    "[1-7](?: to [1-7])?",
    numbers=True,
)


def _percent(text: str) -> Decimal:
    match = re.fullmatch(r"([0-9]{1,2}(?:\.[0-9]{1,2})?) ?%", text)
    if match is None or not 0 < Decimal(match[1]) <= 50:
        raise ValueError(f"`{text[:40]}` is not a percentage")
    return Decimal(match[1])


PERCENT = Parsed(
    "a percentage from above 0 to 50, as '5 %'", "bad-percent", _percent, r"[0-9]{1,2}(?:\.[0-9]{1,2})? ?%"
)


def _pair(text: str) -> str:
    quality, colon, part = text.partition(":")
    if not colon or not re.fullmatch("[a-z][a-z0-9_]*", part):
        raise ValueError(f"`{text[:60]}` is not a pair `quality:body_part`")
    if quality not in QUALITIES:
        raise ValueError(
            f"`{quality[:40]}` is not a quality", nearest(quality, QUALITIES) or listed(QUALITIES)
        )
    return text


PAIR = Parsed(
    "a pair `quality:body_part` such as 'strength:hamstrings'", "bad-pair", _pair, "[a-z_]+:[a-z][a-z0-9_]*"
)


@frozen
class CapValue:
    """What a cap says: a number with its unit, or a word (a parameter or a choice)."""

    value: Decimal | None = None
    unit: str = ""
    word: str = ""


def _cap(text: str) -> CapValue:
    if re.fullmatch("[a-z][a-z0-9_]*", text):
        return CapValue(word=text)
    match = re.fullmatch(rf"({_NUMBER}) ([!-~]{{1,30}})", text)
    if match is None:
        bare = re.fullmatch(_NUMBER, text.strip())
        hint = f"add the unit of the limit, as '{text.strip()} deg'" if bare else ""
        close = re.fullmatch(rf"({_NUMBER})([A-Za-z%]{{1,10}})", text)
        hint = f"write '{close[1]} {close[2]}'" if close else hint
        raise ValueError(f"`{text[:40]}` is not a cap", hint)
    return CapValue(Decimal(match[1]), match[2])


CAP = Parsed(
    "a number with its unit as '120 deg', a parameter, or a choice of the limit",
    "bad-cap",
    _cap,
    r"[a-z][a-z0-9_]*|-?[0-9.]+ \S+",
    numbers=True,
)


def _version(text: str) -> str:
    if re.fullmatch(r"(?:(?:0|[1-9][0-9]{0,5})\.){2}(?:0|[1-9][0-9]{0,5})", text):
        return text
    short = re.fullmatch(r"v?([0-9]{1,5})(?:\.([0-9]{1,5}))?(?:\.([0-9]{1,5}))?", text)
    hint = f"write '{int(short[1])}.{int(short[2] or 0)}.{int(short[3] or 0)}'" if short else ""
    raise ValueError(f"`{text[:40]}` is not a version", hint)


VERSION = Parsed("three numbers with points, as '1.2.0'", "bad-version", _version, r"[0-9]+\.[0-9]+\.[0-9]+")

_BOUND = r"\s*(?:>=|<=|==|!=|>|<)\s*[0-9]{1,6}(?:\.[0-9]{1,6}){0,2}\s*"


def _range(text: str) -> str:
    if re.fullmatch(f"{_BOUND}(?:,{_BOUND})*", text):
        return text.strip()
    version = re.fullmatch(r"\s*[~^=]?\s*([0-9]{1,5})(?:\.[0-9]{1,5})*\s*", text)
    hint = f"write '>={version[1]},<{int(version[1]) + 1}'" if version else ""
    raise ValueError(f"`{text[:40]}` is not a range of versions", hint)


RANGE = Parsed("a range of versions as '>=1,<2'", "bad-version", _range, f"{_BOUND}(?:,{_BOUND})*")


def _unit(text: str) -> str:
    if re.fullmatch("[!-~]{1,30}", text) is None:
        raise ValueError(f"`{text[:40]}` is not a unit")
    return text


UNIT = Parsed("a unit in UCUM, as 'deg', 'kg', 'min', '%', '{score}'", "bad-unit", _unit, "[!-~]{1,30}")

_CHOICE = r"[ -&(-\[\]-~]{1,60}"


def _choice(text: str) -> str:
    if not re.fullmatch(_CHOICE, text) or text != text.strip():
        raise ValueError(f"`{text[:60]}` cannot be a choice")
    return text


CHOICE = Parsed("a word of at most 60 plain characters, no quotes inside", "bad-choice", _choice, _CHOICE)


def _address(text: str) -> str:
    if re.fullmatch(r"[a-z][a-z0-9_]{0,59}(?:\.[a-z][a-z0-9_]{0,59}){0,5}", text) is None:
        raise ValueError(f"`{text[:60]}` is not an address")
    return text


ADDRESS = Parsed(
    "ids joined by points, as 'red_flags.fracture'",
    "bad-id",
    _address,
    r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){0,5}",
)


def _baseline(text: str) -> str:
    if text != "first" and re.fullmatch(r"before:[a-z][a-z0-9_]{0,59}", text) is None:
        raise ValueError(f"`{text[:60]}` is not a baseline")
    return text


BASELINE = Parsed(
    "'first', or 'before:' and an event, as 'before:surgery'",
    "unknown-word",
    _baseline,
    "first|before:[a-z][a-z0-9_]*",
)

SEEN: Final[tuple[Seen, ...]] = ("paper", "abstract", "table", "page", "recalled")
