"""Where chat products and SMS providers tell what people wrote to us. Each proves itself by the secrets of its channel."""

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from fenghuo.base.common.secrets import SealBroken
from fenghuo.warn.channels.actions import take_call
from fenghuo.warn.channels.answers import TooMany
from fenghuo.warn.channels.hearing import MOST_BYTES, Call, NotProven
from fenghuo.warn.channels.models import Channel
from fenghuo.warn.early_warnings.answered import take_on

log = logging.getLogger(__name__)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def called(request: HttpRequest, channel_id: str) -> HttpResponse:
    """Take a call. GET acknowledges nothing: a product tests the address by it. Who can not prove itself learns nothing, not even
    whether there is such a channel.
    """
    length = request.META.get("CONTENT_LENGTH") or ("" if request.method == "POST" else "0")
    if not (length.isascii() and length.isdecimal()):
        return HttpResponse(status=411)
    if int(length) > MOST_BYTES:
        return HttpResponse(status=413)
    channel = Channel.objects.filter(id=channel_id[:36]).first()
    if channel is None:
        return HttpResponse(status=403)
    address = request.META.get("REMOTE_ADDR", "")
    try:
        body = take_call(channel, _call(request), address, take_on)
    except NotProven as error:
        log.warning("a call for channel %s from %s is not taken: %s", channel.name, address, error)
        return HttpResponse(status=403)
    except TooMany:
        return HttpResponse(status=429, headers={"Retry-After": "600"})
    except SealBroken:
        log.exception("the settings of channel %s do not open", channel.name)
        return HttpResponse(status=503)
    return HttpResponse(body.content, content_type=body.kind, headers={"Cache-Control": "no-store"})


def _call(request: HttpRequest) -> Call:
    headers = {name.lower(): value for name, value in request.headers.items()}
    query = {name: str(value) for name, value in request.GET.items()}
    return Call(request.method or "", query, headers, request.body)
