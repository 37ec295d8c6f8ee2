"""The same way in Dutch, chosen by the link on the page; what is mailed is in Dutch too."""

from __future__ import annotations

import re

from tests.stories.people import Shopper
from tests.stories.world import Machine


async def test_a_refund_in_dutch_by_the_language_link(world: Machine, shopper: Shopper) -> None:
    await shopper.goes("/returns/winkel/")
    await shopper.follows("Nederlands")
    await shopper.reads_heading("Retour aanmelden")
    await shopper.page.get_by_label("Bestelnummer").fill(shopper.bought.number)
    await shopper.page.get_by_label("E-mail").fill(shopper.bought.email)
    await shopper.presses("Mail mij een code")
    mail = await shopper.mail("je code")
    [code] = re.findall(r"Code: (\d{3} \d{3})", mail.text)
    await shopper.page.get_by_label("Code").fill(code)
    await shopper.presses("Mijn bestelling openen")
    await shopper.ticks(shopper.page.get_by_role("checkbox", name="Trail shoe"))
    await shopper.page.get_by_label("Waarom stuur je het terug?").select_option(label="Te klein")
    await shopper.presses("Verder")
    await shopper.ticks(shopper.page.get_by_role("radio", name="Geld terug"))
    await shopper.presses("Verder")
    await shopper.reads("€ 3,95")
    await shopper.ticks(shopper.page.get_by_role("radio", name="Een label printen"))
    await shopper.presses("Verder")
    await shopper.reads("€ 76,05")
    await shopper.presses("Retour bevestigen")
    await shopper.reads_heading("Je retour is bevestigd")
    rma = shopper.rma()
    texts = [mail.text.replace("\xa0", " ") for mail in await shopper.mails()]
    assert "€ 76,05" in texts[0]
    assert all("retour" in text for text in texts)
    await shopper.goes_to_the_return(rma)
    await shopper.follows("English")
    await shopper.reads_heading("Send your parcel")
    await shopper.follows("Nederlands")
    await shopper.reads("Geld terug")
