// SPDX-License-Identifier: MIT
#include "members.hpp"

#include <pottle/app/passwords.hpp>

#include <map>
#include <memory>
#include <mutex>

namespace taproom {

using namespace pottle;

namespace {

struct Credentials {
    Text<1, 40> name;
    Text<1, 200> password;
};

/// Who comes for the first time becomes a regular. One object serves all loops, so it has a lock.
class Regulars {
public:
    /// The hash of a regular's password; nothing for a stranger.
    std::optional<std::string> find_hash(const std::string& name) const {
        const std::scoped_lock lock(mutex_);
        const auto found = hashes_.find(name);
        if (found == hashes_.end()) return std::nullopt;
        return found->second;
    }
    /// Returns: false when the house is full, or somebody was faster.
    bool add(const std::string& name, std::string hash) {
        const std::scoped_lock lock(mutex_);
        return hashes_.size() < kMost && hashes_.emplace(name, std::move(hash)).second;
    }

private:
    static constexpr std::size_t kMost = 1000;
    mutable std::mutex mutex_;  // guards what follows
    std::map<std::string, std::string> hashes_;
};

Task<Redirect> log_in(std::shared_ptr<Regulars> regulars, Credentials in, Session& session) {
    const std::string name(in.name);
    const std::optional<std::string> hash = regulars->find_hash(name);
    bool welcome = false;
    if (hash)
        welcome = co_await check_password_hash(*hash, std::string(in.password));
    else
        welcome = regulars->add(name, co_await generate_password_hash(std::string(in.password)));
    if (welcome) {
        session.set("name", name);
        flash(session, hash ? "Welcome back, " + name + "." : "Nice to meet you, " + name + ".");
    } else {
        flash(session, "Somebody of that name has another password.", "error");
    }
    co_return redirect("/", 303);
}

Redirect log_out(Session& session) {
    session.erase("name");
    flash(session, "See you soon.");
    return redirect("/", 303);
}

}  // namespace

Blueprint members() {
    Blueprint bp{"members"};
    // Owned by the handler, so they live as long as the application.
    bp.post("/login",
            [regulars = std::make_shared<Regulars>()](Form<Credentials> form, Session& session) {
                return log_in(regulars, std::move(form.value), session);
            });
    bp.post("/logout", log_out);
    return bp;
}

}  // namespace taproom
