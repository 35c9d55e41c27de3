"""All settings of config.toml, typed; `config.example.toml` explains each key (a test compares the two)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from inboxcrm.base.free_mail import FREE_MAIL
from inboxcrm.base.secret import Secret
from inboxcrm.base.settings_agreement import check_agreement
from inboxcrm.base.settings_commands import Commands
from inboxcrm.base.settings_delivery import Delivery, Handover
from inboxcrm.base.settings_forecast import Forecast
from inboxcrm.base.settings_form import Form
from inboxcrm.base.settings_groups import Group
from inboxcrm.base.settings_imports import Imports
from inboxcrm.base.settings_leads import Campaign, Leads
from inboxcrm.base.settings_names import Names
from inboxcrm.base.settings_notices import Notices
from inboxcrm.base.settings_outward import Sms, Webhook, phone_number
from inboxcrm.base.settings_people import CustomField, People
from inboxcrm.base.settings_pipeline import Pipeline
from inboxcrm.base.settings_privacy import Privacy
from inboxcrm.base.settings_running import Running as Running
from inboxcrm.base.settings_running import Sending as Sending
from inboxcrm.base.settings_support import Support
from inboxcrm.base.settings_team import CalendarCode, FreeDays, Hours, Roles, Team, Territory
from inboxcrm.base.settings_tickets import TicketKind

Security = Literal["tls", "starttls", "none"]
Role = Literal["sales_director", "team_lead", "account_manager", "sdr", "marketing", "finance", "operations"]


def _lower(value: str) -> str:
    return value.strip().lower()


def _address(value: str) -> str:
    value = _lower(value)
    local, at, domain = value.rpartition("@")
    if not (local and at and "." in domain) or " " in value:
        raise ValueError("should be a mail address such as anna@example.com")
    return value


def _own_domain(value: str) -> str:
    value = _lower(value)
    if value in FREE_MAIL:
        raise ValueError(
            f"anybody can have an address at {value}, also your customers: leave it out; your own people and mailboxes"
            " are known by their whole addresses (domains = [] if you have no domain)"
        )
    if "." not in value.strip(".") or "@" in value or " " in value:
        raise ValueError("should be a domain such as example.com")
    return value


def _never_log(value: str) -> str:
    value = _lower(value).removeprefix("@")
    if "@" in value:
        return _address(value)
    if "." not in value or " " in value:
        raise ValueError("should be a mail address or a domain such as home.example")
    return value


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("should be a time zone such as Europe/Amsterdam")
    return value


def _amount(value: object) -> object:
    if isinstance(value, float):
        raise ValueError('should be an amount in quotes, such as "49.00"')
    return value


MailAddress = Annotated[str, AfterValidator(_address)]
OwnDomain = Annotated[str, AfterValidator(_own_domain)]
Zone = Annotated[str, AfterValidator(_zone)]
Amount = Annotated[Decimal, BeforeValidator(_amount), Field(ge=0, max_digits=13, decimal_places=4)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166 code such as NL")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code such as EUR")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$", description="ISO 639 code such as nl")]
NeverLog = Annotated[str, AfterValidator(_never_log)]
SecretText = Annotated[Secret, BeforeValidator(Secret.from_value)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,39}$")]


class Table(BaseModel):
    """A table of config.toml: unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Company(Table):
    """Who sells: stands on every paper (IV-3)."""

    name: str = Field(min_length=1)
    domains: tuple[OwnDomain, ...]
    country: Country
    time_zone: Zone = "UTC"
    currency: Currency = "EUR"
    address: tuple[str, ...] = ()
    vat_number: str = ""
    register_number: str = ""
    iban: str = ""

    @property
    def zone(self) -> ZoneInfo:
        """Give the company's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def missing_particulars(self) -> list[str]:
        """Name what must stand on an invoice by law or use and is not configured (IV-3)."""
        needed = ("address", "vat_number", "register_number", "iban")
        return [name for name in needed if not getattr(self, name)]


class Storage(Table):
    """Where the product keeps its records."""

    folder: Path = Path("data")
    database: SecretText = Secret()
    redis: SecretText = Secret()


class Sales(Table):
    """The defaults of quotes, orders and invoices."""

    quote_valid_days: int = Field(default=30, ge=1)
    payment_days: int = Field(default=30, ge=0)
    cooling_minutes: int = Field(default=15, ge=0)
    accept_limit: Amount = Decimal(10000)
    evidence_wait_minutes: int = Field(default=15, ge=0)
    renewal_term_months: int = Field(default=12, ge=1)
    languages: tuple[Language, ...] = ()
    home_vat_rate: Amount = Decimal(21)
    terms: str = "Prices exclude VAT. The licence starts on the day of acceptance."


class Capture(Table):
    """What is never stored, whatever a mailbox's own policy says, and how far back Junk is looked at (V11, I19)."""

    never_log: tuple[NeverLog, ...] = ()
    junk_days: int = Field(default=14, ge=0, le=90)


class Rules(Table):
    """Where the rule files are, and which of the starter sets `init` puts there."""

    folder: Path = Path("rules")
    starter: Literal["", "streak", "licences", "make-to-order"] = ""


class Server(Table):
    """One IMAP or SMTP login."""

    host: str = Field(min_length=1)
    port: int = Field(ge=1, le=65535)
    security: Security = "tls"
    user: str = ""
    password: SecretText = Secret()
    ca_file: Path | None = None


class Account(Table):
    """One mailbox that is watched, with its way to send."""

    address: MailAddress
    name: str = ""
    kind: Literal["shared", "personal"] = "shared"
    user: Key | None = None
    capture: Literal["all", "known", "label"] | None = None
    label: str = ""
    never_log: tuple[NeverLog, ...] = ()
    auth: Literal["password", "oauth"] = "password"
    provider: Literal["", "google", "microsoft", "fastmail", "generic"] = ""
    imap: Server
    smtp: Server
    authentication_server: str = ""
    plus_addresses: bool = False
    folders: tuple[str, ...] = ()
    relook_minutes: int = Field(default=10, ge=1, le=1440)

    @property
    def policy(self) -> str:
        """Give the configured policy; `all` on a personal account is only a request to its owner (V11)."""
        return self.capture or ("all" if self.kind == "shared" else "known")

    @property
    def wanted_folders(self) -> frozenset[str]:
        """Give the folders to read besides INBOX and Sent: one of the label's name is one of them."""
        return frozenset((*self.folders, self.label) if self.label else self.folders)

    @property
    def provider_key(self) -> str:
        """Give what the row of `mail/providers.py` is found by: the configured name, else the IMAP host."""
        return self.provider or self.imap.host

    @model_validator(mode="after")
    def _personal_has_user(self) -> Account:
        if self.kind == "personal" and not self.user:
            raise ValueError('a personal account needs user = "key of its owner"')
        if self.capture == "label" and not self.label:
            raise ValueError('capture = "label" needs label = "its name"')
        return self


class OAuthClient(Table):
    """Our registration with a provider at which mailboxes sign in without a password (I15)."""

    provider: Literal["google", "microsoft", "generic"]
    client_id: str = Field(min_length=1)
    client_secret: SecretText = Secret()
    tenant: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]*$")] = ""
    flow: Literal["", "device", "loopback", "application"] = ""
    authorize_url: str = ""
    token_url: str = ""
    device_url: str = ""
    scopes: tuple[str, ...] = ()


class User(Table):
    """One of our own people."""

    key: Key
    name: str = Field(min_length=1)
    address: MailAddress
    role: Role
    phone: Annotated[str, AfterValidator(phone_number)] = ""  # for text messages
    deputy: str | None = None  # who stands in while he is away
    team: Key | None = None
    territory: Territory = Territory()
    capacity: int | None = Field(default=None, ge=0)  # open leads at most
    country: CalendarCode | None = None  # whose holidays he has; the company's, if none is named
    time_zone: Zone | None = None
    hours: Hours = ""


class Product(Table):
    """One line of the price list."""

    code: Key
    description: str = Field(min_length=1)
    price: Amount
    unit: str = "piece"
    supply: Literal["service", "goods", "digital"] = "service"
    billing: Literal["at release", "at delivery"] = "at release"
    goes_with: tuple[Key, ...] = ()  # codes of products that those who buy this one may want too (OP-18)


class Settings(Table):
    """The whole of config.toml."""

    company: Company
    storage: Storage = Storage()
    running: Running = Running()
    sending: Sending = Sending()
    sales: Sales = Sales()
    leads: Leads = Leads()
    people: People = People()
    names: Names = Names()
    handover: Handover = Handover()
    delivery: Delivery = Delivery()
    forecast: Forecast = Forecast()
    capture: Capture = Capture()
    commands: Commands = Commands()
    notices: Notices = Notices()
    support: Support = Support()
    privacy: Privacy = Privacy()
    rules: Rules = Rules()
    sms: Sms = Sms()
    imports: Imports = Imports()
    account: tuple[Account, ...] = Field(min_length=1)
    oauth: tuple[OAuthClient, ...] = ()
    webhook: tuple[Webhook, ...] = ()
    user: tuple[User, ...] = Field(min_length=1)
    team: tuple[Team, ...] = ()
    roles: Roles = Roles()
    calendar: tuple[FreeDays, ...] = ()
    product: tuple[Product, ...] = ()
    form: tuple[Form, ...] = ()
    campaign: tuple[Campaign, ...] = ()
    pipeline: tuple[Pipeline, ...] = Field(default=(Pipeline(),), min_length=1)
    field: tuple[CustomField, ...] = ()
    ticket: tuple[TicketKind, ...] = ()
    group: tuple[Group, ...] = ()

    @model_validator(mode="after")
    def _agrees(self) -> Settings:
        check_agreement(self)
        return self

    @property
    def database_url(self) -> str:
        """Give the database's URL: SQLite in the data folder unless configured. Raises SecretUnreadable."""
        return self.storage.database.read() or f"sqlite:///{self.storage.folder / 'inboxcrm.db'}"

    @property
    def redis_url(self) -> str:
        """Give the configured URL of Redis; "" if it is embedded. Raises SecretUnreadable."""
        return self.storage.redis.read()

    @property
    def house_account(self) -> Account:
        """Give the shared account from which the product itself writes."""
        return next(a for a in self.account if a.kind == "shared")

    @property
    def manager(self) -> User:
        """Give who is asked about what nobody owns: the first manager listed, else the first user."""
        managers = [one for one in self.user if one.role in ("sales_director", "team_lead")]
        return (managers or list(self.user))[0]

    def account_of_user(self, key: str) -> Account | None:
        """Give the watched mailbox of a user, if there is one."""
        return next((a for a in self.account if a.kind == "personal" and a.user == key), None)

    def user_by_address(self, address: str) -> User | None:
        """Give the user with this registered address."""
        return next((u for u in self.user if u.address == address), None)

    def user_by_key(self, key: str) -> User | None:
        """Give the user with this key."""
        return next((u for u in self.user if u.key == key), None)

    def product_by_code(self, code: str) -> Product | None:
        """Give the product with this code."""
        return next((p for p in self.product if p.code == code.lower()), None)

    def form_of(self, sender: str, subject: str) -> Form | None:
        """Give the first form rule that reads a mail of this sender with this subject."""
        return next((form for form in self.form if form.fits(sender, subject)), None)

    def campaign_of(self, addresses: Iterable[str], subject: str) -> Campaign | None:
        """Give the first campaign because of which a mail to these addresses with this subject came."""
        return next((one for one in self.campaign if one.fits(addresses, subject)), None)

    def field_named(self, words: str) -> CustomField | None:
        """Give the field of the company's own with this name or label."""
        wanted = " ".join(words.replace("_", " ").casefold().split())
        names = ((one, {one.name.replace("_", " "), one.label.casefold()}) for one in self.field)
        return next((one for one, called in names if wanted and wanted in called), None)

    def campaign_named(self, words: str) -> Campaign | None:
        """Give the campaign of this name."""
        return next((one for one in self.campaign if one.name.casefold() == words.strip().casefold()), None)

    def pipeline_of(self, kind: str) -> Pipeline:
        """Give the pipeline of deals of a kind (OP-1)."""
        of_kind = (one for one in self.pipeline if kind in one.kinds)
        return next(of_kind, None) or next(one for one in self.pipeline if not one.kinds)

    @property
    def stage_names(self) -> tuple[str, ...]:
        """Give the names of the stages of all pipelines, each once."""
        return tuple(dict.fromkeys(name for one in self.pipeline for name in one.names))

    def is_account_address(self, address: str) -> bool:
        """Tell whether mail to this address comes to a shared account of ours; a plus-part does not matter."""
        return without_plus(address) in self._shared_addresses

    def is_inside(self, address: str) -> bool:
        """Tell whether an address belongs to the company: a user, an account, or its domain."""
        if address.rpartition("@")[2] in self.company.domains or address in self._inside_addresses:
            return True
        return "+" in address and without_plus(address) in self._account_addresses

    # Asked for every address of every mail.
    @cached_property
    def _account_addresses(self) -> frozenset[str]:
        return frozenset(account.address for account in self.account)

    @cached_property
    def _shared_addresses(self) -> frozenset[str]:
        return frozenset(account.address for account in self.account if account.kind == "shared")

    @cached_property
    def _inside_addresses(self) -> frozenset[str]:
        return self._account_addresses.union(user.address for user in self.user)


def without_plus(address: str) -> str:
    """Cut the plus-part of an address: sales+x@example.com is sales@example.com."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
