"""The texts that a shop begins with, in Liquid, in two languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    """One ready template."""

    name: str
    text: str
    subject: str = ""
    html: str = ""


NAMES = {"ru": "Баллы скоро сгорят", "en": "Points expire soon"}
_LETTER = """<!doctype html>
<html lang="{language}"><body style="margin:0;background:#f7f7f8;font-family:Arial,sans-serif">
<table role="presentation" width="100%"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" style="max-width:560px;background:#ffffff">
<tr><td style="padding:32px;font-size:15px;line-height:24px;color:#16181c">
<p style="margin:0 0 16px;font-size:13px;color:#565c67">{{{{ shop.name }}}}</p>
<h1 style="margin:0 0 16px;font-size:24px;line-height:32px">{title}</h1>
<p style="margin:0 0 16px">{greeting}</p>
<p style="margin:0 0 24px">{body}</p>
<p style="margin:0 0 32px"><a href="{shop_url}" style="background:#3d5ae0;color:#ffffff;
padding:12px 20px;text-decoration:none;border-radius:6px">{button}</a></p>
<p style="margin:0;font-size:12px;color:#666c77"><a href="{{{{ unsubscribe_url }}}}"
style="color:#666c77">{leave}</a></p>
</td></tr></table></td></tr></table></body></html>
"""
SHOP_URL = "https://shop.example/catalogue"


def _letter(language: str, **words: str) -> str:
    return _LETTER.format(language=language, shop_url=SHOP_URL, **words)


TEXTS = {
    "ru": {
        "email": Texts(
            name="Баллы скоро сгорят, письмо",
            subject="{{ points | number }} {{ points | plural: 'балл', 'балла', 'баллов' }} сгорят {{ expires_on }}",
            html=_letter(
                "ru",
                title="{{ points | number }} {{ points | plural: 'балл', 'балла', 'баллов' }} ждут до {{ expires_on }}",
                greeting="Здравствуйте{% if customer.first_name %}, "
                "{{ customer.first_name }}{% endif %}.",
                body="На вашем счёте {{ points | number }} {{ points | plural: 'балл', 'балла', 'баллов' }} со сроком до {{ expires_on }}. "
                "Их можно потратить на любой заказ: спишем при оформлении.",
                button="Выбрать покупку",
                leave="Отписаться от писем",
            ),
            text="На вашем счёте {{ points | number }} {{ points | plural: 'балл', 'балла', 'баллов' }}, они сгорят {{ expires_on }}. "
            f"Потратить: {SHOP_URL}\n\nОтписаться: {{{{ unsubscribe_url }}}}\n",
        ),
        "sms": Texts(
            name="Баллы скоро сгорят, SMS",
            text=f"{{{{ shop.name }}}}: {{{{ points | number }}}} {{{{ points | plural: 'балл', 'балла', 'баллов' }}}} сгорят {{{{ expires_on }}}}. "
            f"{SHOP_URL}",
        ),
    },
    "en": {
        "email": Texts(
            name="Points expire soon, letter",
            subject="{{ points | number }} {{ points | plural: 'point', 'points' }} expire on {{ expires_on }}",
            html=_letter(
                "en",
                title="{{ points | number }} {{ points | plural: 'point', 'points' }} are yours until {{ expires_on }}",
                greeting="Hello{% if customer.first_name %} {{ customer.first_name }}{% endif %},",
                body="You have {{ points | number }} {{ points | plural: 'point', 'points' }} that expire on {{ expires_on }}. "
                "Spend them on any order: they come off at the checkout.",
                button="Choose something",
                leave="Unsubscribe from letters",
            ),
            text="You have {{ points | number }} {{ points | plural: 'point', 'points' }} that expire on {{ expires_on }}. "
            f"Spend them: {SHOP_URL}\n\nUnsubscribe: {{{{ unsubscribe_url }}}}\n",
        ),
        "sms": Texts(
            name="Points expire soon, SMS",
            text=f"{{{{ shop.name }}}}: {{{{ points | number }}}} {{{{ points | plural: 'point', 'points' }}}} expire {{{{ expires_on }}}}. "
            f"{SHOP_URL}",
        ),
    },
}
# What fits any audience: no word about points.
INVITATIONS = {
    "ru": {
        "email": Texts(
            name="Приглашение, письмо",
            subject="{{ shop.name }}: загляните к нам",
            html=_letter(
                "ru",
                title="Давно не виделись",
                greeting="Здравствуйте{% if customer.first_name %}, "
                "{{ customer.first_name }}{% endif %}.",
                body="Мы обновили каталог. Загляните: возможно, найдётся что-то для вас.",
                button="Открыть каталог",
                leave="Отписаться от писем",
            ),
            text=f"Мы обновили каталог: {SHOP_URL}\n\nОтписаться: {{{{ unsubscribe_url }}}}\n",
        ),
        "sms": Texts(
            name="Приглашение, SMS",
            text=f"{{{{ shop.name }}}}: обновили каталог. {SHOP_URL}",
        ),
    },
    "en": {
        "email": Texts(
            name="Invitation, letter",
            subject="{{ shop.name }}: come and have a look",
            html=_letter(
                "en",
                title="It has been a while",
                greeting="Hello{% if customer.first_name %} {{ customer.first_name }}{% endif %},",
                body="The catalogue is new. Have a look: there may be something for you.",
                button="Open the catalogue",
                leave="Unsubscribe from letters",
            ),
            text=f"The catalogue is new: {SHOP_URL}\n\nUnsubscribe: {{{{ unsubscribe_url }}}}\n",
        ),
        "sms": Texts(
            name="Invitation, SMS",
            text=f"{{{{ shop.name }}}}: the catalogue is new. {SHOP_URL}",
        ),
    },
}


def for_audience(kind: str) -> dict[str, dict[str, Texts]]:
    """The texts by (language, channel kind) that a kind of audience can be sent."""
    return TEXTS if kind == "points_expire_soon" else INVITATIONS
