// SPDX-License-Identifier: MIT
#include "login.hpp"

#include <cstdlib>

int main(int argc, char** argv) {
    using namespace pottle;
    const char* password = std::getenv("CELLAR_PASSWORD");
    const std::string hash = crypto::hash_password(password ? password : "stout");
    // doc: key
    App app = login::create_app({{"ann", hash}});
    app.config().from_prefixed_env();  // POTTLE_SECRET_KEY=...
    return run(std::move(app), argc, argv);
    // doc: end
}
