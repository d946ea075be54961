"""Messages to a broker: QoS 1, not retained, so that nobody who comes later takes one for new."""

import asyncio
import json
from collections.abc import Iterable

from parvis.publish.carriers.carrying import (
    TIMEOUT_S,
    CarryError,
    Told,
    network_error,
    trusted,
)
from parvis.publish.carriers.destinations import check_destination
from parvis.publish.letter import Letter
from parvis.site.notify import MqttSettings
from parvis.values.saying import T


class MqttCarrier:
    """Publishes messages on one topic.

    Args:
        settings: of the channel.
        password: resolved; None without one.
    """

    def __init__(self, settings: MqttSettings, password: str | None) -> None:
        self._settings = settings
        self._password = password

    def carry(self, letters: Iterable[Letter], told: Told) -> None:
        """See :class:`~parvis.publish.carriers.carrying.Carrier`."""
        check_destination(self._settings.host)
        asyncio.run(self._publish(letters, told))

    async def _publish(self, letters: Iterable[Letter], told: Told) -> None:
        try:
            from aiomqtt import Client, MqttCodeError, MqttError  # noqa: PLC0415 - an extra
        except ImportError:
            raise CarryError(
                T("MQTT needs a package that is not installed"), T("pip install 'parvis[notify]'")
            ) from None
        asked = self._settings
        client = Client(
            asked.host,
            asked.port,
            username=asked.user,
            password=self._password,
            tls_context=trusted() if asked.tls == "tls" else None,
            timeout=TIMEOUT_S,
        )
        try:
            async with client:
                for letter in letters:
                    body = json.dumps(letter.payload, ensure_ascii=False, allow_nan=False)
                    # Returns once the broker has acknowledged it.
                    await client.publish(asked.topic, body.encode(), qos=1, retain=False)
                    told(letter, None)
        except MqttCodeError as error:
            raise CarryError(
                T("{host} refuses: {reason}")(host=asked.host, reason=str(error)),
                T("check user, password and the broker's rights"),
            ) from None
        except MqttError as error:
            cause = error.__context__
            if isinstance(cause, OSError):
                raise network_error(cause, asked.host) from None
            raise CarryError(
                T("{host} breaks off: {reason}")(host=asked.host, reason=str(error)),
                T("check port, tls and the broker's own log"),
            ) from None
