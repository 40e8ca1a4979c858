"""Webhooks: have a program of your own told of events, by signed calls."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.people import acting, hat_of
from backend.core.api.commands import command
from backend.notifications import operations
from backend.notifications.events import WEBHOOK_KINDS
from backend.notifications.models import WebhookDelivery, WebhookEndpoint


class WebhookSerializer(serializers.ModelSerializer[WebhookEndpoint]):
    """A webhook as it is read: never with its secret."""

    class Meta:
        model = WebhookEndpoint
        fields = ["id", "url", "kinds", "is_active", "created_at", "stopped_at"]


class NewWebhookSerializer(serializers.Serializer[Any]):
    """What a new webhook needs."""

    url = serializers.CharField(max_length=500, help_text="Begins with https://.")
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=WEBHOOK_KINDS),
        default=list,
        help_text="Kinds of events; empty for all.",
    )


class WebhookChangeSerializer(serializers.Serializer[Any]):
    """What may be changed; what is left out stays."""

    url = serializers.CharField(max_length=500, required=False)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=WEBHOOK_KINDS), required=False
    )
    is_active = serializers.BooleanField(required=False)


class WebhookWithSecretSerializer(WebhookSerializer):
    """A webhook at the moment it is made: the secret is shown this once."""

    secret = serializers.CharField(
        read_only=True, help_text="For the check of signatures. Shown once; keep it."
    )

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    """One event for one webhook, and how it went."""

    message_id = serializers.CharField(read_only=True, help_text="The header webhook-id.")
    kind = serializers.CharField(source="event.kind", read_only=True)

    class Meta:
        model = WebhookDelivery
        fields = [
            "message_id",
            "event",
            "kind",
            "state",
            "attempts",
            "due_at",
            "delivered_at",
            "last_status",
            "last_error",
        ]


class WebhookViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[WebhookEndpoint],
):
    """The webhooks of your organisation.

    Calls follow Standard Webhooks: headers `webhook-id` (the same at each attempt: keep it, so
    that you treat an event once), `webhook-timestamp` and `webhook-signature` (HMAC-SHA256).
    Answer 2xx within five seconds. Other answers are tried again eight times over two days;
    then the webhook is stopped and your managers get a mail.
    """

    queryset = WebhookEndpoint.objects.none()
    serializer_class = WebhookSerializer
    capabilities = dict.fromkeys(
        ["list", "retrieve", "create", "partial_update", "destroy", "ping", "deliveries"],
        "webhook.edit",
    )

    def get_queryset(self) -> QuerySet[WebhookEndpoint]:
        """Give what this organisation may see."""
        return WebhookEndpoint.objects.seen_by(hat_of(self.request)).order_by("-pk")

    @extend_schema(
        request=NewWebhookSerializer,
        responses={201: WebhookWithSecretSerializer},
        examples=[
            OpenApiExample(
                "Hand-overs only",
                value={"url": "https://example.org/rebond", "kinds": ["device.handed_over"]},
                request_only=True,
            )
        ],
    )
    def create(self, request: Request) -> Response:
        """Make a webhook. The answer shows its secret, this once."""
        asked = NewWebhookSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        made: list[WebhookEndpoint] = []

        def act() -> Any:
            made.append(
                operations.add_webhook(
                    by=acting(request), at=timezone.now(), **asked.validated_data
                )
            )
            return WebhookSerializer(made[0]).data

        response = command(request, act, status=201)
        if "Idempotency-Replayed" not in response:  # the answer is remembered without it
            response.data = {**response.data, "secret": made[0].secret}
        return response

    @extend_schema(request=WebhookChangeSerializer, responses=WebhookSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change address or kinds, or switch it off and on again."""
        asked = WebhookChangeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        changed = operations.change_webhook(
            webhook_id=self.get_object().pk,
            by=acting(request),
            at=timezone.now(),
            **asked.validated_data,
        )
        return Response(WebhookSerializer(changed).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Remove a webhook with its secret and its deliveries."""
        operations.remove_webhook(
            webhook_id=self.get_object().pk, by=acting(request), at=timezone.now()
        )
        return Response(status=204)

    @extend_schema(request=None, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    def ping(self, request: Request, pk: str) -> Response:
        """Queue a call that only says hello (`webhook.pinged`); look at `deliveries` then."""
        webhook_id = self.get_object().pk

        def act() -> Any:
            queued = operations.ping_webhook(
                webhook_id=webhook_id, by=acting(request), at=timezone.now()
            )
            return DeliverySerializer(queued).data

        return command(request, act, status=202)

    @extend_schema(responses=DeliverySerializer(many=True))
    @action(detail=True, methods=["get"])
    def deliveries(self, request: Request, pk: str) -> Response:
        """List what was sent to a webhook, and how it went."""
        found: Any = self.get_object().deliveries.select_related("event").order_by("-pk")
        page: Any = self.paginate_queryset(found)
        return self.get_paginated_response(DeliverySerializer(page, many=True).data)
