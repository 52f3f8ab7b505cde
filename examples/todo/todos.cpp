// SPDX-License-Identifier: MIT
#include "todos.hpp"

#include "pages.hpp"

using namespace pottle;

namespace todo {

namespace {

struct Problem {
    int status;
    std::string title;
};

}  // namespace

Blueprint todos() {
    Blueprint bp{"todos", {.url_prefix = "/api/todos"}};

    // doc: list
    bp.get("/", [](Query<Paging> page, Store& store) {  //
        return store.list(page->offset, page->limit);
    });
    // doc: end
    // doc: one
    bp.get("/<int:id>", [](long id, Store& store) {  // empty -> 404
        return store.find(id);
    });
    // doc: end
    // doc: add
    bp.post("/", [](Json<NewTodo> todo, Store& store) -> Created<Todo> {
        Todo made = store.add(*todo);
        std::string url = "/api/todos/" + std::to_string(made.id);
        return {std::move(made), std::move(url)};
    });
    // doc: end
    // doc: change
    bp.patch("/<int:id>",
             [](long id, Json<Change> change, Store& store) { return store.change(id, *change); });
    // doc: end
    // doc: remove
    bp.del("/<int:id>", [](long id, Store& store) {  // nothing -> 204
        if (!store.remove(id)) abort(404);
    });
    // doc: end
    // doc: events
    bp.get("/events", [](EventStream& events, Store& store, ShutdownEvent& shutdown) -> Task<> {
        for (long shown = -1; !shutdown.is_set(); co_await sleep(1s)) {
            if (store.version() == shown) continue;
            shown = store.version();
            co_await events.send("todos", store.list(0, 100));
        }
    });
    // doc: end
    // doc: errors
    bp.errorhandler([](const ListFull& error) { return Reply{Problem{409, error.what()}, 409}; });
    // doc: end
    return bp;
}

// doc: app
App create_app() {
    App app{"todo"};
    app.use<Store>();
    app.errorhandler(404, [](const HTTPException& e) {
        return Reply{Problem{e.status(), std::string(e.name())}, e.status()};
    });
    app.register_blueprint(todos());
    add_pages(app);
    return app;
}
// doc: end

}  // namespace todo
