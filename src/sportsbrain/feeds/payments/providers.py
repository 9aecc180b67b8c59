"""Providers of payments: one interface, Stripe by its SDK, and a test that says yes at once."""

from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings

from sportsbrain.feeds.payments.messages import MessageError, stripe_amount
from sportsbrain.feeds.payments.parse import Meaning, parse_intent
from sportsbrain.shop.actions import GIFT, ON_ACCOUNT
from sportsbrain.vocabulary.shop import PaymentState, TillWay

TIMEOUT_SECONDS, TRIES = 20, 2


class ProviderError(RuntimeError):
    """A provider did not answer, or said no; ``is_final``: asking again will not help."""

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.is_final = is_final


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A payment that a provider waits for; ``secret`` lets the payer's browser end it."""

    reference: str
    secret: str = ""


class Provider(Protocol):
    """What the shop needs of a provider: ISO minor units, keys that make calls idempotent."""

    name: str

    def begin(self, *, key: str, games: str, order: int, amount: int, currency: str) -> Begun:
        """Begin the payment of an order."""

    def ask(self, *, reference: str) -> Meaning:
        """Say where a payment stands."""

    def cancel(self, *, reference: str) -> Meaning:
        """End a payment that nobody waits for any more, and say where it stands."""

    def refund(
        self, *, key: str, reference: str, amount: int, currency: str, already: int
    ) -> Meaning:
        """Send money back and say how much went back in all; ``already`` went before."""


class _OwnWord:
    """A payment that needs nobody outside: it is through when we say so."""

    def ask(self, *, reference: str) -> Meaning:
        """Say that a payment is through."""
        return Meaning(reference=reference, state=PaymentState.SUCCEEDED)

    def cancel(self, *, reference: str) -> Meaning:
        """Say where a payment stands: it can't be ended."""
        return self.ask(reference=reference)

    def refund(
        self, *, key: str, reference: str, amount: int, currency: str, already: int
    ) -> Meaning:
        """Say that money went back."""
        del key, currency
        return Meaning(reference=reference, refunded=already + amount)


class AccountProvider(_OwnWord):
    """On account: a delegation owes it, and pays its invoices later."""

    name = ON_ACCOUNT

    def begin(self, *, key: str, games: str, order: int, amount: int, currency: str) -> Begun:
        """Begin the payment of an order: the key is whose account it is."""
        del games, amount, currency
        return Begun(reference=f"{key}-{order}")


class GiftProvider(_OwnWord):
    """A gift card: what goes back is on it again."""

    name = GIFT

    def begin(self, *, key: str, games: str, order: int, amount: int, currency: str) -> Begun:
        """Begin the payment of an order: the key is of the card."""
        del games, amount, currency
        return Begun(reference=f"{key}-{order}")


class TillProvider(_OwnWord):
    """The drawer or the terminal of a store: it took the money, and hands it back there."""

    def __init__(self, way: TillWay) -> None:
        self.name = way.value

    def begin(self, *, key: str, games: str, order: int, amount: int, currency: str) -> Begun:
        """Begin the payment of an order: the key is the till's name of it."""
        del games, order, amount, currency
        return Begun(reference=key)


class TestProvider(_OwnWord):
    """Says yes to everything, and no money moves."""

    name = "test"

    def begin(self, *, key: str, games: str, order: int, amount: int, currency: str) -> Begun:
        """Begin the payment of an order: it is paid."""
        del key, games, amount, currency
        return Begun(reference=f"test-{order}")


class StripeProvider:
    """Stripe: PaymentIntents and refunds."""

    name = "stripe"

    def __init__(self) -> None:
        self._known: Any = None

    def forget(self) -> None:
        """Read the settings again at the next call."""
        self._known = None

    @property
    def _client(self) -> Any:
        """Return the SDK's client; it is loaded when somebody pays, not before."""
        import stripe

        if self._known is None:
            bases: Any = {"api": settings.STRIPE_API} if settings.STRIPE_API else None
            self._known = stripe.StripeClient(
                settings.STRIPE_SECRET_KEY, base_addresses=bases, max_network_retries=TRIES,
                http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
            )  # fmt: skip
        return self._known

    def _call(self, call: Any, *args: Any, **kwargs: Any) -> Any:
        import stripe

        try:
            return call(*args, **kwargs)
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            message = str(error.user_message or error)
            raise ProviderError(message, is_final=True) from error
        except stripe.StripeError as error:
            raise ProviderError(str(error)) from error

    def begin(self, *, key: str, games: str, order: int, amount: int, currency: str) -> Begun:
        """Make the PaymentIntent of an order, or find the one that was made with this key."""
        counted = _counted(amount, currency)
        found = self._call(
            self._client.v1.payment_intents.create,
            {
                "amount": counted,
                "currency": currency.lower(),
                "payment_method_types": ["card"],
                "metadata": {"games": games, "order": str(order)},
            },
            {"idempotency_key": key},
        )
        return Begun(reference=found.id, secret=found.client_secret)

    def ask(self, *, reference: str) -> Meaning:
        """Read a PaymentIntent and what went back of its charge."""
        found = self._call(
            self._client.v1.payment_intents.retrieve, reference, {"expand": ["latest_charge"]}
        )
        charge = found.latest_charge
        refunded = charge.amount_refunded if charge and not isinstance(charge, str) else 0
        return parse_intent(found.status, int(refunded), str(found.currency), reference)

    def cancel(self, *, reference: str) -> Meaning:
        """Cancel a PaymentIntent that was not paid; else say what became of it."""
        try:
            self._call(self._client.v1.payment_intents.cancel, reference)
        except ProviderError as error:
            if not error.is_final:
                raise
        return self.ask(reference=reference)

    def refund(
        self, *, key: str, reference: str, amount: int, currency: str, already: int
    ) -> Meaning:
        """Send money back; Stripe says how much went back in all."""
        del already
        self._call(
            self._client.v1.refunds.create,
            {"payment_intent": reference, "amount": _counted(amount, currency)},
            {"idempotency_key": key},
        )
        return self.ask(reference=reference)


def _counted(amount: int, currency: str) -> int:
    """Return an amount as Stripe counts it; one that it can't take is refused for good."""
    try:
        return stripe_amount(amount, currency)
    except MessageError as error:
        raise ProviderError(str(error), is_final=True) from error


ACCOUNT, GIFT_CARD = AccountProvider(), GiftProvider()
STRIPE, TEST = StripeProvider(), TestProvider()


def providers() -> dict[str, Provider]:
    """Return the providers that are set up."""
    found: dict[str, Provider] = {ACCOUNT.name: ACCOUNT, GIFT_CARD.name: GIFT_CARD}
    found |= {way.value: TillProvider(way) for way in TillWay}
    if settings.STRIPE_SECRET_KEY:
        found[STRIPE.name] = STRIPE
    if settings.SHOP_TEST_PAYMENTS:
        found[TEST.name] = TEST
    return found
