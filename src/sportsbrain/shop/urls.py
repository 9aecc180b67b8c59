"""Addresses of the shop: of shoppers, open to everybody, and of its office in a Games."""

from django.urls import path

from sportsbrain.shop.views import labels, line, office, orders, parcels, store, tills

app_name = "shop"
PREFIX = "shop/<slug:shop_code>/"
OFFICE = "games/<slug:games_code>/shop/"
urlpatterns = [
    path(OFFICE, office.office, name="office"),
    path(OFFICE + "order/<int:number>/", office.order, name="office_order"),
    path(OFFICE + "order/<int:number>/account/", office.on_account, name="on_account"),
    path(OFFICE + "return/<int:number>/", office.end_return, name="end_return"),
    path(OFFICE + "moves/<int:number>/", office.book_moves, name="book_moves"),
    path(OFFICE + "prices/<int:number>/", office.mark_down, name="mark_down"),
    path(OFFICE + "parcels/", parcels.parcels, name="parcels"),
    path(OFFICE + "parcels/<int:number>/sent/", parcels.send, name="send_parcel"),
    path(OFFICE + "parcels/<int:number>/slip.pdf", parcels.slip, name="parcel_slip"),
    path(OFFICE + "tills/", tills.tills, name="tills"),
    path(OFFICE + "tills/save/", tills.save, name="save_till"),
    path(OFFICE + "tills/trouble/<int:number>/", tills.solve, name="till_solve"),
    path(OFFICE + "till/<slug:code>/", tills.till, name="till"),
    path(OFFICE + "till/<slug:code>/clerk/", tills.clerk, name="till_clerk"),
    path(OFFICE + "till/<slug:code>/state.json", tills.state, name="till_state"),
    path(OFFICE + "till/<slug:code>/sell/", tills.sell, name="till_sell"),
    path(OFFICE + "till/<slug:code>/quote/", tills.quote, name="till_quote"),
    path(OFFICE + "till/<slug:code>/count/", tills.count, name="till_count"),
    path(OFFICE + "till/<slug:code>/worker.js", tills.worker, name="till_worker"),
    path(OFFICE + "catalogue.csv", office.catalogue, name="catalogue"),
    path(OFFICE + "labels.csv", office.labels, name="labels"),
    path(OFFICE + "labels/end/", office.end_label, name="end_label"),
    path(OFFICE + "epcis.json", office.epcis, name="epcis"),
    path(OFFICE + "sellers.csv", office.sellers, name="sellers"),
    path(OFFICE + "sellers/pay/", office.pay_seller, name="pay_seller"),
    path(OFFICE + "statement.csv", office.statement, name="statement"),
    path(PREFIX, store.shelves, name="shelves"),
    path(PREFIX + "suggest/", store.suggest, name="suggest"),
    path(PREFIX + "feed.tsv", store.feed, name="feed"),
    path(PREFIX + "product/<str:code>/", store.product, name="product"),
    path(PREFIX + "picture/<str:shape>/<str:code>.svg", store.picture, name="picture"),
    path(PREFIX + "01/<slug:gtin>/21/<slug:serial>", labels.label, name="label"),
    path(PREFIX + "genuine/", labels.genuine, name="genuine"),
    path(PREFIX + "genuine/worker.js", labels.worker, name="label_worker"),
    path(PREFIX + "line/<slug:code>/", line.line, name="line"),
    path(PREFIX + "line/<slug:code>/join/", line.join, name="join"),
    path(PREFIX + "line/<slug:code>/buy/", line.buy, name="buy"),
    path(PREFIX + "cart/", store.cart, name="cart"),
    path(PREFIX + "cart/put/", store.put, name="put"),
    path(PREFIX + "checkout/", store.checkout, name="checkout"),
    path(PREFIX + "order/<str:link>/", orders.order, name="order"),
    path(PREFIX + "order/<str:link>/gift/", orders.pay_by_gift, name="pay_by_gift"),
    path(PREFIX + "gift/", store.gift, name="gift"),
    path(PREFIX + "order/<str:link>/back/", orders.give_back, name="give_back"),
    path(PREFIX + "order/<str:link>/ticket/", orders.change_ticket, name="change_ticket"),
    path(PREFIX + "order/<str:link>/invoice.pdf", orders.invoice, name="invoice"),
    path(PREFIX + "order/<str:link>/tickets.pdf", orders.tickets, name="tickets"),
]
