"""Stories, live posts and video records; their words are kept, version after version."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.statuses import StoryKind, StoryState


class Story(models.Model):
    """
    Something told to fans.

    ``about`` holds what it is about as fans' pages name it (``event-…``, ``unit-…``);
    ``has_scores``: its words tell a result; ``version`` counts what fans saw change.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="stories")
    code = models.SlugField(max_length=60)
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in StoryKind])
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in StoryState])
    language = models.CharField(max_length=12)
    about = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    has_scores = models.BooleanField(default=False)
    picture = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=0)
    publish_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)
    retraction = models.CharField(max_length=300, blank=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "code"], name="story_code_once"),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(publish_at__isnull=False),
                name="scheduled_story_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "retracted"]) | Q(published_at__isnull=False),
                name="published_story_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="retracted") | ~Q(retraction=""),
                name="retracted_story_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["games", "state", "publish_at"])]

    def __str__(self) -> str:
        return self.code


class StoryText(models.Model):
    """
    The words of a story in a language, as somebody wrote them; the highest number holds.

    ``source_number`` is the number of the original that a translation was made from; ``note`` says
    what was corrected.
    """

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    picture_words = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=300, blank=True)
    source_number = models.PositiveIntegerField(default=0)
    written_by = models.CharField(max_length=150)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["story", "language", "number"], name="story_text_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.story} {self.language} {self.number}"


class Video(models.Model):
    """
    A video record: where its HLS playlist is, who may see it, what makes it readable and audible.

    ``captions`` is a list of {language, address} of WebVTT files; ``delay_s`` is how far pictures
    are behind, so that scores on its page wait for them; no territory means everywhere.
    """

    story = models.OneToOneField(Story, on_delete=models.CASCADE, related_name="video")
    playlist = models.CharField(max_length=500)
    poster = models.CharField(max_length=500, blank=True)
    seconds = models.PositiveIntegerField(default=0)
    is_live = models.BooleanField(default=False)
    delay_s = models.PositiveSmallIntegerField(default=0)
    territories = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    captions = models.JSONField(default=list)
    has_described_audio = models.BooleanField(default=False)
    sign_language = models.CharField(max_length=500, blank=True)
    transcript = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(captions=[]), name="video_has_captions"),
        ]

    def __str__(self) -> str:
        return self.playlist
