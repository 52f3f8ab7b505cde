// SPDX-License-Identifier: MIT
#include "login.hpp"

#include <string_view>

namespace login {

using namespace pottle;

namespace {

struct Credentials {
    Text<1, 80> name;
    Text<1, 200> password;
};

// doc: from_request
User from_session(Session& session) {
    std::string name = session.get("user", "");
    if (name.empty()) abort(401);
    return {std::move(name)};
}
// doc: end

// doc: flash
std::string page(Session& session) {
    std::string html = "<h1>Cellar</h1>";
    for (const auto& [category, message] : get_flashed_messages(session))
        html += "<p class=\"" + escape(category) + "\">" + escape(message) + "</p>";
    return html;
}
// doc: end

// doc: login
Task<Redirect> log_in(Form<Credentials> form, Accounts& accounts, Session& session) {
    const auto account = accounts.find(form->name);
    // A hash is checked even when there is no such account: the time must not tell.
    const bool known = account != accounts.end();
    const std::string& hash = known ? account->second : accounts.begin()->second;
    const bool fits = co_await check_password_hash(hash, form->password);
    if (!known || !fits) {
        flash(session, "Name or password is wrong.", "error");
        co_return redirect("/");
    }
    session.renew_id();
    session.set("user", account->first);
    session.set_permanent();
    flash(session, "Welcome.");
    co_return redirect("/");
}

Redirect log_out(Session& session) {
    session.erase("user");
    return redirect("/");
}
// doc: end

}  // namespace

User User::from_request(Request& request) {
    return from_session(request.session());
}

App create_app(Accounts accounts) {
    App app{"login"};
    app.use<Accounts>(std::move(accounts));
    app.get("/", &page);
    app.post("/login", &log_in);
    app.post("/logout", &log_out);
    // doc: use
    app.get("/cellar", [](User user) { return "Hello, " + user.name + "!"; });
    app.get("/visits", [](Session& session) {
        const int visits = session.get("visits", 0) + 1;
        session.set("visits", visits);
        return std::to_string(visits);
    });
    // doc: end
    return app;
}

}  // namespace login
