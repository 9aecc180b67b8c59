"""What events of providers mean for a payment."""

from dataclasses import dataclass

from sportsbrain.feeds.payments.messages import ProviderMessage, iso_amount
from sportsbrain.vocabulary.shop import DisputeState, PaymentState

INTENT = {
    "payment_intent.created": PaymentState.CREATED,
    "payment_intent.requires_action": PaymentState.CREATED,
    "payment_intent.processing": PaymentState.PROCESSING,
    "payment_intent.payment_failed": PaymentState.FAILED,
    "payment_intent.canceled": PaymentState.CANCELLED,
    "payment_intent.succeeded": PaymentState.SUCCEEDED,
}
STATUS = {
    "processing": PaymentState.PROCESSING,
    "canceled": PaymentState.CANCELLED,
    "succeeded": PaymentState.SUCCEEDED,
}
DISPUTE = {"won": DisputeState.WON, "lost": DisputeState.LOST}
INQUIRY = "warning_"  # the bank asks first: no money is withheld yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What an event says of the payment ``reference``; amounts in ISO minor units."""

    reference: str
    state: PaymentState | None = None
    refunded: int = 0
    dispute: DisputeState = DisputeState.NONE
    disputed: int = 0


def parse(message: ProviderMessage) -> Meaning | None:
    """Return what an event means, None when it is about nothing of ours."""
    thing = message.thing
    currency = str(thing.get("currency") or "")
    if message.kind in INTENT:
        return Meaning(reference=str(thing.get("id") or ""), state=INTENT[message.kind])
    reference = thing.get("payment_intent")
    if not isinstance(reference, str) or not reference:
        return None
    if message.kind == "charge.refunded":
        amount = int(thing.get("amount_refunded") or 0)
        return Meaning(reference=reference, refunded=iso_amount(amount, currency))
    if message.kind.startswith("charge.dispute."):
        status = str(thing.get("status") or "")
        if status.startswith(INQUIRY):
            return Meaning(reference=reference)
        return Meaning(
            reference=reference, dispute=DISPUTE.get(status, DisputeState.OPEN),
            disputed=iso_amount(int(thing.get("amount") or 0), currency),
        )  # fmt: skip
    return None


def parse_intent(status: str, refunded: int, currency: str, reference: str) -> Meaning:
    """Return what a payment that was asked for says of itself."""
    return Meaning(
        reference=reference, state=STATUS.get(status), refunded=iso_amount(refunded, currency)
    )
