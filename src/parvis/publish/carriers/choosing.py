"""The carrier of a channel, with its secrets."""

from collections.abc import Mapping

from parvis.publish.carriers.carrying import Carrier, CarryError
from parvis.publish.carriers.email import EmailCarrier
from parvis.publish.carriers.mqtt import MqttCarrier
from parvis.publish.carriers.webhook import WebhookCarrier
from parvis.site.loading import LoadedSite
from parvis.site.secrets import SecretMissingError, SecretsFileError
from parvis.values.saying import T


def carrier_of(loaded: LoadedSite, name: str, env: Mapping[str, str]) -> Carrier:
    """The carrier of that channel; made anew each time, so that no secret is kept.

    Args:
        loaded: the site.
        name: of the channel.
        env: the environment.

    Raises:
        CarryError: a secret is missing.
    """
    channel = loaded.site.notify[name]

    def secret(text: str | None) -> str | None:
        if text is None:
            return None
        try:
            return loaded.secret(text, env)
        except SecretMissingError as error:
            raise CarryError(
                T("the secret {name} is not set")(name=", ".join(error.names)),
                T("give it a line in secrets.env beside site.yaml, or set it in the environment"),
            ) from None
        except (SecretsFileError, OSError):
            raise CarryError(T("the secrets file cannot be read"), T("correct the file")) from None

    if channel.email is not None:
        language = channel.language or loaded.site.site.language
        return EmailCarrier(channel.email, secret(channel.email.password), language)
    if channel.webhook is not None:
        return WebhookCarrier(
            secret(channel.webhook.url) or "", secret(channel.webhook.secret) or ""
        )
    assert channel.mqtt is not None  # noqa: S101  # a channel is one of the three
    return MqttCarrier(channel.mqtt, secret(channel.mqtt.password))
