"""What a worker does beside serving."""

import asyncio
import socket

import pytest

from gateway_auth.serve.worker import report_unheard


@pytest.mark.parametrize(("error", "told"), [(socket.gaierror(-3, "no such name"), 0), (OSError("other"), 1)])
async def test_of_the_failures_that_nobody_awaits_only_the_late_look_up_of_a_name_is_not_logged(error, told, caplog):
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(report_unheard)
    loop.call_exception_handler({"message": "Future exception was never retrieved", "exception": error})
    assert len(caplog.records) == told
