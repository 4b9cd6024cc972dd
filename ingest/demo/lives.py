"""What became of each: its status, and the times that the status must have behind it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.demo.dice import Dice, Floats, Ints
from ingest.demo.places import Oblasts
from ingest.demo.times import NEVER, known_by, later
from layers.statuses import Kind

Texts = NDArray[np.str_]

# Problems, as shares of all. What is neither of these is worked on.
HIDDEN = 0.006
DUPLICATE = 0.04
DECLINED = (0.06, 0.16)  # by the best akimat and by the worst
IGNORED = (0.001, 0.015)  # never answered
STUCK = (0.02, 0.14)  # answered and then forgotten for long
STUCK_TIMES = 12
ANSWER_DAYS = 2.6
DECLINE_DAYS = 6.0
VERDICT_DAYS = 7.0
SILENCE_DAYS = 30.0  # without a verdict the matter is closed after this
VERDICTS = 0.45  # the share of solved problems that a citizen judges
ASKED_BACK = 0.06
REDIRECTED = 0.05
ACCEPTED_DAYS = 4.0


@dataclass(frozen=True)
class Lives:
    status: Texts
    first_response: Ints
    resolved: Ints
    closed: Ints


def lives_of(
    kind: Kind, dice: Dice, received: Ints, now: int, oblast: Ints, oblasts: Oblasts, days: Floats
) -> Lives:
    """``oblast``: an index into ``oblasts`` for each row. ``days``: how long such a thing takes."""
    speed, quality = oblasts.speed[oblast], oblasts.quality[oblast]
    if kind == Kind.PROBLEM:
        return _problems(dice, received, now, speed, quality, days)
    if kind == Kind.NEED:
        return _needs(dice, received, now, speed, quality)
    return _initiatives(dice, received, now, speed, quality)


def _problems(dice: Dice, received: Ints, now: int, speed: Floats, quality: Floats, days: Floats) -> Lives:
    fate = dice.uniform("fate")
    hidden = fate < HIDDEN
    duplicate = ~hidden & (fate < HIDDEN + DUPLICATE)
    refused = HIDDEN + DUPLICATE + _between(DECLINED, quality)
    declined = ~hidden & ~duplicate & (fate < refused)
    worked_on = fate >= refused
    stuck = worked_on & (fate < refused + _between(STUCK, quality))
    ignored = dice.uniform("ignored") < _between(IGNORED, quality)

    # What is mended within the day is also answered within the day.
    answer = np.minimum(ANSWER_DAYS, days / 2) * speed
    answered = later(received, dice.spread("answer", median=answer, sigma=0.9))
    response = known_by(now, np.where(ignored, NEVER, answered))
    work = days * speed * np.where(stuck, STUCK_TIMES, 1)
    end = later(response, dice.spread("work", median=work, sigma=0.85))
    resolved = known_by(now, np.where(worked_on, end, NEVER))
    verdict = known_by(now, later(resolved, dice.spread("verdict after", median=VERDICT_DAYS, sigma=0.7)))
    judged = (verdict != NEVER) & (dice.uniform("has verdict") < VERDICTS)
    content = judged & (dice.uniform("verdict") < quality)
    discontent = judged & ~content
    reopened = discontent & (dice.uniform("reopened") < 0.5)
    # In the end most of these are mended too.
    again = dice.spread("again", median=2 * days * speed / quality + VERDICT_DAYS, sigma=0.8)
    mended = known_by(now, np.where(discontent, later(verdict, again), NEVER))
    content |= mended != NEVER
    discontent &= ~content
    reopened &= ~content
    resolved = np.where(mended != NEVER, mended, resolved)
    verdict = np.where(mended != NEVER, mended, verdict)
    silent = known_by(now, later(resolved, np.full(len(received), SILENCE_DAYS)))
    refusal = known_by(now, later(response, dice.spread("decline", median=DECLINE_DAYS * speed, sigma=0.6)))

    way = dice.uniform("way")
    fresh = later(response, np.full(len(received), ACCEPTED_DAYS)) > now
    status = np.select(
        [
            hidden,
            response == NEVER,
            duplicate,
            declined & (refusal != NEVER),
            reopened,
            discontent,
            content,
            resolved != NEVER,
            way < ASKED_BACK,
            way < ASKED_BACK + REDIRECTED,
            fresh | declined,
        ],
        [
            "hidden",
            "new",
            "duplicate",
            "declined",
            "reopened",
            "unconfirmed",
            "confirmed",
            "resolved",
            "info_requested",
            "redirected",
            "accepted",
        ],
        default="in_progress",
    )
    closed = np.select(
        [duplicate, declined, discontent, content],
        [response, refusal, np.full(len(received), NEVER), verdict],
        default=silent,
    )
    # A reopened problem has no resolution any more; one that citizens dispute keeps the akimat's claim.
    return Lives(
        status=status,
        first_response=np.where(hidden, NEVER, response),
        resolved=np.where(hidden | reopened, NEVER, resolved),
        closed=np.where(hidden, NEVER, closed),
    )


# Needs and initiatives climb stairs: the status of each step and the median days it takes to get there from
# the one before.
NEED_STAIRS = (("voiced", 6.0), ("recognised", 70.0), ("planned", 160.0), ("met", 330.0))
INITIATIVE_STAIRS = (
    ("published", 0.01),
    ("gathering", 3.0),
    ("review", 40.0),
    ("accepted", 45.0),
    ("under_way", 60.0),
    ("completed", 210.0),
    ("measured", 120.0),
)
# Where some leave the stairs: what they become, the step they reach, the share of all.
NEED_EXITS = (("duplicate", 1, 0.05), ("declined", 2, 0.1))
INITIATIVE_EXITS = (("archived", 2, 0.12), ("returned", 3, 0.05), ("stopped", 5, 0.06))
HIDDEN_NEEDS = 0.008
DRAFTS = 0.04


def _needs(dice: Dice, received: Ints, now: int, speed: Floats, quality: Floats) -> Lives:
    # What nobody puts into a plan stays recognised for ever.
    patience = np.where(dice.uniform("planned at all") < quality, 1.0, 40.0)
    steps = _stairs(dice, received, now, NEED_STAIRS, speed, {"planned": patience})
    status, left = _climbed(dice, received, "new", NEED_STAIRS, steps, NEED_EXITS)
    hidden = dice.uniform("hidden") < HIDDEN_NEEDS
    never = np.full(len(received), NEVER)
    met = np.where(status == "met", steps["met"], NEVER)
    return Lives(
        status=np.where(hidden, "hidden", status),
        first_response=np.where(hidden, never, np.minimum(steps["recognised"], left)),
        resolved=np.where(hidden, never, met),
        closed=np.where(hidden, never, np.minimum(met, left)),
    )


def _initiatives(dice: Dice, received: Ints, now: int, speed: Floats, quality: Floats) -> Lives:
    steps = _stairs(dice, received, now, INITIATIVE_STAIRS, speed, {"measured": 1 / quality})
    status, left = _climbed(dice, received, "published", INITIATIVE_STAIRS, steps, INITIATIVE_EXITS)
    hidden = dice.uniform("hidden") < HIDDEN
    draft = dice.uniform("draft") < DRAFTS
    kept_in = hidden | draft
    never = np.full(len(received), NEVER)
    done = np.where(np.isin(status, ["completed", "measured"]), steps["completed"], NEVER)
    ended = np.isin(status, ["archived", "stopped"])
    return Lives(
        status=np.select([hidden, draft], ["hidden", "draft"], default=status),
        first_response=np.where(kept_in, never, np.where(status == "archived", NEVER, steps["review"])),
        resolved=np.where(kept_in, never, done),
        closed=np.where(
            kept_in, never, np.where(ended, left, np.where(status == "measured", steps["measured"], NEVER))
        ),
    )


def _stairs(
    dice: Dice,
    received: Ints,
    now: int,
    stairs: tuple[tuple[str, float], ...],
    speed: Floats,
    patience: dict[str, Floats],
) -> dict[str, Ints]:
    """When each row reaches each step; NEVER for what it has not reached by now."""
    reached: dict[str, Ints] = {}
    before = received
    for step, days in stairs:
        median = days * speed * patience.get(step, np.ones(len(received)))
        before = known_by(now, later(before, dice.spread(f"step {step}", median=median, sigma=0.7)))
        reached[step] = before
    return reached


def _climbed(
    dice: Dice,
    received: Ints,
    first: str,
    stairs: tuple[tuple[str, float], ...],
    steps: dict[str, Ints],
    exits: tuple[tuple[str, int, float], ...],
) -> tuple[Texts, Ints]:
    """The status of each row, and when it left the stairs (then the steps above are taken back)."""
    fate = dice.uniform("fate")
    status = np.full(len(received), first, dtype="<U20")
    for step, _ in stairs:
        status = np.where(steps[step] != NEVER, step, status)
    left = np.full(len(received), NEVER)
    below = 0.0
    for word, stair, share in exits:
        step = stairs[stair - 1][0]
        leaves = (fate >= below) & (fate < below + share) & (steps[step] != NEVER)
        after = stairs[stair][0]
        # At the time of the step that it did not take.
        gone = leaves & (steps[after] != NEVER)
        status = np.where(gone, word, np.where(leaves, step, status))
        left = np.where(gone, steps[after], left)
        for above, _ in stairs[stair:]:
            steps[above] = np.where(leaves, NEVER, steps[above])
        below += share
    return status, left


def _between(best_and_worst: tuple[float, float], quality: Floats) -> Floats:
    best, worst = best_and_worst
    return worst + (best - worst) * (quality - 0.45) / 0.5
