"""Statuses and kinds with the names the field uses."""

from enum import StrEnum


class ScheduleStatus(StrEnum):
    """Where a unit stands in the schedule."""

    UNSCHEDULED = "UNSCHEDULED"
    SCHEDULED = "SCHEDULED"
    GETTING_READY = "GETTING_READY"
    RUNNING = "RUNNING"
    SCHEDULED_BREAK = "SCHEDULED_BREAK"
    INTERRUPTED = "INTERRUPTED"
    DELAYED = "DELAYED"
    POSTPONED = "POSTPONED"
    RESCHEDULED = "RESCHEDULED"
    CANCELLED = "CANCELLED"
    FINISHED = "FINISHED"


class ResultStatus(StrEnum):
    """How firm a result is."""

    START_LIST = "START_LIST"
    LIVE = "LIVE"
    INTERMEDIATE = "INTERMEDIATE"
    PARTIAL = "PARTIAL"
    UNCONFIRMED = "UNCONFIRMED"
    UNOFFICIAL = "UNOFFICIAL"
    OFFICIAL = "OFFICIAL"
    PROTESTED = "PROTESTED"


class MedalKind(StrEnum):
    """What a unit decides."""

    NONE = "0"
    GOLD = "1"
    BRONZE = "3"


class Gender(StrEnum):
    """The gender of an event."""

    MEN = "M"
    WOMEN = "W"
    MIXED = "X"
    OPEN = "O"


class Role(StrEnum):
    """What a person may do in one Games, lowest first; of a portal only what a duty gives."""

    PORTAL = "portal"
    VIEWER = "viewer"
    DELEGATE = "delegate"
    PLANNER = "planner"
    APPROVER = "approver"


class RunState(StrEnum):
    """The life of a planner's run."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    LOST = "lost"


class ShiftReply(StrEnum):
    """What is said of a shift."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    ABSENT = "absent"


class WhatIfState(StrEnum):
    """The life of a what-if."""

    WORKING = "working"
    ANSWERED = "answered"
    APPROVED = "approved"
    DISCARDED = "discarded"


class VersionState(StrEnum):
    """The life of a plan version."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class AlertState(StrEnum):
    """The life of an alert."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class IncidentState(StrEnum):
    """The life of an incident."""

    OPEN = "open"
    CLOSED = "closed"


class TaskState(StrEnum):
    """The life of a task; half done is one of two people."""

    OPEN = "open"
    HALF_DONE = "half done"
    DONE = "done"
    SKIPPED = "skipped"


class StoryKind(StrEnum):
    """What is told to fans: an article, a line while it happens, or a video record."""

    STORY = "story"
    POST = "post"
    VIDEO = "video"


class StoryState(StrEnum):
    """The life of a story; a retracted one leaves its reason where it stood."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    RETRACTED = "retracted"
