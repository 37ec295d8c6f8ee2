"""Papers of a return: the stored label and the code for the counter, the same bytes every time."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from returns_app.faces.portal.follow import own_return
from returns_app.faces.portal.way import go
from returns_app.faces.security.visits import PortalVisit
from returns_app.merchants.queries import Shop
from returns_app.shipping.queries import label_pdf, label_qr

_PRIVATE = {"Cache-Control": "private, no-cache"}


@get("/return/{rma:str}/label.pdf")
async def label_paper(
    shop: NamedDependency[Shop], visit: NamedDependency[PortalVisit], rma: FromPath[str]
) -> Response[Any]:
    """The label, to open and print; before there is one, the page that says so."""
    seen = await own_return(shop, visit, rma)
    paper = await label_pdf(shop.id, seen.id)
    if paper is None:
        return go(shop, f"return/{seen.rma}")
    headers = {**_PRIVATE, "Content-Disposition": f'inline; filename="label-{seen.rma}.pdf"'}
    return Response(paper, media_type="application/pdf", headers=headers)


@get("/return/{rma:str}/code.png")
async def counter_code(
    shop: NamedDependency[Shop], visit: NamedDependency[PortalVisit], rma: FromPath[str]
) -> Response[Any]:
    """The code that the counter scans."""
    seen = await own_return(shop, visit, rma)
    picture = await label_qr(shop.id, seen.id)
    if picture is None:
        return go(shop, f"return/{seen.rma}")
    return Response(picture, media_type="image/png", headers=_PRIVATE)
