"""What a script asks where the server does not know a value: the request of the cell that lists those that it knows."""

from __future__ import annotations

from dataclasses import dataclass

from generator.catalog.listing import Listing
from generator.catalog.model import Backend
from generator.request import Request, RequestSecret, in_query


@dataclass(frozen=True)
class ListOfValues:
    """The request for a list of values, with its defaults, and what reads its answer."""

    backend: Backend
    listing: Listing
    request: Request

    @property
    def endpoint(self) -> str:
        """The id of the endpoint that is asked."""
        return self.listing.cell.id

    @property
    def function(self) -> str:
        """The function of the script that asks."""
        return f"ask_{self.endpoint.replace('-', '_')}"

    @property
    def filter(self) -> str:
        return self.listing.pipeline.jq

    @property
    def start(self) -> str:
        """What its line starts with: where the list comes in pages, only the first one is asked for."""
        return "On its first page the server has" if self.listing.cell.pages else "The server has"

    @property
    def script(self) -> str:
        """What lists all values."""
        return f"{self.backend.id}-{self.listing.cell.id}.sh{' --all' if self.listing.cell.pages else ''}"

    @property
    def path(self) -> str:
        """What stands in the URL behind the base URL and before the secrets."""
        query = "&".join(f"{in_query(part.name)}={in_query(part.value)}" for part in self.request.query if part.value is not None)
        path = "".join(part.value or "" for part in self.request.path)
        return f"{path}?{query}" if query else path

    @property
    def separator(self) -> str:
        """What stands before the first secret in the query."""
        return "&" if "?" in self.path else "?"

    @property
    def secrets_in_query(self) -> list[RequestSecret]:
        return [secret for secret in self.request.secrets if secret.place == "query"]

    @property
    def headers(self) -> list[str]:
        """The arguments of -H."""
        return [part.header_argument for part in self.request.headers if part.value is not None]

    @property
    def cookies(self) -> str:
        """The argument of -b; empty where a secret cookie brings the others along."""
        if any(secret.place == "cookies" for secret in self.request.secrets):
            return ""
        return "; ".join(f"{part.name}={part.value}" for part in self.request.cookies if part.value is not None)

    @property
    def literals(self) -> list[str]:
        """The texts of the catalog in it."""
        return [self.filter, self.path, *self.headers, self.cookies]
