"""Which column of a file is what, by the names that shops commonly give them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ORDERS, LINES, CUSTOMERS = "orders", "lines", "customers"


@dataclass(frozen=True)
class Field:
    """A field a column may be mapped to, and the header names that mean it, best first."""

    key: str
    names: str

    def rank(self, header: str) -> tuple[int, bool] | None:
        """How good a header is for the field; of equals the one without a unit is better."""
        found = self.names.split()
        for name in (plain(header), plain(without_unit(header))):
            if name in found:
                return found.index(name), name != plain(header)
        return None


CUSTOMER = Field(
    "customer",
    "customeruniqueid customerid customernumber customerno customerkey customercode clientid "
    "clientcode clientno householdid householdkey memberid membernumber userid buyerid shopperid "
    "consumerid contactid personid accountid custid custno loyaltyid cardid cardno cardnumber "
    "visitorid customer client buyer member user household shopper cust uid cid "
    "idклиента клиентid кодклиента номерклиента клиент покупатель idпокупателя кодпокупателя "
    "пользователь idпользователя номеркарты номеркартылояльности картаклиента картапокупателя "
    "карталояльности карта контрагент гость номеркартыгостя телефонгостя контакт заказчик "
    "kundennummer kundenid kundennr kunde kaufer idcliente clienteid codigocliente codcliente "
    "codicecliente cliente idclient numeroclient numclient acheteur idklienta klient "
    "customeremail clientemail buyeremail useremail billingemail emailbilling emailaddress email "
    "fromemailaddress emailклиента почтаклиента почта "
    "фиоклиента фиопокупателя фио customername clientname buyername kundenname nomecliente "
    "nombrecliente nomclient телефонклиента телефонпокупателя телефон customerphone phone",
)
ORDER_ID = Field(
    "order_id",
    "invoiceno invoiceid invoicenumber invoice orderid orderno ordernumber basketid receiptid "
    "receiptno receiptnumber transactionid transactionno transactionnumber txnid checkid checkno "
    "checknumber chequeid chequeno ticketid purchaseid saleid salesid billid billno bill basket "
    "receipt transaction order documentno documentid orderkey ordercode orderref orderreference "
    "номерзаказа idзаказа заказid кодзаказа заказ номерчека idчека чек номерпокупки "
    "номердокумента документ накладная номер "
    "bestellnummer bestellid bestellnr auftragsnummer rechnungsnummer rechnungsnr belegnummer "
    "belegnr bonnummer numerodopedido numeropedido idpedido pedido notafiscal numerofactura "
    "factura numerocommande idcommande commande numerofacture facture numeroordine idordine "
    "ordine numerzamowienia zamowienie",
)
DATE = Field(
    "date",
    "invoicedate orderdate orderdatetime orderpurchasetimestamp transactiontimestamp "
    "transactiondatetime transactiondate purchasedatetime purchasetimestamp purchasedate "
    "datetime orderedat placedat purchasedat boughtat soldat createdat paidat orderedon "
    "purchasedon ordertime orderts orderplaced dateoforder dateofpurchase saledatetime saledate "
    "salesdate transactiontime eventtime datecreated dateadded completedat processedat paymentdate "
    "timestamp createddate eventdate date created day dt ts time sent "
    "датаивремя датавремя датазаказа датапокупки датачека датапродажи датаоперации датадокумента "
    "датаивремяоткрытия датаивремясоздания датаивремязаказа датаивремяпродажи датаоформления "
    "датасоздания датаоплаты датазакрытия датавизита учетныйдень кассовыйдень времязакрытия "
    "времязаказа времяпокупки создан принятвобработку закрыт открыт дата время "
    "bestelldatum auftragsdatum kaufdatum rechnungsdatum belegdatum verkaufsdatum datum "
    "datadopedido datapedido datadacompra datacompra datadavenda datavenda fechapedido "
    "fechadelpedido fechacompra fechaventa fechafactura fecha datecommande datedecommande "
    "datedelacommande dateachat datefacture dataordine datazamowienia data",
)
AMOUNT = Field(
    "amount",
    "salesvalue trnsumfromiss lineamount linetotal linerevenue itemtotal purchasesum ordertotal "
    "ordertotalamount orderamount ordersum ordervalue totalamount totalprice totalsum totalpaid "
    "totalspent grandtotal amountpaid paidamount netamount paymentvalue paymentamount "
    "transactionamount transactionvalue purchaseamount purchasevalue salesamount totalsales "
    "netsales totalrevenue netrevenue orderrevenue purchaserevenue finalamount finalprice nettotal "
    "amount total sum revenue sales sale value paid spend spent monetary turnover gross price "
    "суммазаказа суммапокупки суммачека суммапродажи суммадокумента суммастроки суммасоскидкой "
    "суммакоплате суммаоплаты итогокоплате коплате итоговаясумма суммаотправления сумма итого "
    "итог выручка оборот оплачено стоимость стоимостьзаказа "
    "gesamtbetrag gesamtsumme rechnungsbetrag bestellwert gesamtpreis umsatz betrag summe "
    "valortotal valordopedido valorpago totaldopedido valor receita importetotal importe monto "
    "montanttotal montantttc totalttc montant prixtotal importototale importo totale kwota "
    "wartosc preis preco precio prix prezzo",
)
# Beside an order's total its amount is what it came to before tax and discount.
AMOUNT_OF_ORDER = Field("amount", AMOUNT.names.replace(" amount total ", " total amount "))
PRODUCT = Field(
    "product",
    "stockcode sku productid productcode productsku itemid itemcode itemsku articleid articleno "
    "article goodsid upc ean barcode productkey product item goods "
    "артикул кодтовара idтовара товарid номенклатура штрихкод товар "
    "artikelnummer artikelnr artikel produkt codigoproduto produto codigoproducto producto "
    "produit prodotto",
)
PRODUCT_NAME = Field(
    "product_name",
    "description productname productdescription producttitle itemname itemdescription title name "
    "наименованиетовара названиетовара наименование название описание "
    "artikelname produktname nomeproduto nombreproducto",
)
QUANTITY = Field(
    "quantity",
    "quantity qty productquantity itemquantity orderquantity quantityordered qtyordered units "
    "pieces pcs count количество колво кол штук шт "
    "menge anzahl stuck quantidade qtde qtd cantidad quantite quantita ilosc",
)
UNIT_PRICE = Field(
    "unit_price",
    "unitprice priceperunit itemprice productprice saleprice sellingprice priceeach price "
    "ценазаединицу ценазаштуку ценатовара цена "
    "einzelpreis stuckpreis preis precounitario valorunitario preco preciounitario precio "
    "prixunitaire prix prezzounitario prezzo cena",
)
CATEGORY = Field(
    "category",
    "category productcategory categoryname department producttype productgroup "
    "категория группа раздел группатоваров",
)
COUNTRY = Field("country", "country customercountry shipcountry страна")
CITY = Field("city", "city customercity town город населенныйпункт")

EXTERNAL = Field(
    "external_id", CUSTOMER.names.split("visitorid")[0].replace("cardid cardno cardnumber", "")
    + " externalid customer client id код idклиента кодклиента номерклиента",
)  # fmt: skip
PERSON = (
    EXTERNAL,
    Field("email", "email emailaddress mail почта эпочта элпочта электроннаяпочта адрес имейл"),
    Field("phone", "phone phonenumber tel telephone mobile mobilephone cell телефон "
          "номертелефона мобильный мобильныйтелефон сотовый тел"),
    Field("card", "card cardid cardno cardnumber loyaltycard номеркарты карта дисконтнаякарта "
          "бонуснаякарта карталояльности номеркартылояльности картаклиента"),
    Field("full_name", "fullname name customername clientname фио фиоклиента фиопокупателя "
          "имяифамилия полноеимя"),
    Field("first_name", "firstname givenname имя"),
    Field("last_name", "lastname surname familyname фамилия"),
    Field("birth_date", "birthdate birthday dateofbirth dob датарождения деньрождения др"),
    Field("gender", "gender sex пол"),
    CITY,
    COUNTRY,
    Field("language", "language lang locale язык"),
    Field("consent_email", "consentemail emailconsent emailoptin subscribedemail согласиеemail "
          "согласиенаemail согласиепочта"),
    Field("consent_sms", "consentsms smsconsent smsoptin subscribedsms согласиеsms согласиесмс "
          "согласиенаsms согласиенасмс"),
)  # fmt: skip
CONSENTS = frozenset({"consent_email", "consent_sms"})
FIELDS: Mapping[str, tuple[Field, ...]] = {
    ORDERS: (CUSTOMER, ORDER_ID, DATE, AMOUNT_OF_ORDER, COUNTRY, CITY),
    LINES: (
        CUSTOMER, ORDER_ID, DATE, PRODUCT, PRODUCT_NAME, QUANTITY, UNIT_PRICE, AMOUNT, CATEGORY,
        COUNTRY, CITY,
    ),
    CUSTOMERS: PERSON,
}  # fmt: skip
# What a header may say after a comma or in brackets without meaning something else.
_UNITS = (
    "руб рубль рубли рублей р rub rur ₽ тг тенге kzt ₸ грн uah ₴ byn usd $ us$ eur € евро gbp £ "
    "brl r$ pln zł inr rs ₹ cny jpy ¥ try cad aud chf "
    "inctax incltax ttc base purchased "
    "шт штук штуки ед pcs units utc gmt мск ддммгггг ггггммдд ddmmyyyy mmddyyyy yyyymmdd"
)
_WITH_UNIT = re.compile(r"(.+?)(?:\s*,\s*|\s*[(\[]\s*)([^(\[,]+?)\s*[)\]]?\Z")
_TOTALS = (
    "purchasesum ordertotal orderamount ordersum ordervalue ordertotalamount grandtotal"
    " paymentvalue transactionamount transactionvalue суммазаказа суммапокупки суммачека"
    " суммадокумента стоимостьзаказа итогозаказ"
)
_OF_ORDER = frozenset(_TOTALS.split())
_KINDS = (
    "event eventtype eventname transactiontype ordertype documenttype типчека типоперации"
    " видоперации типдокумента виддокумента признакрасчета операция"
)
_KINDS_OF_ROWS = frozenset(_KINDS.split())
_WITH_LAST_WORD = re.compile(r"(.*[^\s_])[\s_]+([^\s_]+)\Z")
REQUIRED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    ORDERS: (("customer",), ("date",), ("amount",)),
    LINES: (("customer",), ("date",), ("unit_price", "amount")),
    CUSTOMERS: (("external_id", "email", "phone", "card"),),
}


def plain(header: str) -> str:
    """A header without case, accents, spaces and marks: `Customer ID`, `customer_id` → `customerid`."""
    text = unicodedata.normalize("NFC", header).casefold().replace("ё", "е")
    # By itself it counts rows.
    text = re.sub(r"№\s*(?=\w)", "номер", text)
    if not text.isascii():
        text = "".join(map(_without_accent, text))
    return re.sub(r"[^0-9a-zа-я]", "", text)


def _without_accent(letter: str) -> str:
    """й is a letter of its own."""
    return letter if letter == "й" else unicodedata.normalize("NFKD", letter)[0]


def without_unit(header: str) -> str:
    """A header without the unit at its end: `Сумма, руб.`, `amount (USD)`; else as it is."""
    found = _WITH_UNIT.match(header.strip()) or _WITH_LAST_WORD.match(header.strip())
    unit = re.sub(r"[\s.,/:-]", "", found.group(2).casefold()) if found else ""
    return found.group(1) if found and unit in _UNITS.split() else header


def is_of_order(header: str) -> bool:
    """Whether a sum is by its name an order's, not a line's."""
    return plain(without_unit(header)) in _OF_ORDER


def is_status(header: str) -> bool:
    """Whether a column says what became of an order, or what kind of event or paper a row is."""
    name = plain(header)
    is_state = name.endswith(("status", "статус", "statut", "estado", "stato"))
    return is_state or name.startswith("статус") or name in _KINDS_OF_ROWS


def is_currency(header: str) -> bool:
    return plain(header).startswith(("currency", "валюта", "кодвалюты", "wahrung", "moneda"))


def is_bare_id(header: str) -> bool:
    """Whether a number is by its name anybody's."""
    return plain(header) in {"id", "no"}


def is_discount(header: str) -> bool:
    name = plain(header)
    return name.startswith(("discount", "скидка", "rabatt", "descuento", "desconto", "remise"))


def recognise(headers: Sequence[str], kind: str) -> dict[str, str]:
    """{header: field} for the headers that are known; each field and each header once."""
    free = dict.fromkeys(headers)
    found: dict[str, str] = {}
    for field in FIELDS[kind]:
        ranked = [(rank, header) for header in free if (rank := field.rank(header)) is not None]
        if ranked:
            header = min(ranked)[1]
            found[header] = field.key
            del free[header]
    return _settle(found, list(free), kind)


def _settle(found: dict[str, str], free: Sequence[str], kind: str) -> dict[str, str]:
    """What only the neighbours tell: whose number a bare `id` is."""
    taken = set(found.values())
    bare = [header for header in free if is_bare_id(header)]
    if kind != CUSTOMERS and bare:
        missing = "order_id" if "customer" in taken else "customer"
        if missing not in taken:
            found[bare[0]] = missing
    return found


def guess_kind(headers: Sequence[str]) -> str:
    """Lines when the file names products or unit prices beside quantities; else orders, people."""
    fields = set(recognise(headers, LINES).values())
    if "date" in fields and fields & {"unit_price", "amount"}:
        has_lines = "product" in fields or {"quantity", "unit_price"} <= fields
        return LINES if has_lines else ORDERS
    return CUSTOMERS if recognise(headers, CUSTOMERS) else ORDERS


def missing(mapping: Mapping[str, str], kind: str) -> list[str]:
    """Fields the kind cannot do without and the mapping does not give, alternatives joined."""
    given = set(mapping.values())
    return [" | ".join(names) for names in REQUIRED[kind] if not given & set(names)]


def allowed(kind: str) -> frozenset[str]:
    """The fields a column may be mapped to: nothing outside this list is ever written."""
    return frozenset(field.key for field in FIELDS[kind])
