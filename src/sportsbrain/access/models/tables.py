"""What the committee decides before anybody registers: categories, the rights matrix, quotas."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.people import RightKind


class Client(models.Model):
    """An organisation that registers people: a delegation, a federation, a medium, a contractor."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="clients")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    client_group = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="client_once")]

    def __str__(self) -> str:
        return self.code


class Category(models.Model):
    """What people are accredited as."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="categories")
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    client_group = models.CharField(max_length=40)
    needs_check = models.BooleanField(default=True)
    needs_photo = models.BooleanField(default=True)
    age_min = models.IntegerField(default=0)
    closes_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "categories"
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="category_once")]

    def __str__(self) -> str:
        return self.code


class CategoryRight(models.Model):
    """One cell of the rights matrix; one that is not given by default is an upgrade."""

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="rights")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in RightKind])
    place = models.CharField(max_length=20, default="*")
    code = models.CharField(max_length=20)
    is_default = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["category", "kind", "place", "code"], name="category_right_once"
            ),
            models.UniqueConstraint(fields=["id", "category"], name="right_of_its_category"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.place} {self.code}"


class Quota(models.Model):
    """How many of an organisation a category takes; the database counts who is approved."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="quotas")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="quotas")
    places = models.IntegerField()
    used = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "category"], name="quota_once"),
            models.CheckConstraint(
                condition=models.Q(used__gte=0) & models.Q(used__lte=models.F("places")),
                name="quota_is_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.used} of {self.places}"


class Question(models.Model):
    """What a category asks beside the fields that everybody has."""

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=40)
    text = models.CharField(max_length=200)
    choices = models.JSONField(default=list)
    is_needed = models.BooleanField(default=False)
    is_sensitive = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["category", "key"], name="question_once")]

    def __str__(self) -> str:
        return self.text
