"""Tries whether a text depends on when it is made: on the clock, or on chance."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timezone, tzinfo
from types import ModuleType
from typing import Any

#: They differ in everything that a date or a time of day can show.
_MOMENTS = (datetime(2001, 1, 2, 3, 4, 5, tzinfo=timezone.utc), datetime(2038, 11, 28, 17, 46, 59, tzinfo=timezone.utc))

#: Two texts drawn with even odds stay unnoticed once in 2^24 times.
_DRAWS = 24


def unsteadiness(make: Callable[[], str]) -> str | None:
    """How the text of `make` depends on the time or on chance, as the end of a sentence; None if it does not."""
    first, second = _MOMENTS
    state = random.getstate()
    try:
        with _clock_at(first):
            text, *others = (_drawn(make, seed) for seed in range(_DRAWS))
        if any(other != text for other in others):
            return "draws at random"
        with _clock_at(second):
            if _drawn(make, 0) != text:
                return "puts today's date or the time into every prompt"
        return None if make() == make() else "never writes the same twice"
    finally:
        random.setstate(state)


def _drawn(make: Callable[[], str], seed: int) -> str:
    random.seed(seed)
    return make()


@contextmanager
def _clock_at(moment: datetime) -> Iterator[None]:
    """Inside, Python code that asks for the date or the time is told `moment`, in every module that is loaded."""
    replaced: list[tuple[ModuleType, str, Any]] = []
    stand_ins = _stand_ins(moment)
    try:
        for module in list(sys.modules.values()):
            attributes = dict(getattr(module, "__dict__", {}))
            if stand_ins.keys().isdisjoint(map(id, attributes.values())):
                continue
            for name, value in attributes.items():
                stand_in = stand_ins.get(id(value))
                if stand_in is not None and module.__name__ != __name__:
                    replaced.append((module, name, value))
                    setattr(module, name, stand_in)
        yield
    finally:
        for module, name, value in replaced:
            setattr(module, name, value)


def _stand_ins(moment: datetime) -> dict[int, Any]:
    """What to put in the place of each way to ask for the time, by the id of the original."""
    seconds = moment.timestamp()

    class KindOfDatetime(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, datetime)

    class KindOfDate(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, date)

    class Datetime(datetime, metaclass=KindOfDatetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.fromtimestamp(seconds, tz)

        @classmethod
        def utcnow(cls) -> Any:
            return moment.replace(tzinfo=None)

        @classmethod
        def today(cls) -> Any:
            return datetime.fromtimestamp(seconds)  # noqa: DTZ006

    class Date(date, metaclass=KindOfDate):
        @classmethod
        def today(cls) -> Any:
            return date.fromtimestamp(seconds)  # noqa: DTZ012

    localtime, gmtime, strftime, ctime = time.localtime, time.gmtime, time.strftime, time.ctime
    pairs: list[tuple[object, Any]] = [
        (datetime, Datetime),
        (date, Date),
        (time.time, lambda: seconds),
        (time.time_ns, lambda: int(seconds * 1e9)),
        (localtime, lambda secs=None: localtime(seconds if secs is None else secs)),
        (gmtime, lambda secs=None: gmtime(seconds if secs is None else secs)),
        (ctime, lambda secs=None: ctime(seconds if secs is None else secs)),
        (strftime, lambda format, t=None: strftime(format, localtime(seconds) if t is None else t)),
    ]
    return {id(original): stand_in for original, stand_in in pairs}
