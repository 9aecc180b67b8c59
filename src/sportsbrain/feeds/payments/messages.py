"""What a payment provider says, before anybody knows what it means for an order."""

from dataclasses import dataclass, field
from typing import Any

# Currencies that Stripe counts in hundredths though ISO 4217 gives them no minor unit, and those of
# three digits, whose last digit is 0 (docs.stripe.com/currencies, read in 2026).
IN_HUNDREDTHS = frozenset({"ISK", "UGX"})
LAST_DIGIT_0 = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


class MessageError(ValueError):
    """A message that is not from the provider, or can't be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderMessage:
    """One event: ``thing`` is the object it is about, as the provider writes it."""

    event: str
    kind: str
    games: str
    thing: dict[str, Any] = field(default_factory=dict)


def stripe_amount(amount: int, currency: str) -> int:
    """
    Return an amount of ISO minor units as Stripe counts it.

    Raises
    ------
    MessageError
        When Stripe can't take it: its last digit has to be 0 in currencies of three digits.

    """
    if currency in LAST_DIGIT_0 and amount % 10:
        message = f"amounts of {currency} are paid by card in tens of its minor unit"
        raise MessageError(message)
    return amount * 100 if currency in IN_HUNDREDTHS else amount


def iso_amount(amount: int, currency: str) -> int:
    """Return an amount as Stripe counts it in ISO minor units, rounded down."""
    return amount // 100 if currency.upper() in IN_HUNDREDTHS else amount


def stripe_message(body: bytes, signature: str, secret: str) -> ProviderMessage:
    """
    Return what a webhook of Stripe says when its signature is right and young.

    Raises
    ------
    MessageError
        When it is not signed by who has the secret, is older than five minutes, or unreadable.

    """
    import stripe

    try:
        event = stripe.Webhook.construct_event(body, signature, secret)
        thing = event.to_dict()["data"]["object"]
        words = thing.get("metadata") or {}
        return ProviderMessage(
            event=str(event["id"]), kind=str(event["type"]), games=str(words.get("games", "")),
            thing=thing,
        )  # fmt: skip
    except stripe.SignatureVerificationError as error:
        message = "the signature is not right: is the secret that of this endpoint?"
        raise MessageError(message) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = "this is no event of Stripe"
        raise MessageError(message) from error
