// SPDX-License-Identifier: MIT
/// \file
/// What docs/how_to/from_flask.md shows beside Flask and Quart, compiled and, by `from_flask
/// check`, checked as an application.
#include "data.hpp"

#include <pottle/middleware/https_redirect.hpp>
#include <pottle/middleware/proxy_fix.hpp>
#include <pottle/pottle.hpp>

namespace shop {

using namespace pottle;

struct Item {
    long id;
    std::string name;
};
struct NewItem {
    Text<1, 80> name;
};
struct Search {
    std::string q;
    Int<1, 100, 20> limit;
};

struct Store {
    std::optional<Item> find(long id) const { return Item{id, "cup"}; }
    Item add(std::string name) { return {1, std::move(name)}; }
    std::vector<Item> search(const Search&) const { return {}; }
};

struct OutOfStock : std::exception {
    const char* what() const noexcept override { return "out of stock"; }
};

void add_routes(App& app) {
    // doc: route
    app.get("/", [] { return "<h1>Shop</h1>"; }, endpoint("index"));
    app.post("/items",
             [](Json<NewItem> item, Store& store) { return Reply{store.add(item->name), 201}; });
    app.route("/form", [] { return "form"; }, methods("GET", "POST"));
    // doc: end
    // doc: parameters
    app.get(
        "/items/<int:id>", [](long id, Store& store) { return store.find(id); },  // empty -> 404
        endpoint("item"));
    app.get("/files/<path:name>", [](std::string name) { return escape(name); });
    app.get("/<any(about, help):page>", [](std::string page) { return page; });
    // doc: end
    // doc: defaults
    const auto show_page = +[](long page) { return std::to_string(page); };
    app.get(runtime("/page/"), show_page, defaults({{"page", 1}}), endpoint("page"));
    app.get("/page/<int:page>", show_page, endpoint("page"));
    // doc: end
    // doc: request
    app.get("/request", [](Request& request) -> Task<std::string> {
        const std::string_view q = request.args().get("q", "");
        const std::string_view agent = request.headers().get("user-agent");
        const MultiDict& form = co_await request.form();
        co_return escape(std::string(request.method_text()) + std::string(request.path()) +
                         request.url() + request.remote_addr() + std::string(q) +
                         std::string(agent) + std::string(form.get("name")));
    });
    // doc: end
    // doc: typed
    app.get("/search", [](Query<Search> search, Store& store) { return store.search(*search); });
    // doc: end
    // doc: response
    app.get("/plain", [](Response& response) {
        response.headers.set("Cache-Control", "no-store");
        return Reply{"created", 201, Headers{{"X-Kind", "plain"}}};
    });
    app.get("/away",
            [](Request& request) { return redirect(request.url_for("item", {{"id", 1}}), 303); });
    // doc: end
    // doc: wait
    app.get("/slow", []() -> Task<std::string> {
        co_await sleep(1s);
        co_return "done";
    });
    app.get("/blocking", blocking([] { return "from the pool"; }));
    // doc: end
    // doc: stream
    app.get("/stream", []() -> Generator<std::string> {
        for (int i = 0; i < 3; ++i) {
            co_yield "line\n";
            co_await sleep(1s);
        }
    });
    // doc: end
}

struct User {
    std::string name;
};

void add_hooks(App& app) {
    // doc: hooks
    app.before_request([](Request& request) -> std::optional<Response> {
        if (request.path() == "/closed") return Response("closed", 503);
        request.g.set<User>(User{"ann"});
        return std::nullopt;
    });
    app.after_request([](Response& response) { response.headers.set("X-Shop", "1"); });
    app.teardown_request([](std::exception_ptr error) { (void)error; });
    // doc: end
    // doc: errors
    app.errorhandler(
        404, [](const HTTPException& error) { return Reply{std::string(error.name()), 404}; });
    app.errorhandler([](const OutOfStock& error) { return Reply{error.what(), 409}; });
    app.get("/sold-out", [] { throw OutOfStock(); });
    app.get("/forbidden", [] { abort(403, "members only"); });
    // doc: end
}

void add_lifespan(App& app) {
    // doc: serving
    app.before_serving([](Store&) -> Task<> { co_await sleep(1ms); });
    app.while_serving([](Store&) -> WhileServing {
        // start
        co_yield serving;
        // stop
    });
    app.after_serving([](Store&) {});
    // doc: end
    // doc: background
    app.post("/orders", [](Request& request, BackgroundTasks& background) {
        background.add(
            [](std::string mail) -> Task<> {
                co_await sleep(1s);  // send it
                (void)mail;
            },
            std::string(request.args().get("mail")));
        return Reply{"accepted", 202};
    });
    // doc: end
    // doc: signals
    app.signals()
        .got_request_exception
        .connect([](Request& request, std::exception_ptr) { request.logger().error("told"); })
        .keep();
    // doc: end
}

// doc: blueprint
Blueprint admin() {
    Blueprint bp{"admin", {.url_prefix = "/admin"}};
    bp.before_request([](Request& request) {
        if (!request.headers().contains("authorization")) abort(401);
    });
    bp.get("/", [](Request& request) { return request.url_for(".users"); }, endpoint("index"));
    bp.get("/users", [] { return "users"; }, endpoint("users"));
    return bp;
}
// doc: end

// doc: view
struct ItemView {
    Store* store;
    std::optional<Item> get(long id) { return store->find(id); }
    Item put(long id, Json<NewItem> item) { return {id, item->name}; }
};
// doc: end

// doc: language
Blueprint pages() {
    struct Language {
        std::string code;
    };
    Blueprint bp{"pages", {.url_prefix = "/<lang>"}};
    bp.url_value_preprocessor([](Request& request) {
        request.g.set<Language>(Language{std::string(*request.view_arg("lang"))});
    });
    bp.url_defaults([](std::string_view, UrlValues& values, Request* request) {
        if (request) values.set_default("lang", *request->view_arg("lang"));
    });
    bp.get("/terms", [](Request& request) { return request.g.get<Language>().code; });
    return bp;
}
// doc: end

// doc: factory
App create_app() {
    App app{"shop"};
    // doc: settings
    app.config().set("SECRET_KEY", "dev");
    app.config().from_file("shop.toml", Missing::IsFine);
    app.config().from_prefixed_env("SHOP");
    // doc: end
    Store& store = app.use<Store>();
    add_routes(app);
    add_hooks(app);
    add_lifespan(app);
    add_data(app);
    app.register_blueprint(admin());
    app.register_blueprint(pages());
    add_view(app, "/api/items/<int:id>", ItemView{&store});
    app.command("seed", "fills the shop", [](Arguments& arguments, Store& shelf) {
        for (const std::string& name : arguments.positional()) shelf.add(name);
    });
    return app;
}
// doc: end

App create_proxied_app() {
    App app = create_app();
    // doc: middleware
    app.wrap<middleware::HttpsRedirect>();
    app.wrap<middleware::ProxyFix>(middleware::ProxyFixOptions{.hops = 1});
    app.mount("/blog", App{"blog"});
    // doc: end
    return app;
}

}  // namespace shop

// doc: main
int main(int argc, char** argv) {
    return pottle::run(shop::create_proxied_app, argc, argv);
}
// doc: end
