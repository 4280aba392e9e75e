"""What the settings form of every kind of channel has in common."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fenghuo.warn.channels.hearing import members_of
from fenghuo.warn.channels.phones import normal

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise as Lazy


class Reach(StrEnum):
    """Whom a kind reaches: persons by one of their addresses, or whoever is behind one fixed place."""

    EMAIL = "email"
    PHONE = "phone"
    PLACE = "place"


class ChannelSettings(forms.Form):
    """Settings of one kind; every value is kept as text, sealed.

    Attributes:
        kind_name: what the kind is called.
        hint: where the office gets what the settings ask for.
        reach: whom it reaches.
        per_minute: most messages a minute that the other side takes, 0 for no limit.
        takes_replies: whether a person can acknowledge by answering the message with the code.
        brief: how many characters a message with a question for an answer may have, 0 for no such bound.
        answers_query: what follows the address that the other side calls with answers.
        hidden: settings that are secret although one sees them while writing; passwords are so anyway.
    """

    kind_name: "ClassVar[Lazy]"
    hint: "ClassVar[Lazy]"
    reach: ClassVar[Reach]
    per_minute: ClassVar[int] = 0
    takes_replies: ClassVar[bool] = False
    brief: ClassVar[int] = 0
    answers_query: ClassVar[str] = ""
    hidden: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def secrets(cls) -> frozenset[str]:
        """Settings that are never shown again."""
        passwords = {n for n, field in cls.base_fields.items() if isinstance(field.widget, forms.PasswordInput)}
        return cls.hidden | passwords

    @classmethod
    def notes(cls, config: Mapping[str, str]) -> "list[tuple[Lazy | str, str]]":
        """What the office has to set up elsewhere for these settings: what it is, and the text to copy. No secret."""
        return []

    def keep_secrets(self) -> None:
        """Let secrets be left empty: they stay what they are."""
        for name in self.secrets() & set(self.fields):
            self.fields[name].required = False
            self.fields[name].help_text = gettext_lazy("Leave it empty to keep what is stored.")

    def config(self) -> dict[str, str]:
        """The cleaned settings without empty ones."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value not in (None, "", False)}

    def place(self) -> str:
        """How the place is called that a kind of reach `PLACE` sends to; no secret may stand in it."""
        return urlsplit(str(self.cleaned_data["url"])).netloc.rpartition("@")[2]

    def recipients(self, given: "list[str]") -> list[str]:
        """The fixed recipients as they are stored.

        Raises:
            ValidationError: one of them is no address of this kind.
        """
        if self.reach is Reach.PLACE:
            return [self.place()]
        if self.reach is Reach.PHONE:
            return [normal(number) for number in given]
        for address in given:
            validate_email(address)
        return list(given)


def secret_field(label: "Lazy", *, required: bool = True, hint: "Lazy | str" = "") -> forms.CharField:
    """A setting that is never shown again."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, required=required, help_text=hint, widget=widget, max_length=500)


def _is_web_address(value: str) -> None:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not value.isprintable() or " " in value:
        raise ValidationError(_("An address that begins with http:// or https:// is needed."))


def url_field(label: "Lazy", *, initial: str = "", hint: "Lazy | str" = "") -> forms.CharField:
    """An http or https address; names without a dot are allowed, since offices have such servers."""
    return forms.CharField(
        label=label, initial=initial, help_text=hint, max_length=1000, validators=[_is_web_address],
        widget=forms.URLInput(attrs={"spellcheck": "false"}),
    )  # fmt: skip


def mention_field() -> forms.CharField:
    """Telephone numbers of members of a chat group whom a red or orange message calls by name."""
    return forms.CharField(
        label=gettext_lazy("Call by name at red and orange"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Mobile numbers of members of the group, separated by spaces."),
    )


def _are_members(value: str) -> None:
    try:
        members_of(value)
    except ValueError as error:
        text = _("%(part)s: id=number or id=e-mail address is needed, each id once.")
        raise ValidationError(text % {"part": error}) from error


def members_field() -> forms.CharField:
    """Who is who in a chat: only they acknowledge by writing there."""
    return forms.CharField(
        label=gettext_lazy("Who may answer in the chat"),
        required=False,
        max_length=10_000,
        validators=[_are_members],
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Id in the chat=mobile number or e-mail address of the person on this platform, separated by commas."
        ),
    )
